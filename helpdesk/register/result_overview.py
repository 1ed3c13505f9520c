"""算定結果の一覧: how far each month of a year is, and which results are unlike the others.

Counted, added up and sorted by the database, in one index that holds all it needs: a year of the fleet is 24,000
newest versions. Sums are exact.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from sqlalchemy import ColumnElement, and_, case, func, select
from sqlalchemy.orm import Session, aliased, joinedload

from calc_core import exact
from calc_core.fiscal_year import DELIVERY_MONTHS
from helpdesk.register.models import RESULT_STATES, MonthResult
from helpdesk.register.month_results import number

SETTLED = ("fixed", "notified")


@dataclass(slots=True)
class MonthOverview:
    """月の進み: newest results by state, their sums, and how many are computed otherwise than they were fixed."""

    delivery_month: int
    by_state: dict[str, int] = field(default_factory=lambda: dict.fromkeys(RESULT_STATES, 0))
    penalty_yen: int = 0
    coal_penalty_yen: int = 0
    payment_yen: int = 0
    differs_from_fixed: int = 0
    short: int = 0  # with 未達成コマ
    penalised: int = 0

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
    of_year = (MonthResult.fiscal_year == fiscal_year, MonthResult.newest)
    grouped = (
        select(
            MonthResult.delivery_month,
            MonthResult.state,
            func.count(),
            func.sum(MonthResult.penalty_total_yen),
            func.sum(MonthResult.coal_penalty_yen),
            func.sum(MonthResult.payment_yen),
            _how_many(MonthResult.shortfall_millionths != 0),
            _how_many(MonthResult.penalty_total_yen != 0),
        )
        .where(*of_year)
        .group_by(MonthResult.delivery_month, MonthResult.state)
    )
    for month, state, count, penalty, coal, payment, short, penalised in session.execute(grouped):
        row = months[month]
        row.by_state[state] = count
        row.penalty_yen += int(penalty)
        row.coal_penalty_yen += int(coal)
        row.payment_yen += int(payment)
        row.short += int(short)
        row.penalised += int(penalised)
    beside = (
        select(MonthResult.delivery_month, func.count())
        .where(*of_year, differs_from_fixed())
        .group_by(MonthResult.delivery_month)
    )
    for month, count in session.execute(beside):
        months[month].differs_from_fixed = count
    return list(months.values())


def differs_from_fixed() -> ColumnElement[bool]:
    """Whether a newest version stands beside an older one that was fixed: it says something else than what was told."""
    older = aliased(MonthResult)
    was_fixed = (
        select(older.id)
        .where(
            older.fiscal_year == MonthResult.fiscal_year,
            older.delivery_month == MonthResult.delivery_month,
            older.resource_id == MonthResult.resource_id,
            older.version < MonthResult.version,
            older.fixed_at.is_not(None),
        )
        .correlate(MonthResult)
        .exists()
    )
    return and_(MonthResult.version > 1, MonthResult.state.not_in(SETTLED), was_fixed)


def outliers(
    session: Session,
    fiscal_year: int,
    *,
    delivery_month: int | None = None,
    limit: int = 10,
    shortfalls: bool = True,
) -> Outliers:
    """What is most unlike the rest, of one month or of the whole year; five statements, four without the shortfalls.

    Shortfalls are sorted to a millionth of a slot.
    """
    where = [MonthResult.fiscal_year == fiscal_year, MonthResult.newest]
    if delivery_month is not None:
        where.append(MonthResult.delivery_month == delivery_month)

    def largest(size: ColumnElement[int]) -> list[int]:
        found = select(MonthResult.id).where(*where, size != 0)
        return list(session.scalars(found.order_by(func.abs(size).desc(), MonthResult.id).limit(limit)))

    penalties = largest(MonthResult.penalty_total_yen)
    changes = largest(MonthResult.changed_yen)
    short = largest(MonthResult.shortfall_millionths) if shortfalls else []
    results = _results(session, {*penalties, *changes, *short})
    before = _versions_before(session, changes)
    return Outliers(
        penalties=[Outlier(results[each], str(results[each].penalty_total_yen)) for each in penalties],
        changes=[
            Outlier(results[each], str(results[each].changed_yen), before.get(each)) for each in changes
        ],
        shortfalls=[
            Outlier(results[each], exact.text(number(results[each].figures["shortfall_slots"])))
            for each in short
        ],
    )


def _how_many(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.sum(case((condition, 1), else_=0))


def _results(session: Session, ids: set[int]) -> dict[int, MonthResult]:
    found = select(MonthResult).where(MonthResult.id.in_(ids)).options(joinedload(MonthResult.resource))
    return {result.id: result for result in session.scalars(found)}


def _versions_before(session: Session, ids: Sequence[int]) -> dict[int, MonthResult]:
    """The version before each of these, by the id of the later one."""
    before = aliased(MonthResult, name="before")
    found = (
        select(MonthResult.id, before)
        .join(
            before,
            and_(
                before.resource_id == MonthResult.resource_id,
                before.fiscal_year == MonthResult.fiscal_year,
                before.delivery_month == MonthResult.delivery_month,
                before.version == MonthResult.version - 1,
            ),
        )
        .where(MonthResult.id.in_(ids))
        .options(joinedload(before.resource))
    )
    return {each.id: each.before for each in session.execute(found)}
