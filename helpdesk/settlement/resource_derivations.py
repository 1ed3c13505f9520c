"""電源等ごとの算定の根拠: how the yen of each resource of a statement came about, from the fixed results it was made of.

The earlier months are those that were fixed when the statement was made. Of many resources only those with a penalty are
derived: what the others are paid follows from their contract alone.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from calc_core.configuration import Configuration
from calc_core.explanation import Result
from calc_core.fiscal_year import DELIVERY_MONTHS, months_until
from helpdesk.register.models import FleetRun, MonthResult, ParameterSet, Resource
from helpdesk.register.month_derivations import derive_month
from helpdesk.register.month_results import number
from helpdesk.register.parameter_sets import taken_apart
from helpdesk.settlement.models import BusinessStatement

DERIVED_AT_MOST = 20  # more of them: those with a penalty
_IDS_ASKED = 500


@dataclass(frozen=True, slots=True)
class ResourceDerived:
    """電源等の算定の根拠: the results with their steps; none where the kept figures do not lead to these yen."""

    code: str
    name: str
    results: tuple[Result, ...] | None


@dataclass(frozen=True, slots=True)
class Derived:
    """算定の根拠 of a statement's resources in the order of their codes, and how many without a penalty are left out."""

    resources: tuple[ResourceDerived, ...]
    left_out: int


def derive_resources(session: Session, statement: BusinessStatement) -> Derived:
    """Derive the resources of a capacity statement; in no more statements for more resources."""
    own = _own(session, statement)
    wanted = own if len(own) <= DERIVED_AT_MOST else [row for row in own if _is_charged(row.figures)]
    earlier = _earlier(session, statement, [row.resource_id for row in wanted])
    configured = _configured(session, {row.parameter_set_id for row in wanted})
    year, month = statement.fiscal_year, statement.delivery_month
    derived = []
    for row in wanted:
        months, parameters = earlier.get(row.resource_id, ()), configured.get(row.parameter_set_id)
        results = None
        for before in _charged_before(months):
            results = results or derive_month(year, month, row.figures, row.inputs, before, parameters)
        derived.append(ResourceDerived(row.code, row.name, results))
    return Derived(tuple(derived), len(own) - len(wanted))


def _own(session: Session, statement: BusinessStatement) -> list[Row]:
    ids = list(statement.sources.get("results", ()))
    found = (
        select(
            MonthResult.resource_id,
            MonthResult.figures,
            MonthResult.inputs,
            Resource.code,
            Resource.name,
            FleetRun.parameter_set_id,
        )
        .join(Resource, Resource.id == MonthResult.resource_id)
        .join(FleetRun, FleetRun.id == MonthResult.fleet_run_id)
    )
    rows = [row for part in _parts(ids) for row in session.execute(found.where(MonthResult.id.in_(part)))]
    return sorted(rows, key=lambda row: row.code)


def _earlier(
    session: Session, statement: BusinessStatement, resource_ids: Sequence[int]
) -> Mapping[int, list[Row]]:
    """The earlier months of the year, in order: of each the last version fixed when this one was settled."""
    months = months_until(statement.delivery_month)[:-1]
    if not months:
        return {}
    in_force: dict[tuple[int, int], Row] = {}
    for part in _parts(resource_ids):
        found = select(
            MonthResult.resource_id, MonthResult.delivery_month, MonthResult.figures, MonthResult.inputs
        ).where(
            MonthResult.resource_id.in_(part),
            MonthResult.fiscal_year == statement.fiscal_year,
            MonthResult.delivery_month.in_(months),
            MonthResult.fixed_at <= statement.created_at,
        )
        for row in session.execute(found.order_by(MonthResult.version)):
            in_force[row.resource_id, row.delivery_month] = row
    by_resource: dict[int, list[Row]] = {}
    for resource_id, month in sorted(in_force, key=lambda key: DELIVERY_MONTHS.index(key[1])):
        by_resource.setdefault(resource_id, []).append(in_force[resource_id, month])
    return by_resource


def _charged_before(months: Sequence[Row]) -> list[list[Mapping[str, str]]]:
    """Earlier months as they were computed, which is what a computation goes on from, and as a person corrected them."""
    computed = [row.inputs.get("computed", row.figures) for row in months]
    told = [row.figures for row in months]
    return [computed] if told == computed else [computed, told]


def _configured(session: Session, set_ids: set[int | None]) -> dict[int | None, Configuration | None]:
    """What was configured when the months were computed."""
    return {
        each: taken_apart(session.get_one(ParameterSet, each).content).configuration or None
        for each in set_ids
        if each is not None
    }


def _is_charged(figures: Mapping[str, Any]) -> bool:
    names = ("penalty_total_yen", "coal_penalty_yen")
    return any(number(figures.get(name, "0")) for name in names)


def _parts(ids: Sequence[int]) -> list[Sequence[int]]:
    return [ids[start : start + _IDS_ASKED] for start in range(0, len(ids), _IDS_ASKED)]
