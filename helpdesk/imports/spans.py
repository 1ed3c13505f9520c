"""期間とコマの列: from which slot to which a row holds, as a date-time, as a date with a time, or as a date with a slot."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from calc_core.slots import end_label, start_label
from helpdesk.imports.cells import read_yes
from helpdesk.imports.columns import Column, TableReader
from helpdesk.imports.slot_times import (
    SlotPlace,
    read_day_and_time,
    read_end,
    read_end_slot,
    read_slot,
    read_start,
    read_start_slot,
)

SPAN_COLUMNS = (
    Column(
        "start",
        "開始",
        ("開始日時", "開始日", "停止開始", "停止開始日時", "start"),
        example="2026-05-01 08:30",
    ),
    Column("start_time", "開始時刻", ("start_time",), required=False, example="08:30"),
    Column("start_slot", "開始コマ", ("start_slot",), required=False, example="18"),
    Column(
        "end",
        "終了",
        ("終了日時", "終了日", "停止終了", "停止終了日時", "end"),
        example="2026-05-31 24:00",
        may_be_empty=True,
    ),
    Column("end_time", "終了時刻", ("end_time",), required=False, example="24:00"),
    Column("end_slot", "終了コマ", ("end_slot",), required=False, example="48"),
)
DAY_COLUMNS = (
    Column("date", "対象日", ("日付", "年月日", "実施日", "date"), example="2026-08-03"),
    Column("start_time", "開始時刻", ("開始", "start_time"), required=False, example="17:00"),
    Column("start_slot", "開始コマ", ("start_slot",), required=False, example="35"),
)
LAST_SLOT_COLUMNS = (
    Column("end_time", "終了時刻", ("終了", "end_time"), required=False, example="20:00"),
    Column("end_slot", "終了コマ", ("end_slot",), required=False, example="40"),
)
WITHDRAWN_COLUMN = Column(
    "withdrawn", "取消", ("取り消し", "取下げ", "withdrawn"), required=False, example="いいえ"
)


@dataclass(frozen=True, slots=True)
class Span:
    """期間: from a slot to a slot, both inclusive; an open one has no last."""

    first: SlotPlace
    last: SlotPlace | None

    def columns(self) -> dict[str, date | int | None]:
        """As the register keeps it."""
        last = self.last or (None, None)
        return {
            "first_date": self.first[0],
            "first_slot": self.first[1],
            "last_date": last[0],
            "last_slot": last[1],
        }

    def shown(self) -> list[str]:
        """Begin and end for the preview."""
        return [shown_start(self.first), shown_end(self.last) if self.last else "（未定）"]


def shown_start(place: SlotPlace) -> str:
    """When a slot begins, for a reader."""
    return f"{place[0].isoformat()} {start_label(place[1])}（コマ{place[1]}）"


def shown_end(place: SlotPlace) -> str:
    """When a slot is over, for a reader."""
    return f"{place[0].isoformat()} {end_label(place[1])}（コマ{place[1]}）"


def read_span(reader: TableReader) -> Span | None:
    """The span of the current row; None after noting a problem."""
    before = len(reader.problems)
    first = _place(reader, "start", read_start)
    last = None
    if any(reader.has(name) for name in ("end", "end_time", "end_slot")):
        if not reader.has("end"):
            reader.note("end", "終了の時刻かコマだけがあります。終了の日付を入れてください")
        last = _place(reader, "end", read_end)
    if first and last and last < first:
        reader.note("end", f"開始（{shown_start(first)}）より前です")
    return Span(first, last) if first is not None and len(reader.problems) == before else None


def read_slot_at(
    reader: TableReader, slot: str, *, start_time: str | None = None, end_time: str | None = None
) -> int | None:
    """The slot that the current row gives by number, by its beginning or its end; all that are given must agree."""
    found: dict[str, int | None] = {}
    for name, read in ((slot, read_slot), (start_time, read_start_slot), (end_time, read_end_slot)):
        if name is not None and reader.has(name):
            found[name] = reader.value(name, read)
    if not found:
        reader.note(slot, "コマの番号か時刻を入れてください")
        return None
    if None not in found.values() and len(set(found.values())) > 1:
        reader.note(slot, "コマの番号と時刻が合いません。どちらか一方にしてください")
        return None
    return next(iter(found.values()))


def read_slots_of_day(reader: TableReader) -> tuple[int, int] | None:
    """First and last slot of a row about one day; None after noting a problem."""
    first = read_slot_at(reader, "start_slot", start_time="start_time")
    last = read_slot_at(reader, "end_slot", end_time="end_time")
    if first is None or last is None:
        return None
    if last < first:
        reader.note("end_slot", f"開始（コマ{first}）より前です（コマ{last}）")
        return None
    return first, last


def read_withdrawn(reader: TableReader) -> bool:
    """Whether the current row takes back what was submitted."""
    return bool(reader.value("withdrawn", read_yes))


def _place(
    reader: TableReader,
    name: str,
    read_place: Callable[[str], SlotPlace],
) -> SlotPlace | None:
    time, slot = f"{name}_time", f"{name}_slot"
    if not reader.has(time) and not reader.has(slot):
        return reader.value(name, read_place)
    found = reader.value(name, read_day_and_time)
    at = (
        read_slot_at(reader, slot, start_time=time)
        if name == "start"
        else read_slot_at(reader, slot, end_time=time)
    )
    if found is None or at is None:
        return None
    if found[1] is None:
        return found[0], at
    place = reader.value(name, read_place)
    if place is not None and place[1] != at:
        reader.note(name, f"時刻・コマの列（コマ{at}）と合いません。どちらか一方にしてください")
    return place
