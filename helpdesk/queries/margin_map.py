"""予備率の地図: the ten areas and 48 slots of one day as the watch shows them, and the low ones in words.

A cell never speaks by colour alone: its level has a name, its figure is written, its title says everything.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from alerts.models import AreaDay, AreaState
from alerts.slot_blobs import unpack_int32
from alerts.state_store import slot_states
from alerts.tracking import SlotState
from alerts.words import AREA_CODES, AREAS, LOW
from calc_core.slots import SLOTS, end_label, slot_at, slot_end, start_label
from helpdesk.presentation import percent

LEVELS = (  # name of the look, from here on (hundredths of a per cent), words
    ("ample", 1000, "10 %以上"),
    ("near", 800, "8 %以上 10 %未満"),
    ("low", 500, "8 %未満"),
    ("tight", 300, "5 %未満"),
    ("severe", 100, "3 %未満"),
    ("critical", None, "1 %未満"),
)
UNPUBLISHED, UNREADABLE = "unpublished", "unreadable"
LEGEND = (
    *((name, words) for name, _, words in LEVELS),
    (UNPUBLISHED, "値なし（未公表）"),
    (UNREADABLE, "読み取れない"),
)
LEGEND_FIGURES = {
    "ample": "16",
    "near": "8.4",
    "low": "7.9",
    "tight": "4.2",
    "severe": "2.5",
    "critical": "0.3",
}


@dataclass(frozen=True, slots=True)
class Cell:
    """One slot of one area: its look, what stands in it, and the whole of it in words."""

    slot: int
    level: str
    figure: str
    title: str
    marks: str  # further classes: is-past, is-now, is-doubtful


@dataclass(frozen=True, slots=True)
class LowRange:
    """Slots below 8 % that follow one another."""

    span: str  # 16:30–19:00
    least: int  # hundredths of a per cent
    least_span: str
    level: str
    is_over: bool
    is_running: bool
    unreadable: bool  # the newest publication no longer says


@dataclass(frozen=True, slots=True)
class AreaRow:
    """One area of the map; `told` is one sentence for who cannot see it."""

    area: str
    code: str
    cells: tuple[Cell, ...]
    lows: tuple[LowRange, ...]
    told: str


@dataclass(frozen=True, slots=True)
class DayMap:
    """予備率の地図 of one day; without rows nothing was published for it."""

    day: date
    rows: tuple[AreaRow, ...]
    now_slot: int | None

    @property
    def low_groups(self) -> list[tuple[list[AreaRow], tuple[LowRange, ...]]]:
        """The areas with a slot below 8 %, whenever in the day; those of the same slots and margins together."""
        groups: dict[tuple[LowRange, ...], list[AreaRow]] = {}
        for row in self.rows:
            if row.lows:
                groups.setdefault(row.lows, []).append(row)
        return [(rows, lows) for lows, rows in groups.items()]


def level_of(hundredths: int) -> str:
    """The level of a margin: 799 is below 8 %, 800 is not."""
    return next(name for name, least, _ in LEVELS if least is None or hundredths >= least)


def short_figure(hundredths: int) -> str:
    """What fits a cell, never rounded up: tenths below 10 %, whole per cents above."""
    if hundredths >= 1000:
        return str(hundredths // 100)
    whole, tenth = divmod(abs(hundredths // 10), 10)
    return f"{'−' if hundredths < 0 else ''}{whole}.{tenth}"


def span(first: int, last: int | None = None) -> str:
    """`16:30–17:00`, of one slot or of a stretch."""
    return f"{start_label(first)}–{end_label(last or first)}"


def day_map(
    day: date, states: Mapping[str, AreaState], newest: Mapping[str, AreaDay], *, now: datetime
) -> DayMap:
    """The map of a day from the areas' states and the newest publication's own values."""
    today, slot = slot_at(now)
    rows = tuple(_row(day, states[area], newest.get(area), now) for area in AREAS if area in states)
    return DayMap(day=day, rows=rows, now_slot=slot if today == day else None)


def low_ranges(
    day: date, states: Sequence[SlotState], unreadable: set[int], *, now: datetime
) -> tuple[LowRange, ...]:
    """The slots of an area that stand below 8 %, joined where they follow one another; what is over stands apart."""
    lows: list[list[tuple[int, int]]] = []
    for slot, state in zip(SLOTS, states, strict=True):
        if state.state != LOW or state.margin is None:
            continue
        just_over = slot > 1 and slot_end(day, slot - 1) <= now < slot_end(day, slot)
        if lows and lows[-1][-1][1] == slot - 1 and not just_over:
            lows[-1].append((math.floor(state.margin), slot))
        else:
            lows.append([(math.floor(state.margin), slot)])
    return tuple(_range(day, stretch, unreadable, now) for stretch in lows)


def _range(day: date, stretch: list[tuple[int, int]], unreadable: set[int], now: datetime) -> LowRange:
    first, last = stretch[0][1], stretch[-1][1]
    least, at = min(stretch)
    is_over = slot_end(day, last) <= now
    return LowRange(
        span=span(first, last),
        least=least,
        least_span=span(at),
        level=level_of(least),
        is_over=is_over,
        is_running=not is_over and slot_at(now) >= (day, first),
        unreadable=bool(unreadable & {slot for _, slot in stretch}),
    )


def _row(day: date, state: AreaState, newest: AreaDay | None, now: datetime) -> AreaRow:
    states = slot_states(state)
    published = unpack_int32(newest.margins) if newest else [each.margin for each in states]
    unreadable = {slot for slot in SLOTS if newest and published[slot - 1] is None}
    cells = tuple(
        _cell(f"{state.area} {span(slot)}", _marks(day, slot, now), slot, each, slot in unreadable)
        for slot, each in zip(SLOTS, states, strict=True)
    )
    lows = low_ranges(day, states, unreadable, now=now)
    parts = [f"{low.span} 最低 {percent(low.least)}" for low in lows] or ["8 %未満のコマはありません"]
    told = f"{state.area}：{'、'.join(parts)}"
    if unreadable:
        told += f"。直近の公表で読み取れないコマが {len(unreadable)} あります"
    return AreaRow(area=state.area, code=AREA_CODES[state.area], cells=cells, lows=lows, told=told)


def _marks(day: date, slot: int, now: datetime) -> str:
    current = slot_at(now)
    return "is-past" if (day, slot) < current else "is-now" if (day, slot) == current else ""


def _cell(place: str, marks: str, slot: int, state: SlotState, unreadable: bool) -> Cell:
    margin = None if state.margin is None else math.floor(state.margin)
    if unreadable:
        before = f"（直前の値 {percent(margin)}）" if margin is not None else ""
        return Cell(slot, UNREADABLE, "?", f"{place} 読み取れません{before}", marks)
    if margin is None:
        return Cell(slot, UNPUBLISHED, "", f"{place} 値なし", marks)
    title = f"{place} {percent(margin)}"
    if state.told_wrong:
        title, marks = f"{title}　公表値の誤りの疑い", f"{marks} is-doubtful".strip()
    return Cell(slot, level_of(margin), short_figure(margin), title, marks)
