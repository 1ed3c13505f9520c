"""通知: a fixed statement gets its number and is told to the business; of capacity it becomes a notified result.

The notified result is what objections, the portal and answers stand on. One that says the same already (a decision on an
objection has told it) is taken over; anything else is its next version. Its figures are those that a computation of the
month has: what runs over the year stands in the statement alone.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from calc_core.fiscal_year import calendar_month
from cases.history import Person
from cases.numbering import next_value
from cases.objection_state import open_objection_for
from helpdesk.clock import in_japan
from helpdesk.errors import Problem, Refused
from helpdesk.ledger.account_history import Happened
from helpdesk.register.lookups import notified_in_force
from helpdesk.register.models import MonthResult, NotifiedResult
from helpdesk.register.notices import issue_notice
from helpdesk.register.result_fixing import mark_notified
from helpdesk.settlement.answers import OBJECTED
from helpdesk.settlement.approval import statement_place
from helpdesk.settlement.capacity import AMOUNT, CUMULATIVE, MONTH_PAYMENT, REMAINING
from helpdesk.settlement.changed_since import changes_since
from helpdesk.settlement.models import STATES, WHOLE_YEAR, BusinessStatement

TITLES = {
    "capacity": "交付額通知書",
    "contribution": "請求額通知書",
    "utility_share": "負担額通知書",
    "provisional": "仮請求額通知書",
    "surcharge": "未回収分負担額通知書",
    "refund": "還元額通知書",
}
_OVER_THE_YEAR = (MONTH_PAYMENT, CUMULATIVE, AMOUNT, REMAINING)


def issue_problems(session: Session, statement: BusinessStatement) -> list[Problem]:
    """Everything that stands against issuing a statement."""
    place = statement_place(statement)
    if statement.newest and statement.state != "fixed":
        words = f"「{STATES[statement.state]}」です。承認が終わった精算だけを通知できます"
        return [Problem(place, words)]
    found = changes_since(session, statement)
    if not found and statement.family == "capacity" and _is_told_otherwise(session, statement):
        found = ["異議申立ての決定で通知した額と違います。算定し直して確定し、精算を計算し直してください"]
    return [Problem(place, words) for words in found]


def issue(session: Session, statement: BusinessStatement, *, by: Person, now: datetime) -> Happened:
    """通知 of a held statement: number, notified result, state. Raises `Refused` with what stands against it."""
    problems = issue_problems(session, statement)
    if problems:
        raise Refused(problems)
    replaced = _issued_before(session, statement)
    if statement.family == "capacity":
        notice = _notice(session, statement, replaced, now)
        is_objected_to = open_objection_for(session, notice.id) is not None
        mark_notified(session, _results(session, statement), notice)
        statement.notified_result_id, statement.number = notice.id, notice.document_number
        if is_objected_to:
            statement.answer, statement.answered_at = OBJECTED, now
    else:
        statement.number = _number(session, statement, replaced)
    statement.state, statement.issued_at = "issued", now
    statement.issued_by_id, statement.issued_by_name = by.id, by.display_name
    session.flush()
    content = {
        "statement": statement.id,
        "family": statement.family,
        "fiscal_year": statement.fiscal_year,
        "delivery_month": statement.delivery_month,
        "version": statement.version,
        "number": statement.number,
        "total_yen": statement.total_yen,
        "notice": statement.notified_result_id,
        "replaces": replaced.id if replaced else None,
    }
    return Happened(statement.business_id, "statement_issued", content)


def told_figures(statement: BusinessStatement) -> list[list[str]]:
    """The figures of a capacity statement that its notified result has: all that a computation of the month gives."""
    return [list(each) for each in statement.figures if each[0] not in _OVER_THE_YEAR]


def _notice(
    session: Session, statement: BusinessStatement, replaced: BusinessStatement | None, now: datetime
) -> NotifiedResult:
    figures = told_figures(statement)
    before = notified_in_force(
        session, statement.business_id, statement.fiscal_year, statement.delivery_month
    )
    if before is not None and [list(each) for each in before.figures] == figures:
        taken = select(BusinessStatement.id).where(BusinessStatement.notified_result_id == before.id)
        if session.scalar(taken.limit(1)) is None:
            return before
    reason = ""
    if before is not None:
        told = replaced.number if replaced and replaced.number else before.document_number
        reason = f"再計算による差替（差替前：{told}）"
    on = in_japan(now).date()
    return issue_notice(
        session,
        statement.business,
        statement.fiscal_year,
        statement.delivery_month,
        figures,
        reason=reason,
        on=on,
    )


def _results(session: Session, statement: BusinessStatement) -> list[MonthResult]:
    """The fixed results of this month that the statement was made from."""
    found = select(MonthResult).where(
        MonthResult.id.in_(statement.sources.get("results", ())),
        MonthResult.fiscal_year == statement.fiscal_year,
        MonthResult.delivery_month == statement.delivery_month,
    )
    return list(session.scalars(found.order_by(MonthResult.id)))


def _is_told_otherwise(session: Session, statement: BusinessStatement) -> bool:
    """Whether a later notice than that of the results (a decision on an objection) has other figures of a resource."""
    before = notified_in_force(
        session, statement.business_id, statement.fiscal_year, statement.delivery_month
    )
    if before is None:
        return False
    for result in _results(session, statement):
        key = f"resource.{result.resource.code}."
        own, told = (_said(figures, key) for figures in (statement.figures, before.figures))
        if result.notified_result_id not in (None, before.id) and own != told:
            return True
    return False


def _said(figures: Sequence[Sequence[str]], key: str) -> dict[str, str]:
    """The figures whose keys begin so; a computation may list a kind of event that came to nothing, another may not."""
    return {name: text for name, _, _, text in figures if name.startswith(key) and text != "0"}


def _issued_before(session: Session, statement: BusinessStatement) -> BusinessStatement | None:
    """The last version before this one that the business has been told, if any."""
    return session.scalars(
        select(BusinessStatement)
        .where(
            BusinessStatement.family == statement.family,
            BusinessStatement.business_id == statement.business_id,
            BusinessStatement.fiscal_year == statement.fiscal_year,
            BusinessStatement.delivery_month == statement.delivery_month,
            BusinessStatement.version < statement.version,
            BusinessStatement.number.is_not(None),
        )
        .order_by(BusinessStatement.version.desc())
        .limit(1)
    ).one_or_none()


def _number(session: Session, statement: BusinessStatement, replaced: BusinessStatement | None) -> str:
    """`請求額通知書 第2026-04-0001号`; a later version keeps the number and says which it is."""
    if replaced is not None and replaced.number:
        return f"{replaced.number.partition('（')[0]}（第{statement.version}版）"
    period = f"{statement.fiscal_year}"
    if statement.delivery_month != WHOLE_YEAR:
        year, month = calendar_month(statement.fiscal_year, statement.delivery_month)
        period = f"{year}-{month:02d}"
    serial = next_value(session, f"statement:{statement.family}:{period}")
    return f"{TITLES[statement.family]} 第{period}-{serial:04d}号"
