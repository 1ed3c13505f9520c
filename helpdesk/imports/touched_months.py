"""取り込みが触れた月: which months' slots and results no longer say what follows, once a file is recorded?

A corrected plan touches the months that it left as well as those it came to. Only years of which there are contracts
count: in others nothing follows from anything.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from sqlalchemy import and_, select
from sqlalchemy.orm import Session, aliased

from calc_core.fiscal_year import DELIVERY_MONTHS, LAST_DELIVERY_MONTH, fiscal_year_of, last_day
from helpdesk.imports.checked import Checked
from helpdesk.imports.kept import Kept
from helpdesk.register.input_marks import months_between
from helpdesk.register.models import (
    Contract,
    DispatchOrder,
    ImportedFile,
    LowReserveSlot,
    OutagePlan,
    Substitution,
    SupplyInstruction,
)
from helpdesk.register.parameter_sets import InForce, parameters_in_force

FOLLOWED_BY_SLOTS: Final = frozenset(  # kinds from which offered kW or multiplier follow
    {"contracts", "outage_plans", "substitutions", "generation_limits", "low_reserve_slots"}
)
_SPANS: Final[Mapping[str, tuple[type, tuple[str, ...]]]] = {
    "outage_plans": (OutagePlan, ("resource_id", "number")),
    "substitutions": (Substitution, ("number",)),
}
_DAYS: Final[Mapping[str, tuple[type, tuple[str, ...]]]] = {
    "supply_instructions": (SupplyInstruction, ("resource_id", "date", "first_slot")),
    "dispatch_orders": (DispatchOrder, ("resource_id", "number")),
    "low_reserve_slots": (LowReserveSlot, ("area", "date", "slot")),
}
_CELLS: Final = frozenset({"generation_limits", "market_offers", "unit_output", "metered", "baselines"})

Months = frozenset[tuple[int, int]]  # fiscal year and delivery month


@dataclass(frozen=True, slots=True)
class Touched:
    """触れた月: of which the slots, and of which the results, are to be made again."""

    slots: Months = field(default_factory=frozenset)
    results: Months = field(default_factory=frozenset)


def touched_months(
    session: Session, kind: str, checked: Checked, kept: Kept, file: ImportedFile | None
) -> Touched:
    """What a recorded file touched; nothing for kinds from which no slot and no result follows."""
    years = set(session.scalars(select(Contract.fiscal_year).distinct()))

    def of_years(months: Iterable[tuple[int, int]]) -> Months:
        return frozenset(each for each in months if each[0] in years)

    if kind == "contracts":
        entries = zip(checked.entries, kept.states, strict=True)
        changed = {entry.contract["fiscal_year"] for entry, state in entries if state != "known"}
        months = frozenset((year, month) for year in changed for month in DELIVERY_MONTHS)
        return Touched(months, months)
    if kind in _SPANS and file is not None:
        of_kind = _SPANS[kind]
        last_year = max(years, default=0)
        ends = _end_of_year if kind == "substitutions" else lambda first: max(first, last_day(last_year))
        months = of_years(_months_of_spans(session, *of_kind, file, ends)) if years else frozenset()
        return Touched(months, months if kind == "substitutions" else frozenset())
    if kind in _DAYS and file is not None:
        days = _versions(session, *_DAYS[kind], file, ("date",))
        months = of_years((fiscal_year_of(day), day.month) for (day,) in days)
        by_slots = kind == "low_reserve_slots" and low_reserve_decides(parameters_in_force(session))
        return Touched(months if by_slots else frozenset(), months)
    if kind in _CELLS:
        cells = {(each.kind, fiscal_year_of(each.on), each.on.month) for each in checked.entries}
        limits = {each[1:] for each in cells if each[0] == "limit_kw"}
        return Touched(of_years(limits), of_years(each[1:] for each in cells if each[0] != "limit_kw"))
    if kind == "coal_metering":
        return Touched(
            results=of_years((each["fiscal_year"], LAST_DELIVERY_MONTH) for each in checked.entries)
        )
    return Touched()


def low_reserve_decides(configured: InForce) -> bool:
    """Whether the multiplier of a slot depends on its being low."""
    return any(each.get("low_reserve") is not None for each in configured.multiplier_conditions)


def _months_of_spans(
    session: Session, model: Any, key: tuple[str, ...], file: ImportedFile, end: Callable[[date], date]
) -> Iterable[tuple[int, int]]:
    for first, last in _versions(session, model, key, file, ("first_date", "last_date")):
        yield from months_between(first, last or end(first))


def _versions(
    session: Session, model: Any, key: tuple[str, ...], file: ImportedFile, columns: tuple[str, ...]
) -> list[Any]:
    """These columns of every version of what the file holds a version of."""
    own = aliased(model)
    same = and_(*(getattr(own, name) == getattr(model, name) for name in key))
    asked = select(*(getattr(model, name) for name in columns)).join(own, same)
    return list(session.execute(asked.where(own.file_id == file.id).distinct()))


def _end_of_year(day: date) -> date:
    return last_day(fiscal_year_of(day))
