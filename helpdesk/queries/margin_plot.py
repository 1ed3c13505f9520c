"""予備率の図: the margins of an incident's day as lines over the 48 slots, as coordinates for a drawing of the page.

Areas with the same values all day (one block) share a line. Values above the top are cut off there: what matters lies
below 10 %. Lines differ by dash and by the name at their end, not by colour alone.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from alerts.words import AREAS
from calc_core.slots import SLOTS
from helpdesk.presentation import percent
from helpdesk.queries.margin_map import span

WIDTH, HEIGHT = 960, 300
LEFT, RIGHT, TOP, BOTTOM = 48, 132, 14, 28
CEILING = 1600  # hundredths of a per cent; what is above is drawn here
THRESHOLDS = (800, 500, 300, 100)
MOST_LINES = 6
NAME_GAP = 15  # between the names at the lines' ends


@dataclass(frozen=True, slots=True)
class Line:
    """One line: the areas that share it, its strokes (gaps where nothing is known), where its name stands."""

    name: str
    strokes: tuple[str, ...]
    name_y: float
    end_y: float
    told: str


@dataclass(frozen=True, slots=True)
class Plot:
    """予備率の図 of a day; `told` says it in words."""

    day: date
    lines: tuple[Line, ...]
    thresholds: tuple[tuple[str, float], ...]
    hours: tuple[tuple[int, float], ...]
    floor_y: float
    told: str


def margin_plot(day: date, margins: Mapping[str, Sequence[int | None]]) -> Plot | None:
    """The plot of the 48 margins (hundredths of a per cent) of each area; nothing to draw gives None."""
    groups: dict[tuple[int | None, ...], list[str]] = {}
    for area in sorted(margins, key=AREAS.index):
        values = tuple(margins[area])
        if any(value is not None for value in values):
            groups.setdefault(values, []).append(area)
    if not groups:
        return None
    lowest_first = sorted(groups.items(), key=lambda item: min(v for v in item[0] if v is not None))
    chosen = lowest_first[:MOST_LINES]
    floor = min(0, min(value for values, _ in chosen for value in values if value is not None))
    ends = [_y(next(v for v in reversed(values) if v is not None), floor) for values, _ in chosen]
    lines = tuple(
        _line("・".join(names), values, floor, name_y)
        for (values, names), name_y in zip(chosen, _apart(ends), strict=True)
    )
    left_out = len(lowest_first) - len(chosen)
    told = "。".join(line.told for line in lines) + (f"。ほか {left_out} 本は表のとおり" if left_out else "")
    return Plot(
        day=day,
        lines=lines,
        thresholds=tuple((f"{level // 100} %", _y(level, floor)) for level in THRESHOLDS),
        hours=tuple((hour, _x(hour * 2)) for hour in range(0, 25, 3)),
        floor_y=_y(floor, floor),
        told=told,
    )


def _line(name: str, values: tuple[int | None, ...], floor: int, name_y: float) -> Line:
    strokes: list[list[str]] = [[]]
    for slot in SLOTS:
        value = values[slot - 1]
        if value is None:
            strokes.append([])
            continue
        y = _y(value, floor)
        strokes[-1] += [f"{_x(slot - 1):.1f},{y:.1f}", f"{_x(slot):.1f},{y:.1f}"]
    least, at = min((value, slot) for slot, value in zip(SLOTS, values, strict=True) if value is not None)
    last = next(value for value in reversed(values) if value is not None)
    return Line(
        name=name,
        strokes=tuple(" ".join(points) for points in strokes if points),
        name_y=name_y,
        end_y=_y(last, floor),
        told=f"{name}：最低 {percent(least)}（{span(at)}）",
    )


def _x(slots_passed: int) -> float:
    return LEFT + (WIDTH - LEFT - RIGHT) * slots_passed / 48


def _y(hundredths: int, floor: int) -> float:
    share = (min(hundredths, CEILING) - floor) / (CEILING - floor)
    return round(HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * share, 1)


def _apart(wanted: list[float]) -> list[float]:
    """The heights of names, moved so that none covers another."""
    order = sorted(range(len(wanted)), key=lambda at: wanted[at])
    placed, least = [0.0] * len(wanted), float(TOP)
    for at in order:
        placed[at] = max(wanted[at], least)
        least = placed[at] + NAME_GAP
    return placed
