"""コマの試算: what the months of one resource would come to if some of its slots were others; at once, kept nowhere."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from calc_core import narration
from calc_core.errors import InputRefused
from calc_core.explanation import Result
from calc_core.fiscal_year import DELIVERY_MONTHS
from calc_core.fleet import FleetMonth, FleetSlots
from calc_core.fleet.what_if import prepare
from helpdesk.errors import Problem, Refused
from helpdesk.queries.calculations import Section, sections_from
from helpdesk.register.changed_slots import Slots, change_slots
from helpdesk.register.derivations import Derivation
from helpdesk.register.fleet_inputs import FleetInputs, gather_fleet
from helpdesk.register.models import Resource
from helpdesk.register.parameter_sets import parameters_in_force


@dataclass(frozen=True, slots=True)
class TriedMonth:
    """One month before and after the change."""

    before: FleetMonth
    after: FleetMonth

    @property
    def differs(self) -> bool:
        """Whether the change reaches this month."""
        return self.before != self.after

    @property
    def penalty_change_yen(self) -> int:
        """試算の差 of the penalty."""
        return self.after.penalty_total_yen - self.before.penalty_total_yen


@dataclass(frozen=True, slots=True)
class Trial:
    """試算: what was changed in words, every month before and after, the derivation of the changed month after it."""

    text: str
    months: tuple[TriedMonth, ...]
    explained_month: int
    sections: list[Section]

    @property
    def penalty_before_yen(self) -> int:
        """The year's penalties as registered."""
        return sum(each.before.penalty_total_yen for each in self.months)

    @property
    def penalty_after_yen(self) -> int:
        """The year's penalties with the change."""
        return sum(each.after.penalty_total_yen for each in self.months)


def try_change(
    session: Session, folder: Path, resource: Resource, fiscal_year: int, last_month: int, row: dict[str, Any]
) -> Trial:
    """The months from April to `last_month` with one change of slots. Raises `Refused`, `SlotsMissing`."""
    changed = change_slots(session, folder, resource, fiscal_year, last_month, row)
    inputs = gather_one(session, folder, resource, fiscal_year, last_month)
    gathered = inputs.resources[inputs.ids.index(resource.id)]
    parameters = parameters_in_force(session).configuration
    month = date.fromisoformat(str(row["first_date"])).month
    try:
        year = prepare(fiscal_year, gathered, _fleet_slots(changed.before), parameters=parameters)
        otherwise = year.change(_fleet_slots(changed.after))
        before, after = year.sums.months(), otherwise.months()
        told = explain(otherwise.explain(month))
    except InputRefused as refused:
        raise Refused([Problem(each.where, each.message) for each in refused.problems]) from refused
    months = tuple(TriedMonth(*pair) for pair in zip(before, after, strict=True))
    return Trial(changed.text, months, month, told)


def gather_one(
    session: Session, folder: Path, resource: Resource, fiscal_year: int, last_month: int
) -> FleetInputs:
    """What a resource is computed from, until a month. Raises `Refused` where it has no contract."""
    inputs = gather_fleet(
        session, folder, fiscal_year=fiscal_year, last_month=last_month, scope={"resource": resource.id}
    )
    if resource.id not in inputs.ids:
        message = f"{fiscal_year} 年度の契約がありません。契約を取り込んでください"
        raise Refused([Problem(resource.name, message)])
    return inputs


def explain(results: Iterable[Result]) -> list[Section]:
    """A derivation, rule by rule."""
    told = [result.to_json() for result in results]
    return sections_from(Derivation(narration.title(each["rule"]), None, each) for each in told)


def _fleet_slots(slots: Slots) -> dict[int, FleetSlots]:
    months = [month for month in DELIVERY_MONTHS if (month, "offered_kw") in slots]
    return {
        month: FleetSlots(slots[month, "offered_kw"][None], slots[month, "multiplier"][None])
        for month in months
    }
