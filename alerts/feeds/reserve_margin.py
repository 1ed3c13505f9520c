"""広域ブロック情報（翌日・当日）: the official download `jhSybt=02` of the reserve-margin system (`domain.md` §4).

One file is one publication: an UPDATE line, the header, 480 rows a day.
"""

from collections.abc import Collection
from datetime import date

from alerts.errors import FeedUnreadable, Problem
from alerts.feeds.cells import Cells, once_each, read_moment
from alerts.feeds.csv_text import first_field, place, read_table, rows_of
from alerts.readings import RESERVE_MARGIN_BLOCK, Determination, Reading, in_order

COLUMNS = (
    "対象年月日",
    "時刻",
    "ブロックNo",
    "エリア名",
    "広域ブロック需要(MW)",
    "広域ブロック供給力(MW)",
    "広域ブロック予備力(MW)",
    "広域予備率(%)",
    "広域使用率(%)",
    "エリア需要(MW)",
    "エリア供給力(MW)",
    "エリア予備力(MW)",
)

_STAMP_END = " UPDATE"


def read(raw: bytes, name: str = "公表データ", *, expected_days: Collection[date] = ()) -> Determination:
    """The publication in these bytes. Raises `FeedUnreadable` where it is none.

    What can be read is read; rows and values that cannot stand in `problems`. `expected_days` are the days that were
    asked for: one that did not come counts as missing, one that was not asked for is said.
    """
    table = read_table(raw, name, COLUMNS, lines_above=1)
    stamp = first_field(table.above[0]).lstrip("\ufeff")
    try:
        if not stamp.endswith(_STAMP_END):
            raise ValueError(stamp)
        published_at = read_moment(stamp.removesuffix(_STAMP_END).strip())
    except ValueError as wrong:
        message = "更新日時の行（例 2026/07/22 23:58 UPDATE）を読めません。公表データを取得し直してください"
        raise FeedUnreadable([Problem(place(name, 1), message)]) from wrong
    cells = Cells(name)
    readings: list[Reading] = []
    for line, fields in rows_of(table, cells.problems, name):
        reading = _reading(line, fields, cells)
        if reading is not None:
            readings.append(reading)
    if not readings:
        message = "読める行が1行もありません。公表データを取得し直してください"
        raise FeedUnreadable([Problem(name, message), *cells.problems])
    unplaced = len(table.body) - len(readings)
    readings = once_each(readings, cells)
    found = {reading.day for reading in readings}
    if expected_days:
        _say_other_days(found, set(expected_days), cells)
    return Determination(
        source=RESERVE_MARGIN_BLOCK,
        published_at=published_at,
        days=tuple(sorted(found | set(expected_days))),
        readings=in_order(readings),
        problems=tuple(cells.problems),
        unplaced_rows=unplaced,
    )


def _reading(line: int, fields: list[str], cells: Cells) -> Reading | None:
    day = cells.day(line, COLUMNS[0], fields[0])
    slot = cells.slot(line, COLUMNS[1], fields[1])
    area = cells.area(line, COLUMNS[3], fields[3])
    if day is None or slot is None or area is None:
        return None
    return Reading(
        day=day,
        slot=slot,
        area=area,
        line=line,
        block=fields[2] or None,
        block_demand_kw=cells.power(line, COLUMNS[4], fields[4]),
        block_supply_kw=cells.power(line, COLUMNS[5], fields[5]),
        block_reserve_kw=cells.power(line, COLUMNS[6], fields[6]),
        margin=cells.percent(line, COLUMNS[7], fields[7]),
        usage=cells.percent(line, COLUMNS[8], fields[8]),
        area_demand_kw=cells.power(line, COLUMNS[9], fields[9]),
        area_supply_kw=cells.power(line, COLUMNS[10], fields[10]),
        area_reserve_kw=cells.power(line, COLUMNS[11], fields[11]),
    )


def _say_other_days(found: set[date], expected: set[date], cells: Cells) -> None:
    for day in sorted(expected - found):
        cells.problems.append(
            Problem(cells.name, f"{day:%Y/%m/%d}の値がありません。次の公表を確かめてください")
        )
    for day in sorted(found - expected):
        cells.problems.append(Problem(cells.name, f"求めていない日（{day:%Y/%m/%d}）の値があります"))
