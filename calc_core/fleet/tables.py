"""全電源算定のフォルダー: a fleet as files, `resources.csv`, `slots-YYYY-MM.parquet`, and events and coal where there are any.

Everything is read and checked before anything is computed; all problems are told at once, by file, row and column.
"""

import re
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path

from calc_core.errors import InputRefused, Problem, unreadable_file
from calc_core.fiscal_year import DELIVERY_MONTHS, calendar_month
from calc_core.fleet.coal_rows import NAME as COAL
from calc_core.fleet.coal_rows import read_coal
from calc_core.fleet.contract_rows import NAME as RESOURCES
from calc_core.fleet.contract_rows import read_resources
from calc_core.fleet.csv_rows import FileProblems
from calc_core.fleet.event_rows import NAME as EVENTS
from calc_core.fleet.event_rows import read_events
from calc_core.fleet.resource import FleetResource, FleetSlots
from calc_core.fleet.slot_files import read_month

READERS = 2  # files read at once; each is decoded by several threads anyway
_SLOTS = re.compile(r"slots-(.*)\.parquet")


@dataclass(frozen=True, slots=True)
class FleetTables:
    """What a folder holds of a fiscal year, checked, and what a person should look at."""

    resources: list[FleetResource]
    months: Mapping[int, FleetSlots]
    warnings: list[str]


def read_fleet(folder: Path, fiscal_year: int) -> FleetTables:
    """The fleet in a folder. Raises `InputRefused` with the problems of all its files."""
    problems: list[Problem] = []
    warnings: list[str] = []
    months = _month_files(folder, fiscal_year, problems, warnings)
    in_file = FileProblems(RESOURCES, problems)
    resources = read_resources(folder / RESOURCES, in_file, warnings)
    in_file.close()
    if not resources:
        raise InputRefused(problems)
    order = {each.resource: number for number, each in enumerate(resources)}
    slots = _read_months(folder, fiscal_year, months, resources, order, problems)
    resources = _with_events(folder, fiscal_year, resources, order, problems)
    resources = _with_coal(folder, fiscal_year, resources, problems, warnings)
    if problems:
        raise InputRefused(problems)
    return FleetTables(resources, slots, warnings)


def refuse_an_input_as_output(folder: Path, output: Path) -> None:
    """Raises `InputRefused` where the output would take the place of a file that is read from the folder."""
    inputs = output.name in (RESOURCES, EVENTS, COAL) or _SLOTS.fullmatch(output.name)
    if inputs and output.parent.resolve() == folder.resolve():
        message = "入力のファイルの名前です。入力を上書きしないように、別の名前か場所を指定してください"
        raise InputRefused([Problem(str(output), message)])


def _month_files(
    folder: Path, fiscal_year: int, problems: list[Problem], warnings: list[str]
) -> tuple[int, ...]:
    """The delivery months that have a file: from April without a gap, or a problem that names what is missing."""
    try:
        names = sorted(each.name for each in folder.iterdir())
    except OSError as failed:
        raise InputRefused([Problem(str(folder), unreadable_file(failed))]) from failed
    expected = {_name(fiscal_year, month): month for month in DELIVERY_MONTHS}
    present = []
    for name in names:
        match = _SLOTS.fullmatch(name)
        if name in expected:
            present.append(expected[name])
        elif match and re.fullmatch(r"[0-9]{4}-(0[1-9]|1[0-2])", match[1]):
            warnings.append(f"{name} は {fiscal_year}年度の月ではないため、使いませんでした")
        elif match:
            problems.append(Problem(name, "月は slots-YYYY-MM.parquet の形で書いてください"))
    last = max((DELIVERY_MONTHS.index(month) for month in present), default=0)
    for month in DELIVERY_MONTHS[: last + 1]:
        if month not in present:
            message = "ファイルがありません。月は4月から続けて、間を空けずに置いてください"
            problems.append(Problem(_name(fiscal_year, month), message))
    return tuple(month for month in DELIVERY_MONTHS if month in present)


def _name(fiscal_year: int, delivery_month: int) -> str:
    year, month = calendar_month(fiscal_year, delivery_month)
    return f"slots-{year:04}-{month:02}.parquet"


def _read_months(
    folder: Path,
    fiscal_year: int,
    months: tuple[int, ...],
    resources: list[FleetResource],
    order: Mapping[str, int],
    problems: list[Problem],
) -> dict[int, FleetSlots]:
    def read(month: int) -> tuple[FleetSlots | None, list[Problem]]:
        found: list[Problem] = []
        in_file = FileProblems(_name(fiscal_year, month), found)
        slots = read_month(folder / in_file.name, fiscal_year, month, resources, order, in_file)
        in_file.close()
        return slots, found

    slots = {}
    with ThreadPoolExecutor(READERS) as pool:
        for month, (table, found) in zip(months, pool.map(read, months), strict=True):
            problems += found
            if table is not None:
                slots[month] = table
    return slots


def _with_events(
    folder: Path,
    fiscal_year: int,
    resources: list[FleetResource],
    order: Mapping[str, int],
    problems: list[Problem],
) -> list[FleetResource]:
    path = folder / EVENTS
    if not path.exists():
        return resources
    in_file = FileProblems(EVENTS, problems)
    events = read_events(path, fiscal_year, order, in_file)
    in_file.close()
    return [replace(each, events=tuple(events.get(each.resource, ()))) for each in resources]


def _with_coal(
    folder: Path,
    fiscal_year: int,
    resources: list[FleetResource],
    problems: list[Problem],
    warnings: list[str],
) -> list[FleetResource]:
    path = folder / COAL
    if not path.exists():
        return resources
    in_file = FileProblems(COAL, problems)
    coal = read_coal(path, fiscal_year, {each.resource for each in resources}, in_file, warnings)
    in_file.close()
    return [replace(each, coal=coal.get(each.resource)) for each in resources]
