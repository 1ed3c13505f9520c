"""コマ: the only conversion between slots 1 … 48, their labels and timestamps.

A slot is half an hour of a day in Japan. Publications label it by its end ("00:30" … "24:00", the feed of the reserve
margin) or by its start ("00:00" … "23:30"); slot 48 ends at 24:00 of its own day, which is 00:00 of the next.
"""

import re
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from calc_core.fiscal_year import calendar_month, days_in_month

JAPAN = ZoneInfo("Asia/Tokyo")
SLOTS_PER_DAY = 48
MINUTES_PER_SLOT = 30
SLOTS = range(1, SLOTS_PER_DAY + 1)

_LABEL = re.compile(r"([0-9]{1,2}):(00|30)", re.ASCII)


def slot_of_end_label(label: str) -> int:
    """The slot that ends at this label: "00:30" is 1, "24:00" is 48. Raises `ValueError`."""
    return _minutes(label, SLOTS) // MINUTES_PER_SLOT


def slot_of_start_label(label: str) -> int:
    """The slot that starts at this label: "00:00" is 1, "23:30" is 48. Raises `ValueError`."""
    return _minutes(label, range(SLOTS_PER_DAY)) // MINUTES_PER_SLOT + 1


def end_label(slot: int) -> str:
    """The end of a slot as publications write it: "00:30" … "24:00"."""
    return _label(_known(slot) * MINUTES_PER_SLOT)


def start_label(slot: int) -> str:
    """The start of a slot: "00:00" … "23:30"."""
    return _label((_known(slot) - 1) * MINUTES_PER_SLOT)


def slot_start(day: date, slot: int) -> datetime:
    """When a slot of a Japan date begins, aware, in Japan time."""
    minutes = (_known(slot) - 1) * MINUTES_PER_SLOT
    return datetime.combine(day, time(minutes // 60, minutes % 60), JAPAN)


def slot_end(day: date, slot: int) -> datetime:
    """When a slot of a Japan date is over, aware, in Japan time (slot 48: midnight of the next day)."""
    return slot_start(day, slot) + timedelta(minutes=MINUTES_PER_SLOT)


def slot_at(moment: datetime) -> tuple[date, int]:
    """The Japan date and slot in which a moment lies; a boundary belongs to the slot it begins."""
    if moment.tzinfo is None:
        raise ValueError("a moment without time zone lies in no slot")
    local = moment.astimezone(JAPAN)
    return local.date(), (local.hour * 60 + local.minute) // MINUTES_PER_SLOT + 1


def slots_of_month(fiscal_year: int, delivery_month: int) -> Iterator[tuple[date, int]]:
    """Every (date, slot) of a delivery month, in time order: 48 for each day."""
    for day in days_of_month(fiscal_year, delivery_month):
        for slot in SLOTS:
            yield day, slot


def days_of_month(fiscal_year: int, delivery_month: int) -> list[date]:
    """The calendar days of a delivery month."""
    year, month = calendar_month(fiscal_year, delivery_month)
    return [date(year, month, day + 1) for day in range(days_in_month(fiscal_year, delivery_month))]


def _minutes(label: str, allowed: range) -> int:
    match = _LABEL.fullmatch(label)
    minutes = int(match[1]) * 60 + int(match[2]) if match else -1
    if minutes // MINUTES_PER_SLOT not in allowed:
        raise ValueError(
            f"コマの時刻 {label!r} を読めません。30分刻みの時刻（例 00:30、24:00）で書いてください"
        )
    return minutes


def _label(minutes: int) -> str:
    return f"{minutes // 60:02d}:{minutes % 60:02d}"


def _known(slot: int) -> int:
    if slot not in SLOTS:
        raise ValueError(f"コマ {slot!r} はありません。1〜{SLOTS_PER_DAY} の整数で指定してください")
    return slot
