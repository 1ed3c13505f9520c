"""記録された公表: the tidy CSV in which past publications are kept (`published_at` in every row, block values only as
margin and usage), many publications in one file."""

from collections import defaultdict
from datetime import datetime

from alerts.errors import FeedUnreadable, Problem
from alerts.feeds.cells import Cells, once_each
from alerts.feeds.csv_text import read_table, rows_of
from alerts.readings import RESERVE_MARGIN_BLOCK, Determination, Reading, in_order

COLUMNS = (
    "published_at",
    "date",
    "slot_end",
    "area",
    "wide_reserve_pct",
    "wide_usage_pct",
    "area_demand_mw",
    "area_supply_mw",
    "area_reserve_mw",
)


def read(raw: bytes, name: str = "記録ファイル") -> list[Determination]:
    """Every publication of the file, oldest first. Raises `FeedUnreadable`: for a file without a readable row."""
    table = read_table(raw, name, COLUMNS, lines_above=0)
    by_stamp: dict[datetime, list[Reading]] = defaultdict(list)
    cells = Cells(name)
    for line, fields in rows_of(table, cells.problems, name):
        published_at = cells.moment(line, COLUMNS[0], fields[0])
        reading = _reading(line, fields, cells)
        if published_at is not None and reading is not None:
            by_stamp[published_at].append(reading)
    if not by_stamp:
        message = "読める行が1行もありません。ファイルを確かめてください"
        raise FeedUnreadable([Problem(name, message), *cells.problems])
    unplaced = len(table.body) - sum(map(len, by_stamp.values()))
    found = []
    for published_at, rows in sorted(by_stamp.items()):
        readings = once_each(rows, cells)
        days = tuple(sorted({reading.day for reading in readings}))
        found.append(Determination(RESERVE_MARGIN_BLOCK, published_at, days, in_order(readings)))
    first, *others = found
    return [_with_problems(first, cells, unplaced), *others]


def _with_problems(first: Determination, cells: Cells, unplaced: int) -> Determination:
    """The problems of a file stand with its first publication: a row without a stamp belongs to none."""
    return Determination(
        first.source, first.published_at, first.days, first.readings, tuple(cells.problems), unplaced
    )


def _reading(line: int, fields: list[str], cells: Cells) -> Reading | None:
    day = cells.day(line, COLUMNS[1], fields[1])
    slot = cells.slot(line, COLUMNS[2], fields[2])
    area = cells.area(line, COLUMNS[3], fields[3])
    if day is None or slot is None or area is None:
        return None
    return Reading(
        day=day,
        slot=slot,
        area=area,
        line=line,
        margin=cells.percent(line, COLUMNS[4], fields[4]),
        usage=cells.percent(line, COLUMNS[5], fields[5]),
        area_demand_kw=cells.power(line, COLUMNS[6], fields[6]),
        area_supply_kw=cells.power(line, COLUMNS[7], fields[7]),
        area_reserve_kw=cells.power(line, COLUMNS[8], fields[8]),
    )
