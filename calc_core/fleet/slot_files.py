"""slots-YYYY-MM.parquet: a month of all resources in long form, as tables of resources × days × 48, complete or refused.

Sorted by resource, date and slot, as it should be, the columns are the tables and are only checked; in another order each
row is put into its place. A slot may be missing only where no contract stands.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from calc_core.contract_stretches import month_stretches, place_in_month
from calc_core.fiscal_year import calendar_month, days_in_month
from calc_core.fleet.columns import Limits, days, no_nulls, positions, read_table, rows_of, whole_numbers
from calc_core.fleet.csv_rows import FileProblems
from calc_core.fleet.resource import FleetResource, FleetSlots
from calc_core.slots import SLOTS_PER_DAY, end_label
from calc_core.tables import CELLS_NAMED, columns

REQUIRED = ("resource", "date", "slot", "offered_kw", "multiplier")


def read_month(
    path: Path,
    fiscal_year: int,
    delivery_month: int,
    resources: Sequence[FleetResource],
    order: Mapping[str, int],
    problems: FileProblems,
) -> FleetSlots | None:
    """The slots of a month in the order of the resources; what is wrong is added to `problems`."""
    table = read_table(path, REQUIRED, (), problems)
    if table is None or not no_nulls(table, REQUIRED, problems):
        return None
    place = positions(table, order, problems)
    day = days(table, problems)
    slot = whole_numbers(table, "slot", np.int8, (1, SLOTS_PER_DAY), problems)
    offered_kw = whole_numbers(table, "offered_kw", np.int32, _limits("offered_kw"), problems)
    multiplier = whole_numbers(table, "multiplier", np.int8, _limits("multiplier"), problems)
    if place is None or day is None or slot is None or offered_kw is None or multiplier is None:
        return None
    first = np.datetime64(f"{calendar_month(fiscal_year, delivery_month)[0]}-{delivery_month:02}-01", "D")
    month = _Month(fiscal_year, delivery_month, resources, int(first.astype(np.int64)))
    if month.is_complete_and_sorted(place, day, slot):
        return month.in_order(place[:: month.slots], offered_kw, multiplier)
    return month.put_in_place(place, day, slot, offered_kw, multiplier, problems)


def _limits(name: str) -> Limits:
    return columns()[name].lowest, columns()[name].highest


class _Month:
    """What a file of a month should hold."""

    def __init__(
        self, fiscal_year: int, delivery_month: int, resources: Sequence[FleetResource], first_day: int
    ) -> None:
        self._fiscal_year = fiscal_year
        self._delivery_month = delivery_month
        self._resources = resources
        self._first_day = first_day
        self._days = days_in_month(fiscal_year, delivery_month)
        self.slots = self._days * SLOTS_PER_DAY

    def is_complete_and_sorted(self, place: np.ndarray, day: np.ndarray, slot: np.ndarray) -> bool:
        """Whether every resource stands there once with every slot in order."""
        if len(place) != len(self._resources) * self.slots:
            return False
        days_once = np.repeat(np.arange(self._days, dtype=np.int32) + self._first_day, SLOTS_PER_DAY)
        slots_once = np.tile(np.arange(1, SLOTS_PER_DAY + 1, dtype=np.int8), self._days)
        by_resource = place.reshape(-1, self.slots)
        return (
            len(np.unique(by_resource[:, 0])) == len(by_resource)
            and _each_row_is(by_resource, by_resource[:, :1])
            and _each_row_is(day.reshape(-1, self.slots), days_once)
            and _each_row_is(slot.reshape(-1, self.slots), slots_once)
        )

    def in_order(self, places: np.ndarray, offered_kw: np.ndarray, multiplier: np.ndarray) -> FleetSlots:
        """The tables of a complete file, its resources brought into order where they stand in another."""
        shape = (len(self._resources), self._days, SLOTS_PER_DAY)
        offered_kw, multiplier = offered_kw.reshape(shape), multiplier.reshape(shape)
        if np.array_equal(places, np.arange(len(places))):
            return FleetSlots(offered_kw, multiplier)
        where = np.argsort(places)
        return FleetSlots(offered_kw[where], multiplier[where])

    def put_in_place(
        self,
        place: np.ndarray,
        day: np.ndarray,
        slot: np.ndarray,
        offered_kw: np.ndarray,
        multiplier: np.ndarray,
        problems: FileProblems,
    ) -> FleetSlots | None:
        """The tables from rows in any order; rows out of the month, twice there or missing are noted."""
        before = problems.count
        offset = day.astype(np.int64) - self._first_day
        outside = (offset < 0) | (offset >= self._days)
        if outside.any():
            rows_of(outside, "date", f"この月（{self._delivery_month}月）の日付ではありません", problems)
            return None
        cell = place.astype(np.int64) * self.slots + offset * SLOTS_PER_DAY + slot - 1
        times = np.bincount(cell, minlength=len(self._resources) * self.slots)
        twice = np.flatnonzero(times > 1)
        self._name_cells(twice, "同じコマが2行以上あります。1行にしてください", problems)
        lacking = (times == 0).reshape(len(self._resources), self.slots)
        for row in np.flatnonzero(lacking.any(axis=1)):
            owed = np.zeros(self.slots, np.bool_)
            periods = self._resources[row].periods
            for each in month_stretches(self._fiscal_year, self._delivery_month, periods):
                owed[each.begin : each.end] = True
            lacking[row] &= owed
        self._name_cells(np.flatnonzero(lacking), "コマの行がありません", problems)
        if problems.count > before:
            return None
        tables = [
            np.zeros(len(self._resources) * self.slots, each.dtype) for each in (offered_kw, multiplier)
        ]
        shape = (len(self._resources), self._days, SLOTS_PER_DAY)
        for table, values in zip(tables, (offered_kw, multiplier), strict=True):
            table[cell] = values
        return FleetSlots(tables[0].reshape(shape), tables[1].reshape(shape))

    def _name_cells(self, cells: np.ndarray, message: str, problems: FileProblems) -> None:
        for cell in cells[:CELLS_NAMED]:
            row, index = divmod(int(cell), self.slots)
            day, slot = place_in_month(self._fiscal_year, self._delivery_month, index)
            place = f"{self._resources[row].resource} {day.isoformat()} コマ{slot}（{end_label(slot)}まで）"
            problems.add(place, message)
        if len(cells) > CELLS_NAMED:
            problems.add("", f"{message}（ほかに {len(cells) - CELLS_NAMED:,} コマ）")


def _each_row_is(table: np.ndarray, row: np.ndarray) -> bool:
    """Whether the table is this row (or column) again and again; looked at in parts that stay in the cache."""
    step = max(1, 128 * 1024 // max(table.shape[1], 1))
    for first in range(0, len(table), step):
        part = slice(first, first + step)
        expected = row[part] if row.ndim == 2 else row
        if not (table[part] == expected).all():
            return False
    return True
