"""電源等の一年のコマ: what a resource offered, what it owed and which slots were low, 365 × 48, as far as it is known."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from pathlib import Path

import numpy as np
from sqlalchemy import select
from sqlalchemy.orm import Session

from calc_core.contract_period import ContractPeriod
from calc_core.fiscal_year import DELIVERY_MONTHS, days_in_month
from calc_core.fiscal_year import first_day as first_day_of_year
from calc_core.fiscal_year import last_day as last_day_of_year
from calc_core.slots import SLOTS_PER_DAY
from helpdesk.register.contract_periods import contract_periods
from helpdesk.register.errors import SlotsMissing
from helpdesk.register.low_reserve import low_reserve_mask, low_reserve_slots
from helpdesk.register.models import NO_VALUE, SLOT_KINDS, Resource, SlotDay, SlotFile
from helpdesk.register.slot_store import choose_sources, first_day, read_sources


@dataclass(frozen=True, slots=True)
class YearSlots:
    """一年のコマ: tables of days × 48; NO_VALUE where no file holds a month, assessed kW 0 where no contract stands."""

    fiscal_year: int
    days: tuple[date, ...]
    known_months: tuple[int, ...]
    periods: tuple[ContractPeriod, ...]
    offered_kw: np.ndarray
    multiplier: np.ndarray
    assessed_kw: np.ndarray
    low: np.ndarray

    def day_slots(self) -> list[Fraction]:
        """未達成コマ of each day, exact: each stretch of one obligation is divided once."""
        found = [Fraction(0)] * len(self.days)
        for assessed in np.unique(self.assessed_kw[self.assessed_kw > 0]):
            mine = (self.assessed_kw == assessed) & (self.offered_kw != NO_VALUE)
            missing = np.where(mine, np.maximum(int(assessed) - self.offered_kw.astype(np.int64), 0), 0)
            weighted = (missing * np.maximum(self.multiplier, 0)).sum(axis=1, dtype=np.int64)
            for at in np.flatnonzero(weighted):
                found[at] += Fraction(int(weighted[at]), int(assessed))
        return found

    def low_slots(self) -> dict[int, int]:
        """低予備率アセスメント対象コマ by delivery month."""
        found = dict.fromkeys(DELIVERY_MONTHS, 0)
        for day, count in zip(self.days, self.low.sum(axis=1), strict=True):
            found[day.month] += int(count)
        return found


def slots_of_year(session: Session, folder: Path, resource: Resource, fiscal_year: int) -> YearSlots:
    """The year of one resource from the slots in force, what it answers for and the low slots of its area."""
    first, last = first_day_of_year(fiscal_year), last_day_of_year(fiscal_year)
    days = tuple(first + timedelta(days=at) for at in range((last - first).days + 1))
    tables = {kind: np.full((len(days), SLOTS_PER_DAY), NO_VALUE, dtype=np.int32) for kind in SLOT_KINDS}
    found = _slots_in_force(session, folder, resource.id, fiscal_year)
    for (month, kind), values in found.items():
        start = (first_day(fiscal_year, month) - first).days
        tables[kind][start : start + days_in_month(fiscal_year, month)] = values
    periods = contract_periods(session, fiscal_year, [resource.id]).periods.get(resource.id, ())
    low = low_reserve_slots(session, first=first, last=last, areas=[resource.area])
    return YearSlots(
        fiscal_year=fiscal_year,
        days=days,
        known_months=tuple(month for month in DELIVERY_MONTHS if (month, "offered_kw") in found),
        periods=periods,
        offered_kw=tables["offered_kw"],
        multiplier=tables["multiplier"],
        assessed_kw=assessed_table(periods, days),
        low=low_reserve_mask(low.get(resource.area, {}), days),
    )


def assessed_table(periods: Sequence[ContractPeriod], days: Sequence[date]) -> np.ndarray:
    """アセスメント対象容量 slot by slot: that of the first period in force, 0 where none is."""
    flat = np.zeros(len(days) * SLOTS_PER_DAY, dtype=np.int32)
    for period in reversed(periods):
        begin = 0 if period.first is None else _place(days, *period.first)
        end = len(flat) if period.last is None else _place(days, *period.last) + 1
        flat[max(begin, 0) : max(end, 0)] = period.assessed_kw
    return flat.reshape(len(days), SLOTS_PER_DAY)


def corrections_of(session: Session, resource_id: int, first: date, last: date) -> list[SlotDay]:
    """The corrections of a resource's days that are in force, by day and kind."""
    rows = session.scalars(
        select(SlotDay)
        .where(SlotDay.resource_id == resource_id, SlotDay.date.between(first, last))
        .order_by(SlotDay.date, SlotDay.kind, SlotDay.version)
    )
    newest = {(row.date, row.kind): row for row in rows}
    return [row for row in newest.values() if row.slot_values is not None]


def _place(days: Sequence[date], on: date, slot: int) -> int:
    return (on - days[0]).days * SLOTS_PER_DAY + slot - 1


def _slots_in_force(
    session: Session, folder: Path, resource_id: int, fiscal_year: int
) -> dict[tuple[int, str], np.ndarray]:
    """The months that have files with both kinds, read together; one by one where a file leaves the resource out."""
    held = session.execute(
        select(SlotFile.month, SlotFile.kind).where(SlotFile.fiscal_year == fiscal_year).distinct()
    ).all()
    months = [
        month
        for month in DELIVERY_MONTHS
        if all((f"{first_day(fiscal_year, month):%Y-%m}", kind) in held for kind in SLOT_KINDS)
    ]
    found: dict[tuple[int, str], np.ndarray] = {}
    try:
        groups = [_read(session, folder, resource_id, fiscal_year, months)] if months else []
    except SlotsMissing:
        groups = [_read_if_there(session, folder, resource_id, fiscal_year, month) for month in months]
    for group in groups:
        found |= group
    return found


def _read(
    session: Session, folder: Path, resource_id: int, fiscal_year: int, months: Sequence[int]
) -> dict[tuple[int, str], np.ndarray]:
    sources = choose_sources(
        session, resource_ids=[resource_id], fiscal_year=fiscal_year, delivery_months=months
    )
    values = read_sources(session, folder, sources, [resource_id])
    return {(month, kind): table for (_, month, kind), table in values.items()}


def _read_if_there(
    session: Session, folder: Path, resource_id: int, fiscal_year: int, month: int
) -> dict[tuple[int, str], np.ndarray]:
    try:
        return _read(session, folder, resource_id, fiscal_year, [month])
    except SlotsMissing:
        return {}
