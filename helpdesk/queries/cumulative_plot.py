"""累計の図: the 未達成コマ of a resource since April as a line, against the slots that are free, as coordinates.

The line is flat where nothing was missing; it ends with the last day that is known. Days beyond the free slots are
marked by the line crossing the threshold, which carries its figure; everything is in words as well.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from helpdesk.presentation import japanese_date
from helpdesk.queries.calculations import readable

WIDTH, HEIGHT = 960, 220
LEFT, RIGHT, TOP, BOTTOM = 56, 16, 16, 24
_STEPS = (1_000, 2_000, 5_000, 10_000, 20_000, 50_000)  # between the grid's lines
_MOST_LINES = 6


@dataclass(frozen=True, slots=True)
class CumulativePlot:
    """累計の図: the line, where the free slots end, the grid, and all of it in words."""

    points: str
    area: str
    free_slots: int
    free_y: float
    crossed_x: float | None
    grid: tuple[tuple[int, float], ...]
    months: tuple[tuple[int, float], ...]
    floor_y: float
    end: tuple[float, float]
    told: str


def cumulative_plot(
    days: Sequence[date], day_slots: Sequence[Fraction], known_days: int, *, free_slots: int
) -> CumulativePlot | None:
    """The plot of the sums since the first day, of the first `known_days` days; none known gives None."""
    if not known_days:
        return None
    sums, total = [], Fraction(0)
    for value in day_slots[:known_days]:
        total += value
        sums.append(total)
    ceiling = max(int(total) + 1, free_slots) * 108 // 100
    crossed = next((at for at, each in enumerate(sums) if each > free_slots), None)
    points = [(_x(0, len(days)), _y(Fraction(0), ceiling))]
    for at, value in enumerate(sums):
        is_turn = at + 1 == known_days or day_slots[at] != day_slots[at + 1] or not at
        if is_turn:
            points.append((_x(at + 1, len(days)), _y(value, ceiling)))
    line = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    floor = _y(Fraction(0), ceiling)
    step = next((each for each in _STEPS if ceiling // each <= _MOST_LINES), ceiling)
    return CumulativePlot(
        points=line,
        area=f"{points[0][0]:.1f},{floor:.1f} {line} {points[-1][0]:.1f},{floor:.1f}",
        free_slots=free_slots,
        free_y=_y(Fraction(free_slots), ceiling),
        crossed_x=None if crossed is None else _x(crossed + 1, len(days)),
        grid=tuple((level, _y(Fraction(level), ceiling)) for level in range(0, ceiling, step)),
        months=tuple((day.month, _x(at, len(days))) for at, day in enumerate(days) if day.day == 1),
        floor_y=floor,
        end=points[-1],
        told=_told(days, total, known_days, crossed, free_slots),
    )


def _told(
    days: Sequence[date], total: Fraction, known_days: int, crossed: int | None, free_slots: int
) -> str:
    shown = f"{int(total):,}" if total.denominator == 1 else readable(str(total))
    words = f"{japanese_date(days[known_days - 1])}までの累計は {shown} コマ"
    if crossed is None:
        return f"{words}。年間で認められる {free_slots:,} コマを超えていません"
    return f"{words}。{japanese_date(days[crossed])}に {free_slots:,} コマを超えました"


def _x(days_passed: int, days: int) -> float:
    return round(LEFT + (WIDTH - LEFT - RIGHT) * days_passed / days, 1)


def _y(slots: Fraction, ceiling: int) -> float:
    return round(HEIGHT - BOTTOM - float((HEIGHT - TOP - BOTTOM) * slots / ceiling), 1)
