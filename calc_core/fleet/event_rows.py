"""events.parquet: offers, instructions and orders by resource and slot, as the events that the rules are asked with.

Numbers may be whole, decimal or exact text; floats only where they are whole. What an event's rule does not use is null.
"""

import math
from collections.abc import Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import pyarrow as pa

from calc_core import catalogue, exact
from calc_core.errors import Problem
from calc_core.fiscal_year import fiscal_year_of
from calc_core.fleet.columns import dates, read_table
from calc_core.fleet.csv_rows import FileProblems
from calc_core.inputs import check_all
from calc_core.slot_event import EVENTS, SlotEvent
from calc_core.slots import SLOTS, SLOTS_PER_DAY

NAME = "events.parquet"
REQUIRED = ("resource", "date", "slot", "event")
_OF_THE_CONTRACT = "assessed_kw"


def declared_inputs() -> dict[str, tuple[Any, ...]]:
    """What each event's rule takes besides the assessed kW of the contract."""
    return {
        event: tuple(
            each for each in catalogue.find(f"assessment/{event}").inputs if each.name != _OF_THE_CONTRACT
        )
        for event in EVENTS
    }


def read_events(
    path: Path, fiscal_year: int, resources: Mapping[str, int], problems: FileProblems
) -> dict[str, list[SlotEvent]]:
    """The events of each resource; what is wrong is added to `problems`, by row (counted from 1) and column."""
    declared = declared_inputs()
    names = tuple(dict.fromkeys(each.name for inputs in declared.values() for each in inputs))
    table = read_table(path, REQUIRED, names, problems)
    if table is None:
        return {}
    day = dates(table, problems)
    if day is None:
        return {}
    rows = {name: table.column(name).to_pylist() for name in table.column_names} | {"date": day.to_pylist()}
    given = [name for name in names if name in rows]
    if pa.types.is_boolean(table.schema.field("slot").type):
        problems.add("slot", "整数の列で書き出してください")
        return {}
    found: dict[str, list[SlotEvent]] = {}
    seen: dict[tuple[Any, ...], int] = {}
    for index in range(table.num_rows):
        place = _Row(index + 1, {name: values[index] for name, values in rows.items()}, problems)
        event = place.event(fiscal_year, resources, declared, given)
        if event is None:
            continue
        name = place.cells["resource"]
        key = (name, event.date, event.slot, event.event)
        if key in seen:
            place.fault("slot", f"同じ電源等、コマ、種類の行が {seen[key]}行目にもあります")
        seen[key] = place.number
        found.setdefault(name, []).append(event)
    return found


class _Row:
    """One row of the file."""

    def __init__(self, number: int, cells: Mapping[str, Any], problems: FileProblems) -> None:
        self.number = number
        self.cells = cells
        self._problems = problems

    def fault(self, column: str, message: str) -> None:
        """Note what is wrong with a cell."""
        self._problems.add(f"{self.number}行目 {column}", message)

    def event(
        self,
        fiscal_year: int,
        resources: Mapping[str, int],
        declared: Mapping[str, Sequence[Any]],
        given: Sequence[str],
    ) -> SlotEvent | None:
        """The event of the row, or none after noting every problem."""
        before = self._problems.count
        resource, day, event = (self.cells[name] for name in ("resource", "date", "event"))
        if resource not in resources:
            self.fault("resource", f"resources.csv にない電源等です（{resource}）")
        if day is None:
            self.fault("date", "値がありません（null）")
        elif fiscal_year_of(day) != fiscal_year:
            self.fault("date", f"{fiscal_year}年度の日ではありません（{day.isoformat()}）")
        slot = _whole(self.cells["slot"])
        if slot not in SLOTS:
            self.fault("slot", f"1〜{SLOTS_PER_DAY} の整数で書いてください（{self.cells['slot']}）")
        if event not in declared:
            self.fault("event", f"{'、'.join(EVENTS)} のいずれかで書いてください（{event}）")
            return None
        inputs = self._inputs(event, declared[event], given)
        if self._problems.count > before:
            return None
        return SlotEvent(day, int(slot or 0), event, inputs)

    def _inputs(self, event: str, declared: Sequence[Any], given: Sequence[str]) -> dict[str, Any]:
        used = {each.name for each in declared}
        raw = {}
        for name in given:
            value = self.cells[name]
            if value is None or (isinstance(value, float) and math.isnan(value)):
                continue
            if name not in used:
                self.fault(name, f"{event} では使わない列です。空（null）にしてください")
                continue
            if isinstance(value, float) and value == math.floor(value) and abs(value) <= 2**53:
                value = int(value)
            raw[name] = value
        if _plain(raw, declared):
            return raw
        found: list[Problem] = []
        checked = check_all(declared, raw, found)
        for problem in found:
            self.fault(problem.where, problem.message)
        return {name: _narrow(value) for name, value in checked.items() if name in raw and value is not None}


def _plain(raw: Mapping[str, Any], declared: Sequence[Any]) -> bool:
    """Whether every number is a whole one in range, and nothing but numbers is asked for."""
    return raw.keys() == {each.name for each in declared} and all(
        type(value) is int and value >= 0 for value in raw.values()
    )


def _narrow(value: Any) -> Any:
    return value.numerator if isinstance(value, Fraction) and value.denominator == 1 else value


def _whole(value: Any) -> int | None:
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        return None
    try:
        number = exact.read(int(value) if isinstance(value, float) and value.is_integer() else value)
    except (ValueError, OverflowError):
        return None
    return int(number) if number.denominator == 1 else None
