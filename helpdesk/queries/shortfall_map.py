"""未達成の濃淡: how much each slot of a resource lacks, as levels for the year's picture and the cells of a month.

A level never speaks by colour alone: low-reserve slots are framed, a month's cells carry their figure, months their sums.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

import numpy as np

from calc_core.fiscal_year import days_in_month
from calc_core.slots import SLOTS, end_label, start_label
from helpdesk.heat_map import Palette, heat_map_png
from helpdesk.presentation import japanese_date
from helpdesk.queries.resource_slots import YearSlots
from helpdesk.register.models import NO_VALUE

NOTHING, FULL, SLIGHT, HALF, WHOLE, HEAVY, SEVERE = range(7)
LEVELS = (  # look (classes `m-…` and tokens of the map of margins), words
    ("none", "値なし・契約なし"),
    ("ample", "不足なし"),
    ("near", "0.5 未満"),
    ("low", "0.5 以上 1 未満"),
    ("tight", "1 以上 2.5 未満"),
    ("severe", "2.5 以上 5 未満"),
    ("critical", "5 以上"),
)
PALETTES = {  # the surfaces of styles/tokens.css; a test holds them equal
    "light": Palette(
        (None, "#e8f2ee", "#fff5cf", "#ffd98a", "#ffa866", "#c22a48", "#5a0e4d"), frame="#18202f"
    ),
    "dark": Palette(
        (None, "#13241e", "#332d10", "#614307", "#8a3f0e", "#c2304f", "#f0a9e0"), frame="#e5eaf4"
    ),
}


@dataclass(frozen=True, slots=True)
class Cell:
    """One slot of a day: its look, what stands in it (missing kW in per cent of the obligation), all of it in words."""

    slot: int
    level: str
    figure: str
    title: str
    marks: str


@dataclass(frozen=True, slots=True)
class DayRow:
    """One day of a month; `shortfall_slots` is its sum, exact."""

    day: date
    cells: tuple[Cell, ...]
    shortfall_slots: Fraction
    reasons: tuple[str, ...]


def levels_of(offered_kw: np.ndarray, multiplier: np.ndarray, assessed_kw: np.ndarray) -> np.ndarray:
    """The level of each slot by its 未達成コマ (share missing × multiplier), compared in whole numbers."""
    assessed = assessed_kw.astype(np.int64)
    missing = np.where(offered_kw == NO_VALUE, 0, np.maximum(assessed - offered_kw, 0))
    weighted = missing * np.maximum(multiplier, 0).astype(np.int64)
    level = np.where(weighted > 0, SLIGHT, FULL)
    for least, numerator, denominator in ((HALF, 1, 2), (WHOLE, 1, 1), (HEAVY, 5, 2), (SEVERE, 5, 1)):
        level = np.where((weighted > 0) & (weighted * denominator >= assessed * numerator), least, level)
    unknown = (assessed == 0) | (offered_kw == NO_VALUE) | (multiplier == NO_VALUE)
    return np.where(unknown, NOTHING, level).astype(np.uint8)


def year_picture(year: YearSlots, scheme: str) -> bytes:
    """365 × 48 as PNG: days from left to right, slots from top to bottom, a gap between months."""
    levels = levels_of(year.offered_kw, year.multiplier, year.assessed_kw)
    starts = [at for at, day in enumerate(year.days) if day.day == 1]
    return heat_map_png(levels.T, year.low.T, palette=PALETTES[scheme], starts=starts)


def month_rows(
    year: YearSlots, delivery_month: int, corrections: Mapping[tuple[date, str], str]
) -> tuple[DayRow, ...]:
    """The days of a month slot by slot; `corrections` are reasons by day and kind."""
    first = next(at for at, day in enumerate(year.days) if day.month == delivery_month)
    days = range(first, first + days_in_month(year.fiscal_year, delivery_month))
    levels = levels_of(year.offered_kw, year.multiplier, year.assessed_kw)
    sums = year.day_slots()
    rows = []
    for at in days:
        day = year.days[at]
        reasons = tuple(dict.fromkeys(reason for (on, _), reason in corrections.items() if on == day))
        cells = tuple(_cell(year, at, slot, int(levels[at, slot - 1]), bool(reasons)) for slot in SLOTS)
        rows.append(DayRow(day, cells, sums[at], reasons))
    return tuple(rows)


def _cell(year: YearSlots, at: int, slot: int, level: int, is_corrected: bool) -> Cell:
    place = f"{japanese_date(year.days[at])} {start_label(slot)}–{end_label(slot)}"
    is_low = bool(year.low[at, slot - 1])
    marks = " ".join(word for word, holds in (("is-framed", is_low), ("is-corrected", is_corrected)) if holds)
    ending = ("　低予備率" if is_low else "") + ("　訂正あり" if is_corrected else "")
    look = LEVELS[level][0]
    if level == NOTHING:
        return Cell(slot, look, "", f"{place} 値がないか、契約のないコマです{ending}", marks)
    offered, assessed = int(year.offered_kw[at, slot - 1]), int(year.assessed_kw[at, slot - 1])
    times = int(year.multiplier[at, slot - 1])
    title = f"{place} 供給力 {offered:,} kW／{assessed:,} kW・倍率 {times}{ending}"
    missing = assessed - offered
    figure = "" if missing <= 0 else str(-(-missing * 100 // assessed))
    return Cell(slot, look, figure, title, marks)
