"""算定の対象: which resources answer for something in a fiscal year, by which contracts, events and metered coal?

One place for the single statement and for the fleet, so that both are computed from the same.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from calc_core import catalogue
from calc_core.coal_year import CoalYear
from calc_core.contract_period import ContractPeriod
from calc_core.contract_stretches import month_stretches
from calc_core.fiscal_year import LAST_DELIVERY_MONTH
from calc_core.slot_event import SlotEvent
from helpdesk.register.coal_years import coal_years
from helpdesk.register.contract_periods import contract_periods
from helpdesk.register.events_of_slots import EventResource, events_of_slots
from helpdesk.register.models import Resource

COAL_RULE = "assessment/coal_curtailment"


@dataclass(frozen=True, slots=True)
class AssessedResource:
    """電源等 as it is assessed: its row (with its business), contract periods of the year, events, metered coal."""

    row: Resource
    periods: tuple[ContractPeriod, ...]
    events: tuple[SlotEvent, ...] = ()
    coal: CoalYear | None = None

    def is_idle(self, fiscal_year: int, delivery_month: int) -> bool:
        """Whether no contract stands in any slot of a month: its slots are then not needed."""
        return not month_stretches(fiscal_year, delivery_month, self.periods)


@dataclass(slots=True)
class Assessed:
    """算定の対象 in the order of the codes, and what a person should look at."""

    resources: list[AssessedResource]
    warnings: list[str] = field(default_factory=list)


def assessed_resources(
    session: Session,
    folder: Path,
    *,
    fiscal_year: int,
    delivery_months: Sequence[int],
    business_id: int | None = None,
    resource_id: int | None = None,
) -> Assessed:
    """All of them, those of a business, or one; with the events of these months, and with coal where March is one."""
    wanted = select(Resource).options(joinedload(Resource.business)).order_by(Resource.code)
    if business_id is not None:
        wanted = wanted.where(Resource.business_id == business_id)
    if resource_id is not None:
        wanted = wanted.where(Resource.id == resource_id)
    rows = session.scalars(wanted).all()
    is_all = business_id is None and resource_id is None
    year = contract_periods(session, fiscal_year, None if is_all else [row.id for row in rows])
    rows = [row for row in rows if row.id in year.periods]
    asked = [EventResource(row.id, row.code, row.area, row.category, year.periods[row.id]) for row in rows]
    events = events_of_slots(
        session, folder, fiscal_year=fiscal_year, delivery_months=delivery_months, resources=asked
    )
    warnings = [*year.warnings, *events.warnings]
    coal: dict[int, CoalYear] = {}
    if LAST_DELIVERY_MONTH in delivery_months and catalogue.in_force(COAL_RULE, fiscal_year):
        coal = coal_years(session, folder, fiscal_year=fiscal_year, resources=asked, warnings=warnings)
    found = [AssessedResource(row, year.periods[row.id], events.of(row.id), coal.get(row.id)) for row in rows]
    return Assessed(found, warnings)
