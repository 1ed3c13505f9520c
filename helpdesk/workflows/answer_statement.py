"""The business answers a notice: it confirms, objects, or is silent (確認・異議申立て・みなし確認).

An objection to a capacity notice is a case with claims (`receive_objection`), which is reviewed and decided; one to any
other notice is a case that the desk answers. Either marks the statement, so that it is not billed meanwhile.
"""

from sqlalchemy import select
from sqlalchemy.orm import Session

from cases import history
from cases.business_calendar import load_holidays
from cases.history import SYSTEM
from cases.kinds import INQUIRY
from cases.models import Case, Contact, Objection
from cases.opening import NewCase, open_case
from helpdesk.clock import in_japan
from helpdesk.desk import Desk
from helpdesk.errors import Conflict, HelpdeskError, NotFound, Problem, Refused
from helpdesk.fail_points import fail_point
from helpdesk.ledger.account_history import Happened, write_account_history
from helpdesk.settlement import answers, approval
from helpdesk.settlement.lists import statement_by_id
from helpdesk.settlement.models import BusinessStatement
from helpdesk.settlement.statement_versions import hold_statements
from helpdesk.users.permissions import Person, can, require

_LONGEST = 2_000


def confirm_statement(
    session: Session, desk: Desk, statement_id: int, *, reason: str = "", by: Person
) -> BusinessStatement:
    """確認 of one version: by a user of the business itself, or by staff with the reason (how it told us); committed.

    Raises `NotFound` for another business's, `NotAllowed`, `Refused` without a reason, `Conflict` when it cannot be
    confirmed (not issued, replaced, objected to, confirmed already).
    """
    statement = _own_or_allowed(session, statement_id, by, "事業者の確認を記録する")
    why = reason.strip()[:_LONGEST]
    if not _is_own(by, statement) and not why:
        words = "いつ、誰から、どのように確認の連絡があったかを入力してください"
        raise Refused([Problem("確認の理由", words)])
    try:
        hold_statements(session, statement.family)
        [statement] = approval.read_held(session, [statement_id])
        happened = answers.confirm(session, statement, reason=why, by=by, now=desk.clock())
    except HelpdeskError:
        session.rollback()
        raise
    write_account_history(session, [happened], by=by, now=desk.clock())
    session.commit()
    return statement


def confirm_silent(desk: Desk) -> int:
    """みなし確認: everything issued that nobody has answered within the configured working days; how many.

    Nothing where `silence_confirms_after_days` is not set. Each is committed alone; run again it does what is left.
    """
    days = desk.settings.silence_confirms_after_days
    if days is None:
        return 0
    today, confirmed = in_japan(desk.clock()).date(), 0
    with desk.database.read_session() as session:
        holidays = load_holidays(session)
        waiting = session.scalars(
            select(BusinessStatement)
            .where(
                BusinessStatement.newest,
                BusinessStatement.state == "issued",
                BusinessStatement.answer.is_(None),
                BusinessStatement.family != "provisional",
            )
            .order_by(BusinessStatement.id)
        ).all()
    for each in waiting:
        until = answers.silence_until(each, days, holidays)
        if until is None or until >= today:
            continue
        with desk.database.write_session() as session:
            hold_statements(session, each.family)
            [held] = approval.read_held(session, [each.id])
            if answers.silence_until(held, days, holidays) != until:
                continue
            happened = answers.confirm_by_silence(session, held, until=until, by=SYSTEM, now=desk.clock())
            if happened is not None:
                write_account_history(session, [happened], by=SYSTEM, now=desk.clock())
                confirmed += 1
        fail_point("statement.confirmed_by_silence")
    return confirmed


