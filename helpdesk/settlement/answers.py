"""事業者の回答: has the business confirmed a notice, objected to it, or been silent so long that it counts as confirmed?

An answer is given to one version. While an objection is open, and after it has led to a corrected notice, the statement
can neither be confirmed nor billed: it waits for its next version. An objection that ends otherwise takes the answer
back to none; `answered_at` then says since when silence counts again.
"""

from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from cases.business_calendar import OPERATIONS_DESK, Holidays
from cases.history import Person
from cases.objection_state import open_objection_for
from helpdesk.clock import in_japan
from helpdesk.errors import Conflict
from helpdesk.ledger.account_history import Happened
from helpdesk.register.lookups import notified_in_force
from helpdesk.register.models import NotifiedResult
from helpdesk.settlement.models import ANSWERS, BusinessStatement

CONFIRMED, SILENT, OBJECTED = "confirmed", "silent", "objected"


def answer_problem(session: Session, statement: BusinessStatement) -> str | None:
    """Why a statement cannot be confirmed now, in Japanese; None: it can."""
    if not statement.newest:
        return "新しい版があります。新しい版の通知を確かめてください"
    if statement.state == "billed":
        return "請求・支払の手続きに進んでいます。内容に疑問があるときは異議を申し立ててください"
    if statement.state != "issued":
        return "まだ通知されていません"
    if statement.answer == CONFIRMED:
        return f"{statement.answered_by_name}さんがすでに確認しています"
    if statement.notified_result_id is not None and open_objection_for(session, statement.notified_result_id):
        return "この通知には審査中の異議申立てがあります。取下げか決定を待ってください"
    if statement.answer == OBJECTED and statement.notified_result_id is None:
        return "この通知には対応中の異議申立てがあります。対応が終わってから確認してください"
    if is_superseded(session, statement):
        return "訂正後の通知が出ています。計算し直した精算の通知を確かめてください"
    return None


def is_superseded(session: Session, statement: BusinessStatement) -> bool:
    """訂正後の通知あり: a decision on an objection has told the business otherwise; the statement must be computed anew."""
    if statement.notified_result_id is None:
        return False
    found = notified_in_force(session, statement.business_id, statement.fiscal_year, statement.delivery_month)
    return found is not None and found.id != statement.notified_result_id


def confirm(
    session: Session, statement: BusinessStatement, *, reason: str = "", by: Person, now: datetime
) -> Happened:
    """確認 of a held statement, by the business or for it with a reason. Raises `Conflict`."""
    problem = answer_problem(session, statement)
    if problem is not None:
        raise Conflict(problem)
    return _set(session, statement, CONFIRMED, "statement_confirmed", {"reason": reason}, by=by, now=now)


def confirm_by_silence(
    session: Session, statement: BusinessStatement, *, until: date, by: Person, now: datetime
) -> Happened | None:
    """みなし確認 of a held statement that nobody has answered by this day; None: it is not open to it any more."""
    if statement.answer is not None or answer_problem(session, statement) is not None:
        return None
    content = {"until": until}
    return _set(session, statement, SILENT, "statement_confirmed_by_silence", content, by=by, now=now)


def silence_until(statement: BusinessStatement, days: int, holidays: Holidays) -> date | None:
    """The last day for an answer where silence counts after so many working days; None before the notice."""
    if statement.issued_at is None:
        return None
    since = max(statement.issued_at, statement.answered_at or statement.issued_at)
    return OPERATIONS_DESK.add_business_days(in_japan(since).date(), days, holidays)


def object_to(
    session: Session, statement: BusinessStatement, *, case_number: str, by: Person, now: datetime
) -> Happened | None:
    """異議申立て against a held statement; one that is billed or replaced keeps its answer: the case tells the rest."""
    if not statement.newest or statement.state != "issued":
        return None
    return _set(session, statement, OBJECTED, "statement_objected", {"case": case_number}, by=by, now=now)


def end_objection(
    session: Session, statement: BusinessStatement, *, case_number: str, how: str, by: Person, now: datetime
) -> Happened | None:
    """The objection against a held statement has ended: the answer is open again, unless a corrected notice is out."""
    if statement.state != "issued" or statement.answer != OBJECTED or is_superseded(session, statement):
        return None
    content = {"case": case_number, "how": how}
    return _set(session, statement, None, "statement_objection_ended", content, by=by, now=now)


def statement_of_notice(session: Session, notice_id: int) -> BusinessStatement | None:
    """The newest statement that a notified result belongs to, held until the transaction ends; None: there is none."""
    found = (
        select(BusinessStatement)
        .where(BusinessStatement.notified_result_id == notice_id, BusinessStatement.newest)
        .with_for_update(of=BusinessStatement)
        .execution_options(populate_existing=True)
    )
    return session.scalars(found).one_or_none()


def settled_with(session: Session, notice: NotifiedResult) -> tuple[list[dict[str, Any]], int]:
    """精算項目と未払の債務 that a notice told together with its month, so that a recomputation compares; mostly nothing.

    A corrected notice that has no statement yet stands on the one that it corrects.
    """
    found = select(BusinessStatement.inputs).where(
        BusinessStatement.family == "capacity",
        BusinessStatement.business_id == notice.business_id,
        BusinessStatement.fiscal_year == notice.fiscal_year,
        BusinessStatement.delivery_month == notice.delivery_month,
        BusinessStatement.notified_result_id <= notice.id,
    )
    inputs = session.scalar(found.order_by(BusinessStatement.version.desc()).limit(1)) or {}
    return list(inputs.get("adjustments") or ()), int(inputs.get("carried_debt_yen") or 0)


def answer_label(statement: BusinessStatement) -> str:
    """The answer in Japanese; empty without one."""
    return ANSWERS.get(statement.answer or "", "")


def _set(
    session: Session,
    statement: BusinessStatement,
    answer: str | None,
    kind: str,
    content: dict[str, Any],
    *,
    by: Person,
    now: datetime,
) -> Happened:
    statement.answer, statement.answered_at = answer, now
    statement.answered_by_id, statement.answered_by_name = by.id, by.display_name
    session.flush()
    about = {"statement": statement.id, "number": statement.number, "version": statement.version}
    return Happened(statement.business_id, kind, about | content)
