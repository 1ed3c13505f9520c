"""An objection (異議申立て) comes in: out of a mail, through the portal's form, from a telephone call or a letter.

It is tied to the version of a notice that is in force, its claims are checked completely, and the business is told what
was taken down. Later its claims can be corrected, or the business withdraws it. The statement of the notice is not
billed meanwhile.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from cases import objections
from cases.kinds import OBJECTION
from cases.models import Attachment, Case, Contact, Objection
from cases.objections import Claimed
from cases.opening import NewCase, open_case
from cases.thread_matching import parties
from helpdesk.desk import Desk
from helpdesk.errors import NotFound, Problem, Refused
from helpdesk.register.case_links import link_result
from helpdesk.register.claims import check_claims
from helpdesk.register.lookups import notified_by_id, notified_in_force
from helpdesk.register.models import NotifiedResult
from helpdesk.users.permissions import Person, can, require
from helpdesk.workflows.acknowledge_receipt import Asked, acknowledge_objection, thread_references
from helpdesk.workflows.answer_statement import follow_objection
from helpdesk.workflows.answer_text import last_incoming, recipient


def receive_objection(
    session: Session,
    desk: Desk,
    *,
    notice_id: int,
    grounds: str,
    claims: Sequence[Mapping[str, Any]] = (),
    claimed_figures: Mapping[str, str] | None = None,
    case: Case | None = None,
    channel: str = "form",
    contact: Contact | None = None,
    from_address: str = "",
    attachments: Sequence[Attachment] = (),
    found: Sequence[Problem] = (),
    by: Person,
) -> Objection:
    """異議申立ての受付 against one notified result, committed; with `case` that case becomes it, else one is opened.

    `claims` are rows as of a what-if, `claimed_figures` amounts as typed by key of the notice's figures, `from_address`
    and `attachments` (not yet written) those of a form's first message, `found` what the form itself has found wrong. A
    business may do it for its own notices alone. Raises `NotFound`, `NotAllowed`, `Refused` with every problem, and what
    `cases.objections.receive` refuses.
    """
    notice = _notice_for(session, notice_id, case, by)
    problems = [*found, *_superseded(session, notice)]
    claimed = _checked(session, desk, notice, grounds, claims, claimed_figures or {}, problems)
    now = desk.clock()
    if case is None:
        new = NewCase(
            kind=OBJECTION,
            channel=channel,
            subject=f"異議申立て：{notice.document_number}",
            body_text=grounds,
            business=notice.business,
            contact=contact,
            business_reason="通知の宛先",
            from_address=from_address,
            attachments=attachments,
        )
        case = open_case(session, new, by=by, now=now)
    link_result(session, case, notice, by=by, now=now)
    objection = objections.receive(
        session,
        case,
        claimed,
        notice_reference=notice.id,
        notice_number=notice.document_number,
        by=by,
        now=now,
    )
    _acknowledge(session, desk, objection, notice, now=now)
    follow_objection(session, desk, objection, how="received", by=by)
    session.commit()
    return objection


def change_objection(
    session: Session,
    desk: Desk,
    objection: Objection,
    *,
    grounds: str,
    claims: Sequence[Mapping[str, Any]],
    claimed_figures: Mapping[str, str],
    version: int,
    by: Person,
) -> None:
    """申立て内容の変更: what the business has added or made clear; it has to be computed again."""
    require(by, "work_on_cases", "申立ての内容を変える")
    notice = notified_by_id(session, objection.notice_reference)
    claimed = _checked(session, desk, notice, grounds, claims, claimed_figures, [])
    objections.change_claims(session, objection, claimed, expected_version=version, by=by, now=desk.clock())
    session.commit()


def withdraw_objection(
    session: Session, desk: Desk, objection: Objection, reason: str, *, by: Person
) -> None:
    """取下げ: the business gives the objection up, by mail or telephone to an operator or through its own page."""
    if not _is_own(by, objection.case.business_id):
        require(by, "work_on_cases", "取下げを記録する")
    objections.withdraw(session, objection, reason=reason, by=by, now=desk.clock())
    follow_objection(session, desk, objection, how="withdrawn", by=by)
    session.commit()


def _notice_for(session: Session, notice_id: int, case: Case | None, by: Person) -> NotifiedResult:
    if can(by, "work_on_cases"):
        return notified_by_id(session, notice_id)
    if case is not None or by.business_id is None:
        require(by, "work_on_cases", "異議申立てを受け付ける")
    notice = notified_by_id(session, notice_id)
    if not _is_own(by, notice.business_id):
        raise NotFound("その通知済みの結果は登録されていません")
    return notice


def _is_own(by: Person, business_id: int | None) -> bool:
    return can(by, "use_portal") and by.business_id is not None and by.business_id == business_id


def _superseded(session: Session, notice: NotifiedResult) -> list[Problem]:
    newest = notified_in_force(session, notice.business_id, notice.fiscal_year, notice.delivery_month)
    if newest is None or newest.id == notice.id:
        return []
    message = (
        f"{notice.document_number} は、第{newest.version}版（{newest.document_number}）に差し替えられています。"
        "差替後の通知を選んでください"
    )
    return [Problem("対象の通知", message)]


def _checked(
    session: Session,
    desk: Desk,
    notice: NotifiedResult,
    grounds: str,
    claims: Sequence[Mapping[str, Any]],
    amounts: Mapping[str, str],
    problems: list[Problem],
) -> Claimed:
    """What is claimed, complete and possible; refused once with everything that is wrong."""
    problems = problems + [Problem(each.where, each.message) for each in objections.grounds_problems(grounds)]
    rows: list[dict[str, Any]] = []
    figures: list[list[str]] = []
    try:
        rows, figures = check_claims(session, desk.settings.slots_folder, notice, claims, amounts)
    except Refused as refused:
        problems += refused.problems
    if problems:
        raise Refused(problems)
    return Claimed(grounds, rows, figures)


def _acknowledge(
    session: Session, desk: Desk, objection: Objection, notice: NotifiedResult, *, now: datetime
) -> None:
    case = objection.case
    answered = last_incoming(session, case.id)
    to = recipient(case, answered, known=parties(session, case))
    if not to:
        return
    references = thread_references(answered.reference_ids, answered.message_id) if answered else ()
    asked = Asked(
        to,
        case.contact.name if case.contact else answered.author_name if answered else "",
        answered.message_id if answered else None,
        references,
    )
    period = f"{notice.fiscal_year}年度{notice.delivery_month}月分"
    acknowledge_objection(session, desk, objection, period, asked, now=now)