def object_to_statement(
    session: Session,
    desk: Desk,
    statement_id: int,
    *,
    grounds: str,
    channel: str = "form",
    contact: Contact | None = None,
    by: Person,
) -> Case:
    """異議申立て to a notice that is none of capacity (請求額通知書 and the like): a case, and the statement waits; committed.

    By a user of the business itself, or by staff who took it down. Raises `NotFound`, `NotAllowed`, `Refused`,
    `Conflict`; an objection to a capacity notice goes through `receive_objection` with its `notified_result_id`.
    """
    statement = _own_or_allowed(session, statement_id, by, "異議申立てを受け付ける", "work_on_cases")
    if statement.family == "capacity":
        words = "この通知への異議申立ては、通知の画面から申立ての内容を入力して受け付けます"
        raise Refused([Problem("対象の通知", words)])
    if not grounds.strip():
        raise Refused([Problem("申立ての理由", "申立ての理由を入力してください")])
    now = desk.clock()
    new = NewCase(
        kind=INQUIRY,
        channel=channel,
        subject=f"異議申立て：{statement.number or approval.statement_place(statement)}",
        body_text=grounds,
        business=statement.business,
        contact=contact,
        business_reason="通知の宛先",
    )
    try:
        case = open_case(session, new, by=by, now=now)
        hold_statements(session, statement.family)
        [statement] = approval.read_held(session, [statement_id])
        if statement.answer == answers.OBJECTED:
            raise Conflict("この通知には対応中の異議申立てがあります。追加の主張は、その案件に加えてください")
        happened = answers.object_to(session, statement, case_number=case.number, by=by, now=now)
        if happened is None:
            raise Conflict("この通知は差し替えられたか、まだ通知されていません。画面を開き直してください")
    except HelpdeskError:
        session.rollback()
        raise
    write_account_history(session, [happened], by=by, now=now)
    session.commit()
    return case


def end_statement_objection(
    session: Session, desk: Desk, statement_id: int, *, reason: str, by: Person
) -> BusinessStatement:
    """The objection of `object_to_statement` is answered and the notice stands (棄却・取下げ), with the reason; committed.

    Where it is right, the inputs are corrected and the month computed again: the next version replaces this one.
    """
    require(by, "decide_objections", "異議申立てを決定する")
    statement, why, now = statement_by_id(session, statement_id), reason.strip()[:_LONGEST], desk.clock()
    if not why:
        raise Refused([Problem("理由", "異議申立てを終える理由を入力してください")])
    try:
        hold_statements(session, statement.family)
        [statement] = approval.read_held(session, [statement_id])
        if statement.notified_result_id is not None or not statement.newest:
            raise Conflict("この異議申立ては、案件の画面で決定するか、新しい版で扱ってください")
        happened = answers.end_objection(session, statement, case_number="", how=why, by=by, now=now)
        if happened is None:
            raise Conflict("この通知に対応中の異議申立てはありません。画面を開き直してください")
    except HelpdeskError:
        session.rollback()
        raise
    write_account_history(session, [happened], by=by, now=now)
    session.commit()
    return statement


def follow_objection(session: Session, desk: Desk, objection: Objection, *, how: str, by: Person) -> None:
    """The statement follows an objection to its notice, in the transaction that received, withdrew or decided it.

    `how` ∈ received, withdrawn, decided. Nothing happens to a notice without a statement, or to a billed one.
    """
    statement = answers.statement_of_notice(session, objection.notice_reference)
    if statement is None:
        return
    now, number = desk.clock(), objection.case.number
    happened: Happened | None
    if how == "received":
        happened = answers.object_to(session, statement, case_number=number, by=by, now=now)
    else:
        happened = answers.end_objection(session, statement, case_number=number, how=how, by=by, now=now)
    if happened is not None:
        history.record(session, happened.stream, happened.kind, happened.content, by=by, now=now)


def _own_or_allowed(
    session: Session, statement_id: int, by: Person, doing: str, ability: str = "issue_statements"
) -> BusinessStatement:
    statement = statement_by_id(session, statement_id)
    if _is_own(by, statement):
        if statement.issued_at is None:
            raise NotFound("その精算は登録されていません")
        return statement
    if not can(by, "see_ledger"):
        raise NotFound("その精算は登録されていません")
    require(by, ability, doing)
    return statement


def _is_own(by: Person, statement: BusinessStatement) -> bool:
    return can(by, "use_portal") and by.business_id is not None and by.business_id == statement.business_id
