"""残高の図: what a business owed, day by day, as a line of steps with coordinates; all of it in words as well."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from helpdesk.presentation import japanese_date

WIDTH, HEIGHT = 960, 220
LEFT, RIGHT, TOP, BOTTOM = 96, 16, 16, 24
_MOST_LINES, _MOST_LABELS = 5, 12


@dataclass(frozen=True, slots=True)
class BalancePlot:
    """残高の図: the line, the area down to zero, the grid, the days below, and all of it in words."""

    points: str
    area: str
    zero_y: float
    grid: tuple[tuple[int, float], ...]
    days: tuple[tuple[str, float], ...]
    end: tuple[float, float]
    told: str


def balance_plot(balances: Sequence[tuple[date, int]], today: date) -> BalancePlot | None:
    """The plot of (day, balance after it) in their order up to today; None where nothing happened on two days."""
    if not balances or (begin := balances[0][0]) >= (end := max(today, balances[-1][0])):
        return None
    highest = max(0, *(balance for _, balance in balances))
    lowest = min(0, *(balance for _, balance in balances))
    if highest == lowest:
        return None
    step = _step(highest - lowest)
    top, bottom = -(-highest // step) * step, lowest // step * step

    def x(day: date) -> float:
        return round(LEFT + (WIDTH - LEFT - RIGHT) * (day - begin).days / (end - begin).days, 1)

    def y(yen: int) -> float:
        return round(TOP + (HEIGHT - TOP - BOTTOM) * (top - yen) / (top - bottom), 1)

    points, level = [(x(begin), y(0))], 0
    for day, balance in balances:
        points += [(x(day), y(level)), (x(day), y(balance))]
        level = balance
    points.append((x(end), y(level)))
    line = " ".join(f"{across},{down}" for across, down in points)
    return BalancePlot(
        line,
        f"{line} {points[-1][0]},{y(0)} {points[0][0]},{y(0)}",
        y(0),
        tuple((yen, y(yen)) for yen in range(bottom, top + 1, step)),
        tuple((f"{day.year}-{day.month:02d}", x(day)) for day in _months(begin, end)),
        points[-1],
        _told(balances, end),
    )


def _step(span: int) -> int:
    """A round number of yen of which at most five lie in the span."""
    step = 1
    while span > step * _MOST_LINES:
        for factor in (2, 5, 10):
            if span <= step * factor * _MOST_LINES or factor == 10:
                step *= factor
                break
    return step


def _months(begin: date, end: date) -> list[date]:
    """The first days of months, so few that their names stand side by side."""
    months = (end.year - begin.year) * 12 + end.month - begin.month
    every = months // _MOST_LABELS + 1
    found = []
    for number in range(1, months + 1):
        year, month = divmod(begin.year * 12 + begin.month - 1 + number, 12)
        if number % every == 0:
            found.append(date(year, month + 1, 1))
    return found


def _told(balances: Sequence[tuple[date, int]], end: date) -> str:
    peak_on, peak = max(balances, key=lambda each: each[1])
    last = balances[-1][1]
    words = f"{japanese_date(end)}の残高は {last:,} 円".replace("-", "−")
    return f"{words}。もっとも多かったのは{japanese_date(peak_on)}の {peak:,} 円".replace("-", "−")
