"""resources.csv: the resources of a fleet in order of their first row, with the contracts of all their rows."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from calc_core.contract_period import ContractPeriod, SlotPlace
from calc_core.contract_stretches import period_problems
from calc_core.fleet.contracts import contract_faults
from calc_core.fleet.csv_rows import CsvRow, FileProblems, read_rows
from calc_core.fleet.resource import FleetResource
from calc_core.slots import SLOTS, SLOTS_PER_DAY

NAME = "resources.csv"
REQUIRED = (
    "resource",
    "business",
    "area",
    "category",
    "contract_kw",
    "assessed_kw",
    "price_yen_per_kw",
    "transitional_deduction_yen",
    "inefficient_coal",
)
OPTIONAL = ("valid_from", "valid_to")
_PLACE = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})/([0-9]{1,2})", re.ASCII)
_COLUMN = re.compile(r"periods\[([0-9]+)\]\.(first|last)")
_DESCRIPTIONS = ("business", "area", "category")


@dataclass(frozen=True, slots=True)
class _ContractRow:
    row: CsvRow
    descriptions: tuple[str | None, ...]
    period: ContractPeriod | None


def read_resources(path: Path, problems: FileProblems, warnings: list[str]) -> list[FleetResource]:
    """The resources of the file; what is wrong is added to `problems`, by line and column.

    Business, area and category are those of a resource's first row; rows that say otherwise are warned of.
    """
    by_resource: dict[str, list[_ContractRow]] = {}
    for row in read_rows(path, REQUIRED, OPTIONAL, problems):
        name = row.text("resource")
        read = _ContractRow(row, tuple(row.text(each) for each in _DESCRIPTIONS), _period(row))
        if name is not None:
            by_resource.setdefault(name, []).append(read)
    if not by_resource and not problems.count:
        problems.add("", "電源等の行がありません")
    return [_resource(name, rows, problems, warnings) for name, rows in by_resource.items()]


def _resource(
    name: str, rows: list[_ContractRow], problems: FileProblems, warnings: list[str]
) -> FleetResource:
    first = rows[0]
    for each in rows[1:]:
        for column, value, kept in zip(_DESCRIPTIONS, each.descriptions, first.descriptions, strict=True):
            if value is not None and value != kept:
                place = f"{problems.name} {each.row.line}行目 {column}"
                warnings.append(f"{place}: {name} の最初の行の {kept} を使います（{value} ではありません）")
    sound = [each for each in rows if each.period is not None]
    periods = tuple(each.period for each in sound if each.period is not None)
    for problem in period_problems(periods):
        found = _COLUMN.fullmatch(problem.where)
        row = sound[int(found[1])].row if found else first.row
        column = "valid_to" if found and found[2] == "last" else "valid_from"
        row.fault(column, f"{problem.message}（{name}）")
    business, area, category = (each or "" for each in first.descriptions)
    return FleetResource(name, business, area, category, periods)


def _period(row: CsvRow) -> ContractPeriod | None:
    columns = ("contract_kw", "assessed_kw", "price_yen_per_kw", "transitional_deduction_yen")
    numbers = [row.whole(name) for name in columns]
    flag = row.truth("inefficient_coal")
    before = row.problems.count
    first, last = (_place(row, name) for name in OPTIONAL)
    if None in numbers or flag is None or row.problems.count > before:
        return None
    period = ContractPeriod(*(int(each or 0) for each in numbers), flag, first, last)
    return period if _is_sound(row, contract_faults(period)) else None


def _is_sound(row: CsvRow, faults: Iterable[tuple[str, str]]) -> bool:
    found = list(faults)
    for name, message in found:
        row.fault(name, message)
    return not found


def _place(row: CsvRow, column: str) -> SlotPlace | None:
    written = row.cells.get(column, "").strip()
    if not written:
        return None
    match = _PLACE.fullmatch(written)
    try:
        place = (date.fromisoformat(match[1]), int(match[2])) if match else None
    except ValueError:
        place = None
    if place is None or place[1] not in SLOTS:
        message = f"YYYY-MM-DD/コマ（1〜{SLOTS_PER_DAY}）で書いてください（{written}）。空なら期限なしです"
        row.fault(column, message)
        return None
    return place
