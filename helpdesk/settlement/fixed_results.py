"""確定した算定結果: what of a month can be settled, business by business, and what is missing.

The newest fixed version of each resource counts; a newer one that is not fixed yet changes nothing, but is told. A resource
with a contract but without anything fixed stops its business, not the others.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import BigInteger, Select, cast, func, select
from sqlalchemy.orm import Session, aliased

from calc_core.fiscal_year import months_until
from helpdesk.errors import Problem
from helpdesk.register.models import Contract, MonthResult, Resource

NAMED_AT_MOST = 20


@dataclass(frozen=True, slots=True)
class FixedResult:
    """確定した結果 of one resource's month, as notices take it."""

    id: int
    business_id: int
    code: str
    name: str
    figures: Mapping[str, str]
    inputs: Mapping[str, Any]
    payment_yen: int
    penalty_total_yen: int


@dataclass(slots=True)
class FixedMonth:
    """確定した月: by business its results by their codes, payments from April on; who is stopped, and what is told."""

    results: dict[int, list[FixedResult]]
    paid_until_yen: dict[int, int]  # payments of the year, this month's among them
    stopped: set[int]
    problems: list[Problem]
    warnings: list[str] = field(default_factory=list)


def fixed_month(
    session: Session, fiscal_year: int, delivery_month: int, *, business_id: int | None = None
) -> FixedMonth:
    """What is fixed of a month, of everybody or one business; in no more statements for more businesses."""
    results: dict[int, list[FixedResult]] = {}
    for row in session.execute(_of(_fixed(fiscal_year, delivery_month), business_id)):
        results.setdefault(row.business_id, []).append(FixedResult(*row))
    known = {each.code for of_business in results.values() for each in of_business}
    waiting = list(session.execute(_of(_not_fixed(fiscal_year, delivery_month), business_id)))
    absent = list(session.execute(_absent(fiscal_year, delivery_month, business_id)))
    missing = [row for row in waiting if row.code not in known]
    problems = [
        Problem(f"電源等 {row.code}", f"{delivery_month}月分の算定結果が{words}。{remedy}")
        for rows, words, remedy in (
            (missing, "確定していません", "確定してから、もう一度計算してください"),
            (absent, "ありません", "一括算定をして確定してください"),
        )
        for row in rows
    ]
    warnings = []
    newer = [row.code for row in waiting if row.code in known]
    if newer:
        words = "確定していない新しい版があります。確定している版で計算しました"
        warnings.append(f"{_named(newer)}: {words}")
    earlier = [row.code for row in session.execute(_earlier(fiscal_year, delivery_month, business_id))]
    if earlier:
        warnings.append(f"{_named(earlier)}: 確定していない前の月があり、累計にその月が含まれていません")
    paid = {row[0]: row[1] for row in session.execute(_paid(fiscal_year, delivery_month, business_id))}
    stopped = {row.business_id for row in [*missing, *absent]}
    return FixedMonth(results, paid, stopped, problems, warnings)


def _of(found: Select, business_id: int | None) -> Select:
    return found if business_id is None else found.where(MonthResult.business_id == business_id)


def _is_replaced() -> Any:
    later = aliased(MonthResult)
    return (
        select(later.id)
        .where(
            later.resource_id == MonthResult.resource_id,
            later.fiscal_year == MonthResult.fiscal_year,
            later.delivery_month == MonthResult.delivery_month,
            later.version > MonthResult.version,
            later.fixed_at.is_not(None),
        )
        .exists()
    )


def _fixed(fiscal_year: int, delivery_month: int) -> Select:
    return (
        select(
            MonthResult.id,
            MonthResult.business_id,
            Resource.code,
            Resource.name,
            MonthResult.figures,
            MonthResult.inputs,
            MonthResult.payment_yen,
            MonthResult.penalty_total_yen,
        )
        .join(Resource, Resource.id == MonthResult.resource_id)
        .where(
            MonthResult.fiscal_year == fiscal_year,
            MonthResult.delivery_month == delivery_month,
            MonthResult.fixed_at.is_not(None),
            ~_is_replaced(),
        )
        .order_by(Resource.code)
    )


def _not_fixed(fiscal_year: int, delivery_month: int) -> Select:
    return (
        select(MonthResult.business_id, Resource.code)
        .join(Resource, Resource.id == MonthResult.resource_id)
        .where(
            MonthResult.fiscal_year == fiscal_year,
            MonthResult.delivery_month == delivery_month,
            MonthResult.newest,
            MonthResult.fixed_at.is_(None),
        )
        .order_by(Resource.code)
    )


def _absent(fiscal_year: int, delivery_month: int, business_id: int | None) -> Select:
    """Resources with a contract of the year of which the month was never computed."""
    computed = select(MonthResult.resource_id).where(
        MonthResult.fiscal_year == fiscal_year,
        MonthResult.delivery_month == delivery_month,
        MonthResult.newest,
    )
    found = (
        select(Resource.business_id, Resource.code)
        .join(Contract, Contract.resource_id == Resource.id)
        .where(Contract.fiscal_year == fiscal_year, Resource.id.not_in(computed))
        .order_by(Resource.code)
    )
    return found if business_id is None else found.where(Resource.business_id == business_id)


def _earlier(fiscal_year: int, delivery_month: int, business_id: int | None) -> Select:
    """Resources with an earlier month of which no version was ever fixed."""
    some = aliased(MonthResult)
    was_fixed = (
        select(some.id)
        .where(
            some.resource_id == MonthResult.resource_id,
            some.fiscal_year == MonthResult.fiscal_year,
            some.delivery_month == MonthResult.delivery_month,
            some.fixed_at.is_not(None),
        )
        .exists()
    )
    found = (
        select(Resource.code)
        .join(MonthResult, MonthResult.resource_id == Resource.id)
        .where(
            MonthResult.fiscal_year == fiscal_year,
            MonthResult.delivery_month.in_(months_until(delivery_month)[:-1]),
            MonthResult.newest,
            MonthResult.fixed_at.is_(None),
            ~was_fixed,
        )
        .distinct()
        .order_by(Resource.code)
    )
    return _of(found, business_id)


def _paid(fiscal_year: int, delivery_month: int, business_id: int | None) -> Select:
    found = select(MonthResult.business_id, cast(func.sum(MonthResult.payment_yen), BigInteger)).where(
        MonthResult.fiscal_year == fiscal_year,
        MonthResult.delivery_month.in_(months_until(delivery_month)),
        MonthResult.fixed_at.is_not(None),
        ~_is_replaced(),
    )
    return _of(found, business_id).group_by(MonthResult.business_id)


def _named(codes: Iterable[str]) -> str:
    """The first of many codes, and how many there are besides."""
    every = list(codes)
    more = f" ほか{len(every) - NAMED_AT_MOST:,}件" if len(every) > NAMED_AT_MOST else ""
    return f"電源等 {'、'.join(every[:NAMED_AT_MOST])}{more}"
