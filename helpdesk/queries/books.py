"""帳簿の画面: which months are offered, where an entry came from, and an account's balances month by month as a plot."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from calc_core.fiscal_year import first_day, fiscal_year_of
from helpdesk.clock import in_japan
from helpdesk.ledger.books import months_booked
from helpdesk.ledger.closing import period_name
from helpdesk.ledger.journal import month_after, month_of

WIDTH, HEIGHT = 960, 200
LEFT, RIGHT, TOP, BOTTOM = 96, 16, 14, 26
_MOST_LABELS = 13


@dataclass(frozen=True, slots=True)
class Months:
    """会計月: those that can be chosen, and what is shown without a choice: this accounting year up to this month."""

    offered: list[str]
    default: tuple[str, str]

    @property
    def options(self) -> list[tuple[str, str]]:
        """For a field, the latest first."""
        return [(month, period_name(month)) for month in reversed(self.offered)]


@dataclass(frozen=True, slots=True)
class BalancePlot:
    """月末残高の図: a line with its marks, the grid, the months, and all of it in words."""

    points: str
    marks: tuple[tuple[float, float], ...]
    grid: tuple[tuple[str, float], ...]
    months: tuple[tuple[str, float], ...]
    zero_y: float
    told: str


def months_to_choose(session: Session, *, now: datetime) -> Months:
    """From the first entry, or April, to this month or the last entry."""
    today = in_japan(now).date()
    this_month, april = month_of(today), month_of(first_day(fiscal_year_of(today)))
    booked = months_booked(session) or (this_month, this_month)
    month, last = min(booked[0], april), max(booked[1], this_month)
    offered = [month]
    while month < last:
        month = month_after(month)
        offered.append(month)
    return Months(offered, (april, this_month))


def balance_plot(name: str, month_ends: Sequence[tuple[str, int]]) -> BalancePlot | None:
    """The plot of two months or more; a single point is no line."""
    if len(month_ends) < 2:
        return None
    values = [yen for _, yen in month_ends]
    lowest, highest = min(0, *values), max(0, *values)
    if lowest == highest:
        return None
    step = _step(highest - lowest)
    floor, ceiling = lowest // step * step, -(-highest // step) * step

    def y(yen: int) -> float:
        inside = HEIGHT - TOP - BOTTOM
        return round(TOP + inside * (ceiling - yen) / (ceiling - floor), 1)

    def x(at: int) -> float:
        return round(LEFT + (WIDTH - LEFT - RIGHT - 24) * at / (len(values) - 1) + 12, 1)

    marks = tuple((x(at), y(yen)) for at, yen in enumerate(values))
    every = -(-len(values) // _MOST_LABELS)
    return BalancePlot(
        points=" ".join(f"{left},{top}" for left, top in marks),
        marks=marks,
        grid=tuple((_short(level), y(level)) for level in range(floor, ceiling + 1, step)),
        months=tuple(
            (f"{int(month[5:])}月" if at else f"{month[:4]}年{int(month[5:])}月", x(at))
            for at, (month, _) in enumerate(month_ends)
            if at % every == 0
        ),
        zero_y=y(0),
        told=_told(name, month_ends),
    )


def _step(span: int) -> int:
    """A round distance of the grid's lines: three to six of them."""
    step = 1
    while span > step * 5:
        step *= 2 if str(step)[0] in "15" else 1
        if str(step)[0] == "2" and span > step * 5:
            step = step * 5 // 2
    return step


def _short(yen: int) -> str:
    """`1.5億`, `300万`, as the grid's labels, exactly."""
    for unit, letters in ((10**12, "兆"), (10**8, "億"), (10**4, "万")):
        if abs(yen) >= unit and yen % (unit // 10) == 0:
            whole, tenth = divmod(abs(yen), unit)
            sign = "−" if yen < 0 else ""
            return f"{sign}{whole:,}{'.' + str(tenth * 10 // unit) if tenth else ''}{letters}円"
    return f"{yen:,}円".replace("-", "−")


def _told(name: str, month_ends: Sequence[tuple[str, int]]) -> str:
    (first, first_yen), (last, last_yen) = month_ends[0], month_ends[-1]
    most_month, most = max(month_ends, key=lambda each: each[1])
    words = f"{name}の月末残高は {period_name(first)} {first_yen:,}円、{period_name(last)} {last_yen:,}円"
    return f"{words}。最も大きいのは {period_name(most_month)}の {most:,}円です".replace("-", "−")
