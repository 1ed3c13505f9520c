"""算定結果の一覧: how far each month of a year is, and which results are unlike the others.

Counted and added up by the database: a year of the fleet is 24,000 newest versions. Sums are exact.
"""

import heapq
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from sqlalchemy import BigInteger, cast, func, select
from sqlalchemy.orm import Session, aliased, joinedload

from calc_core import exact
from calc_core.fiscal_year import DELIVERY_MONTHS
from helpdesk.register.models import RESULT_STATES, MonthResult
from helpdesk.register.month_results import number

_ADDED = ("penalty_total_yen", "coal_penalty_yen", "payment_yen")
_IDS_ASKED = 500


@dataclass(slots=True)
class MonthOverview:
    """月の進み: newest results by state, their sums, and how many are computed otherwise than they were fixed."""

    delivery_month: int
    by_state: dict[str, int] = field(default_factory=lambda: dict.fromkeys(RESULT_STATES, 0))
    penalty_yen: int = 0
    coal_penalty_yen: int = 0
    payment_yen: int = 0
    differs_from_fixed: int = 0

    @property
    def results(self) -> int:
        """How many resources have a result."""
        return sum(self.by_state.values())


@dataclass(frozen=True, slots=True)
class Outlier:
    """目立つ結果: one result, the exact figure by which it stands out, and the version before where it is a change."""

    result: MonthResult
    value: str
    before: MonthResult | None = None


@dataclass(frozen=True, slots=True)
class Outliers:
    """目立つ結果 of a month or a year: the largest first; nothing that is zero."""

    penalties: list[Outlier]
    changes: list[Outlier]  # of penalty and payment together, in yen, against the version before
    shortfalls: list[Outlier]


def overview(session: Session, fiscal_year: int) -> list[MonthOverview]:
    """The twelve months of a year, from April; two statements."""
    months = {month: MonthOverview(month) for month in DELIVERY_MONTHS}
    sums = [func.sum(cast(MonthResult.figures[name].as_string(), BigInteger)) for name in _ADDED]
    of_year = (MonthResult.fiscal_year == fiscal_year, MonthResult.newest)
    grouped = (
        select(MonthResult.delivery_month, MonthResult.state, func.count(), *sums)
        .where(*of_year)
        .group_by(MonthResult.delivery_month, MonthResult.state)
    )
    for month, state, count, penalty, coal, payment in session.execute(grouped):
        row = months[month]
        row.by_state[state] = count
        row.penalty_yen += int(penalty or 0)
        row.coal_penalty_yen += int(coal or 0)
        row.payment_yen += int(payment or 0)
    older = aliased(MonthResult)
    beside = (
        select(MonthResult.delivery_month, func.count())
        .where(*of_year, MonthResult.state.in_(("computed", "corrected")), MonthResult.version > 1)
        .where(
            select(older.id)
            .where(
                older.resource_id == MonthResult.resource_id,
                older.fiscal_year == MonthResult.fiscal_year,
                older.delivery_month == MonthResult.delivery_month,
                older.fixed_at.is_not(None),
            )
            .exists()
        )
        .group_by(MonthResult.delivery_month)
    )
    for month, count in session.execute(beside):
        months[month].differs_from_fixed = count
    return list(months.values())


def outliers(
    session: Session, fiscal_year: int, *, delivery_month: int | None = None, limit: int = 10
) -> Outliers:
    """What is most unlike the rest, of one month or of the whole year; at most four statements."""
    where = [MonthResult.fiscal_year == fiscal_year, MonthResult.newest]
    if delivery_month is not None:
        where.append(MonthResult.delivery_month == delivery_month)
    older = aliased(MonthResult)
    slots, penalty = (
        MonthResult.figures[name].as_string() for name in ("shortfall_slots", "penalty_total_yen")
    )
    told = select(MonthResult.id, slots, penalty).where(*where, (slots != "0") | (penalty != "0"))
    rows = session.execute(told).all()
    changed = session.execute(
        select(MonthResult.id, older.id, MonthResult.figures, older.figures)
        .join(
            older,
            (older.resource_id == MonthResult.resource_id)
            & (older.fiscal_year == MonthResult.fiscal_year)
            & (older.delivery_month == MonthResult.delivery_month)
            & (older.version == MonthResult.version - 1),
        )
        .where(*where, MonthResult.version > 1)
    ).all()
    before_of = {row[0]: row[1] for row in changed}
    shortfalls = _largest(((row[0], number(row[1])) for row in rows), limit)
    penalties = _largest(((row[0], number(row[2])) for row in rows), limit)
    changes = _largest(((row[0], _net(row[2]) - _net(row[3])) for row in changed), limit)
    wanted = {each for each, _ in (*shortfalls, *penalties, *changes)}
    results = _results(session, sorted(wanted | {before_of[each] for each, _ in changes}))
    return Outliers(
        penalties=[Outlier(results[each], exact.text(value)) for each, value in penalties],
        changes=[
            Outlier(results[each], exact.text(value), results[before_of[each]]) for each, value in changes
        ],
        shortfalls=[Outlier(results[each], exact.text(value)) for each, value in shortfalls],
    )


def _largest(values: Iterable[tuple[int, int | Fraction]], limit: int) -> list[tuple[int, int | Fraction]]:
    found = ((each, value) for each, value in values if value)
    return heapq.nsmallest(limit, found, key=lambda each: (-abs(each[1]), each[0]))


def _net(figures: dict[str, str]) -> int | Fraction:
    """What the business gets of this month."""
    return number(figures["payment_yen"]) - number(figures["penalty_total_yen"])


def _results(session: Session, ids: Sequence[int]) -> dict[int, MonthResult]:
    found = select(MonthResult).where(MonthResult.id.in_(ids)).options(joinedload(MonthResult.resource))
    return {result.id: result for result in session.scalars(found)} if ids else {}
