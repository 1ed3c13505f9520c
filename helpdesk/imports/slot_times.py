"""時刻とコマ: times and date-times of Japan as people write them, and the slots that begin or end at them.

A start of 08:30 is the slot that begins then, an end of 12:00 the slot that ends then; 24:00 is the end of its day.
"""

import re
from datetime import date, datetime, timedelta

from calc_core.slots import JAPAN, SLOTS_PER_DAY
from helpdesk.imports.cells import NotReadable, plain, read_day, read_whole

_TIME = re.compile(r"([0-9]{1,2}):([0-9]{2})(?::([0-9]{2})(?:\.0+)?)?|([0-9]{1,2})時(?:([0-9]{1,2})分)?")
_PARTED = re.compile(r"(.+?(?:[0-9)]|日))(?:[ T]+|(?<=日))([0-9]{1,2}(?::[0-9.:]+|時.*))")
_SHOWN = 30
_MINUTES_PER_DAY = 24 * 60
_MINUTES_PER_SLOT = _MINUTES_PER_DAY // SLOTS_PER_DAY

SlotPlace = tuple[date, int]


def read_time(cell: str) -> int:
    """Minutes since midnight, 0 … 1,440: 8:30, 08:30:00, 8時30分, 24:00."""
    found = _TIME.fullmatch(plain(cell).replace(" ", ""))
    if found is None:
        raise NotReadable(f"「{cell.strip()[:_SHOWN]}」は時刻ではありません（例 08:30、24:00）")
    minutes = int(found[1] or found[4]) * 60 + int(found[2] or found[5] or 0)
    if int(found[2] or found[5] or 0) > 59 or minutes > _MINUTES_PER_DAY or int(found[3] or 0):
        raise NotReadable(f"「{cell.strip()[:_SHOWN]}」という時刻はありません（00:00〜24:00、秒なし）")
    return minutes


def read_moment(cell: str) -> datetime:
    """A moment in Japan time: 2026-05-01 08:30, 2026/5/1 8:30, 令和8年5月1日 8時30分. A day alone is refused."""
    day, minutes = read_day_and_time(cell)
    if minutes is None:
        raise NotReadable(f"「{cell.strip()[:_SHOWN]}」に時刻がありません（例 2026-05-01 17:00）")
    return datetime(day.year, day.month, day.day, tzinfo=JAPAN) + timedelta(minutes=minutes)


def read_start_slot(cell: str) -> int:
    """The slot that begins at a time."""
    minutes = _on_half_hour(cell, read_time(cell))
    if minutes == _MINUTES_PER_DAY:
        raise NotReadable("24:00 に始まるコマはありません。翌日の 00:00 と書いてください")
    return minutes // _MINUTES_PER_SLOT + 1


def read_end_slot(cell: str) -> int:
    """The slot that ends at a time; 00:00 is no end of this day."""
    minutes = _on_half_hour(cell, read_time(cell))
    if minutes == 0:
        raise NotReadable("00:00 に終わるコマはこの日にありません。24:00 と書いてください")
    return minutes // _MINUTES_PER_SLOT


def read_slot(cell: str) -> int:
    """A slot by its number."""
    return read_whole(cell, least=1, most=SLOTS_PER_DAY, units="コマ目|コマ")


def read_start(cell: str) -> SlotPlace:
    """The slot that begins at a date and time; at a day alone it is the day's first (how Excel writes 0:00)."""
    day, minutes = read_day_and_time(cell)
    minutes = _on_half_hour(cell, minutes or 0)
    if minutes == _MINUTES_PER_DAY:
        return day + timedelta(days=1), 1
    return day, minutes // _MINUTES_PER_SLOT + 1


def read_end(cell: str) -> SlotPlace:
    """The slot that ends at a date and time; 00:00 is the last of the day before.

    A day alone is refused: Excel drops the 0:00 of a date-time, so that it may mean the day's beginning or its end.
    """
    day, minutes = read_day_and_time(cell)
    if minutes is None:
        words = "に時刻がありません。「2026-05-31 24:00」のように書くか、終了コマの列に番号を入れてください"
        raise NotReadable(f"「{cell.strip()[:_SHOWN]}」{words}")
    if _on_half_hour(cell, minutes) == 0:
        return day - timedelta(days=1), SLOTS_PER_DAY
    return day, minutes // _MINUTES_PER_SLOT


def read_day_and_time(cell: str) -> tuple[date, int | None]:
    """The day, and the minutes since midnight where a time stands behind it."""
    text = plain(cell)
    found = _PARTED.fullmatch(text)
    if found is None:
        return read_day(text), None
    return read_day(found[1]), read_time(found[2])


def _on_half_hour(cell: str, minutes: int) -> int:
    if minutes % _MINUTES_PER_SLOT:
        raise NotReadable(
            f"「{cell.strip()[:_SHOWN]}」は30分の区切りではありません（00分か30分にしてください）"
        )
    return minutes
