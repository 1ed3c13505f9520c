"""月の算定結果: the results of one month as a list of any length: filtered, sorted, page by page along a key."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, func, or_, select
from sqlalchemy.orm import Session, joinedload

from calc_core.narration import UNITS
from cases.models import Business
from helpdesk.documents.document import Column, Table
from helpdesk.register.models import RESULT_STATES, MonthResult, Resource
from helpdesk.register.month_results import FIGURES, fingerprint
from helpdesk.register.result_overview import differs_from_fixed

PAGE = 100
SORTS = {"code": "電源等コード順", "penalty": "ペナルティの大きい順"}
ONLY = {"": "すべて", "penalty": "ペナルティあり", "differing": "確定した値と異なる", "short": "未達成あり"}


@dataclass(frozen=True, slots=True)
class Filter:
    """絞り込み: text (business or resource), state, one of ONLY, one of SORTS, and the key of the last row seen."""

    text: str = ""
    state: str = ""
    only: str = ""
    sort: str = "code"
    after: str = ""
    business_id: int | None = None

    def to_query(self) -> dict[str, str]:
        """What an address has to carry for this filter, without the place in the list."""
        kept = {"q": self.text, "state": self.state, "only": self.only}
        kept["business"] = str(self.business_id or "")
        return {name: value for name, value in kept.items() if value} | (
            {"sort": self.sort} if self.sort != "code" else {}
        )


@dataclass(frozen=True, slots=True)
class Row:
    """One result in the list."""

    result: MonthResult
    business_name: str
    business_code: str
    penalty_yen: int
    differs: bool


@dataclass(frozen=True, slots=True)
class MonthPage:
    """One page of a month, with the figures over all that the filter finds and over the whole month."""

    rows: tuple[Row, ...]
    found: int
    penalty_yen: int
    payment_yen: int
    states: Mapping[str, int]  # of the whole month
    differing: int
    after: str | None


def month_page(session: Session, fiscal_year: int, delivery_month: int, wanted: Filter) -> MonthPage:
    """The results of a month as asked for, in three statements."""
    of_month = and_(
        MonthResult.newest,
        MonthResult.fiscal_year == fiscal_year,
        MonthResult.delivery_month == delivery_month,
    )
    penalty = MonthResult.penalty_total_yen
    differs = differs_from_fixed()
    conditions = [of_month, *_conditions(wanted, penalty, differs)]
    found, penalty_yen, payment_yen = session.execute(
        _joined(select(func.count(), func.sum(penalty), func.sum(MonthResult.payment_yen))).where(*conditions)
    ).one()
    order: tuple[Any, ...] = (Resource.code,)
    if wanted.sort == "penalty":
        order = (penalty.desc(), Resource.code)
    rows = session.execute(
        _joined(select(MonthResult, Business.name, Business.code, penalty, differs))
        .where(*conditions, *_beyond(wanted, penalty))
        .options(joinedload(MonthResult.resource))
        .order_by(*order)
        .limit(PAGE + 1)
    ).all()
    shown = tuple(Row(*row) for row in rows[:PAGE])
    states, differing = _states(session, of_month)
    return MonthPage(
        rows=shown,
        found=found,
        penalty_yen=int(penalty_yen or 0),
        payment_yen=int(payment_yen or 0),
        states=states,
        differing=differing,
        after=_key(shown[-1], wanted.sort) if len(rows) > PAGE else None,
    )


def all_rows(session: Session, fiscal_year: int, delivery_month: int, wanted: Filter) -> list[Row]:
    """Every result that the filter finds, by resource code: for a file."""
    penalty = MonthResult.penalty_total_yen
    differs = differs_from_fixed()
    rows = session.execute(
        _joined(select(MonthResult, Business.name, Business.code, penalty, differs))
        .where(
            MonthResult.newest,
            MonthResult.fiscal_year == fiscal_year,
            MonthResult.delivery_month == delivery_month,
            *_conditions(wanted, penalty, differs),
        )
        .options(joinedload(MonthResult.resource))
        .order_by(Resource.code)
    )
    return [Row(*row) for row in rows]


def _joined(asked: Select[Any]) -> Select[Any]:
    return (
        asked.select_from(MonthResult)
        .join(Resource, Resource.id == MonthResult.resource_id)
        .join(Business, Business.id == MonthResult.business_id)
    )


def _conditions(
    wanted: Filter, penalty: ColumnElement[int], differs: ColumnElement[bool]
) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if wanted.text:
        text_columns = (Business.name, Business.code, Resource.name, Resource.code)
        found.append(or_(*(column.contains(wanted.text, autoescape=True) for column in text_columns)))
    if wanted.business_id is not None:
        found.append(MonthResult.business_id == wanted.business_id)
    if wanted.state in RESULT_STATES:
        found.append(MonthResult.state == wanted.state)
    if wanted.only == "penalty":
        found.append(penalty != 0)
    elif wanted.only == "short":
        found.append(MonthResult.shortfall_millionths != 0)
    elif wanted.only == "differing":
        found.append(differs)
    return found


def _beyond(wanted: Filter, penalty: ColumnElement[int]) -> list[ColumnElement[bool]]:
    """What lies behind the last row of the page before."""
    if not wanted.after:
        return []
    if wanted.sort != "penalty":
        return [Resource.code > wanted.after]
    number, _, code = wanted.after.partition("|")
    if not number.removeprefix("-").isdecimal() or not number.isascii() or len(number) > 18:
        return []
    return [or_(penalty < int(number), and_(penalty == int(number), Resource.code > code))]


def _key(row: Row, sort: str) -> str:
    code = row.result.resource.code
    return f"{row.penalty_yen}|{code}" if sort == "penalty" else code


def _states(session: Session, of_month: ColumnElement[bool]) -> tuple[dict[str, int], int]:
    rows = session.execute(
        select(MonthResult.state, func.count(), func.sum(case((differs_from_fixed(), 1), else_=0)))
        .where(of_month)
        .group_by(MonthResult.state)
    ).all()
    counted = {state: count for state, count, _ in rows}
    return {state: counted.get(state, 0) for state in RESULT_STATES}, sum(row[2] for row in rows)


def results_table(title: str, rows: Sequence[Row]) -> Table:
    """The results as a table of a file: every figure exact, in its own column."""
    head = [
        Column("事業者コード"),
        Column("事業者"),
        Column("電源等コード"),
        Column("電源等"),
        Column("状態"),
    ]
    head += [Column("版", "whole"), Column("修正の理由")]
    head += [Column(f"{label}（{UNITS.get(unit, unit)}）", "figure") for label, unit in FIGURES.values()]
    lines = []
    for row in rows:
        result, resource = row.result, row.result.resource
        told = [
            row.business_code,
            row.business_name,
            resource.code,
            resource.name,
            RESULT_STATES[result.state],
        ]
        figures = [result.figures.get(name) for name in FIGURES]
        lines.append([*told, result.version, result.reason, *figures])
    return Table(f"{title}の算定結果", head, lines)


def fingerprint_to_fix(
    session: Session, fiscal_year: int, delivery_month: int, business_id: int | None
) -> tuple[int, str]:
    """How many results `settle_results.fix_month` would fix now, and the name of exactly these."""
    asked = select(MonthResult.id, MonthResult.state).where(
        MonthResult.newest,
        MonthResult.fiscal_year == fiscal_year,
        MonthResult.delivery_month == delivery_month,
        MonthResult.fixed_at.is_(None),
    )
    if business_id is not None:
        asked = asked.where(MonthResult.business_id == business_id)
    rows = session.execute(asked).all()
    return len(rows), fingerprint(rows)
