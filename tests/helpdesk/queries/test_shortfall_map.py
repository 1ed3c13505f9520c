"""A slot's look follows its 未達成コマ exactly, at each bound; a cell says in words what its colour says."""

import io
import re
from datetime import date, timedelta
from fractions import Fraction
from pathlib import Path

import numpy as np
from PIL import Image

from helpdesk.heat_map import CELL_HEIGHT, CELL_WIDTH
from helpdesk.queries.resource_slots import YearSlots
from helpdesk.queries.shortfall_map import (
    FULL,
    HALF,
    HEAVY,
    LEVELS,
    NOTHING,
    PALETTES,
    SEVERE,
    SLIGHT,
    WHOLE,
    levels_of,
    month_rows,
    year_picture,
)
from helpdesk.register.models import NO_VALUE

TOKENS = Path(__file__).parents[3] / "helpdesk" / "static" / "styles" / "tokens.css"
DAYS = tuple(date(2026, 4, 1) + timedelta(days=at) for at in range(365))


def year(offered_kw: int = 100, multiplier: int = 1, assessed_kw: int = 100) -> YearSlots:
    """A year of the same slot everywhere."""
    shape = (365, 48)
    return YearSlots(
        fiscal_year=2026,
        days=DAYS,
        known_months=(4,),
        periods=(),
        offered_kw=np.full(shape, offered_kw, np.int32),
        multiplier=np.full(shape, multiplier, np.int32),
        assessed_kw=np.full(shape, assessed_kw, np.int32),
        low=np.zeros(shape, bool),
    )


def test_each_bound_belongs_to_the_level_above_it() -> None:
    rows = [  # offered, multiplier, assessed, level
        (100, 5, 100, FULL),
        (101, 5, 100, FULL),
        (99, 1, 100, SLIGHT),
        (51, 1, 100, SLIGHT),
        (50, 1, 100, HALF),
        (1, 1, 100, HALF),
        (0, 1, 100, WHOLE),
        (51, 5, 100, WHOLE),
        (50, 5, 100, HEAVY),
        (1, 5, 100, HEAVY),
        (0, 5, 100, SEVERE),
        (0, 0, 100, FULL),
        (NO_VALUE, NO_VALUE, 100, NOTHING),
        (0, 1, 0, NOTHING),
        (1_000_000_000, 127, 2_000_000_000, SEVERE),
    ]
    offered, multiplier, assessed, wanted = (np.array(column, np.int32) for column in zip(*rows, strict=True))
    assert levels_of(offered, multiplier, assessed).tolist() == wanted.tolist()


def test_the_levels_agree_with_exact_fractions() -> None:
    random = np.random.default_rng(8640)
    offered = random.integers(0, 13, 2_000, dtype=np.int32)
    multiplier = random.integers(0, 8, 2_000, dtype=np.int32)
    assessed = random.integers(1, 12, 2_000, dtype=np.int32)
    bounds = (Fraction(1, 2), Fraction(1), Fraction(5, 2), Fraction(5))
    for kw, times, owed, level in zip(
        offered.tolist(),
        multiplier.tolist(),
        assessed.tolist(),
        levels_of(offered, multiplier, assessed).tolist(),
        strict=True,
    ):
        counted = Fraction(max(owed - kw, 0) * times, owed)
        assert level == (SLIGHT + sum(counted >= each for each in bounds) if counted else FULL)


def test_the_pictures_colours_are_those_of_the_pages() -> None:
    tokens = TOKENS.read_text(encoding="utf-8")
    for at, scheme in enumerate(("light", "dark")):
        names = [f"margin-{look}-surface" for look, _ in LEVELS[1:]] + ["text"]
        told = [re.search(rf"--{name}: light-dark\(([^,]+), ([^)]+)\)", tokens) for name in names]
        palette = PALETTES[scheme]
        assert [each[at + 1] for each in told if each] == [*palette.levels[1:], palette.frame]


def test_the_year_lies_from_left_to_right_and_the_day_from_top_to_bottom() -> None:
    slots = year()
    slots.offered_kw[30, 47] = 0  # 1 May, the last slot
    slots.low[0, 0] = True
    picture = Image.open(io.BytesIO(year_picture(slots, "light"))).convert("RGB")
    assert picture.size == ((365 + 11) * CELL_WIDTH, 48 * CELL_HEIGHT)
    column, middle = 31 * CELL_WIDTH + CELL_WIDTH // 2, 47 * CELL_HEIGHT + CELL_HEIGHT // 2
    assert (
        "#{:02x}{:02x}{:02x}".format(*picture.getpixel((column, middle))) == PALETTES["light"].levels[WHOLE]
    )
    assert "#{:02x}{:02x}{:02x}".format(*picture.getpixel((0, 0))) == PALETTES["light"].frame


def test_a_cell_says_what_its_colour_says() -> None:
    slots = year()
    slots.offered_kw[2, 33], slots.multiplier[2, 33], slots.low[2, 33] = 67, 5, True
    rows = month_rows(slots, 4, {(date(2026, 4, 3), "offered_kw"): "計画の差替"})
    assert len(rows) == 30
    cell = rows[2].cells[33]
    assert (cell.level, cell.figure, cell.marks) == ("tight", "33", "is-framed is-corrected")
    assert cell.title == ("2026年4月3日（金） 16:30–17:00 供給力 67 kW／100 kW・倍率 5　低予備率　訂正あり")
    assert (rows[2].shortfall_slots, rows[2].reasons) == (Fraction(165, 100), ("計画の差替",))
    assert (rows[3].shortfall_slots, rows[3].reasons) == (0, ())


def test_a_slot_without_a_value_shows_no_figure() -> None:
    cell = month_rows(year(offered_kw=NO_VALUE, multiplier=NO_VALUE), 4, {})[0].cells[0]
    assert (cell.level, cell.figure) == ("none", "")
    assert "値がないか" in cell.title
