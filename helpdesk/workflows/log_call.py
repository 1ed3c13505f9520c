"""A telephone call, from the first ring to its place in a case: who it is, what was said, what comes next.

Every step is committed once. Whatever is pressed while a call lasts first keeps what has been typed. A call is worked
on by who speaks; a leader can finish one that was forgotten.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from cases import assignment, late_payments, lifecycle, phone_calls
from cases.call_checks import MESSAGE_LEFT, TRANSFERRED, WRONG_NUMBER
from cases.call_state import running_of
from cases.callers import certain_caller
from cases.errors import InputRefused
from cases.kinds import LATE_PAYMENT
from cases.models import Business, Case, Contact, Message, PhoneCall
from helpdesk.desk import Desk
from helpdesk.errors import NotAllowed, NotFound, Problem, Refused
from helpdesk.users.accounts import user_by_id
from helpdesk.users.models import User
from helpdesk.users.permissions import Person, can, may_work_on_call, require
from helpdesk.workflows import call_late_payer
from kb.models import Article, Revision

_LONGEST_FIRST_LINE = 60
_NOBODY_TAKES_IT = (TRANSFERRED, MESSAGE_LEFT, WRONG_NUMBER)


@dataclass(frozen=True, slots=True)
class NewCall:
    """電話の開始 as asked for; 0: not known. `started_at`: of a call that is written down later."""

    direction: str
    telephone: str = ""
    business_id: int = 0
    contact_id: int = 0
    case_number: str = ""
    started_at: datetime | None = None
    hang_up: bool = False


@dataclass(frozen=True, slots=True)
class Finishing:
    """通話の終わり as typed; `topic` none: by the words, `assignee_id` none: whoever has the case, or who spoke."""

    typed: Mapping[str, str]
    outcome: str
    topic: str | None = None
    ended_at: datetime | None = None
    next_call_at: datetime | None = None
    promised_on: date | None = None
    promised_yen: int | None = None
    assignee_id: int | None = None
    close: bool = False


def begin(session: Session, desk: Desk, new: NewCall, *, case: Case | None, by: Person) -> PhoneCall:
    """A call begins; a number that is one business's names the other end at once.

    With `hang_up` the call that this person has going on ends at this moment; its record stays open. Whoever calls a
    late payer is asked the same as from the list of overdue invoices: raises `AlreadyPaid`, `Refused` while paused.
    """
    require(by, "work_on_cases", "電話を記録する")
    now = desk.clock()
    if new.hang_up and (running := running_of(session, by.id)) is not None:
        phone_calls.hang_up(session, running, by=by, now=now)
    contact = session.get(Contact, new.contact_id) if new.contact_id else None
    business = session.get(Business, new.business_id) if new.business_id else None
    if (new.contact_id and contact is None) or (new.business_id and business is None):
        raise NotFound("その相手は登録されていません。もう一度探してください")
    telephone = "" if contact and new.telephone == contact.telephone else new.telephone
    if (invoice_id := _invoice_called_about(session, new, case)) is not None:
        return call_late_payer.call(session, desk, invoice_id, contact=contact, telephone=telephone, by=by)
    if new.telephone and contact is None and business is None and case is None:
        found = certain_caller(session, new.telephone)
        if found is not None:
            business = session.get(Business, found.business_id)
            contact = session.get(Contact, found.contact_id) if found.contact_id else None
    call = phone_calls.begin(
        session,
        direction=new.direction,
        telephone=telephone,
        business=business,
        contact=contact,
        case=case,
        started_at=new.started_at,
        by=by,
        now=now,
    )
    session.commit()
    return call


def keep(
    session: Session, desk: Desk, call: PhoneCall, typed: Mapping[str, Any], *, version: int, by: Person
) -> PhoneCall:
    """Keep what has been typed."""
    _keep(session, call, typed, version, by, desk.clock())
    session.commit()
    return call


def identify(
    session: Session,
    desk: Desk,
    call: PhoneCall,
    typed: Mapping[str, Any],
    *,
    business_id: int,
    contact_id: int,
    version: int,
    by: Person,
) -> PhoneCall:
    """Say who is at the other end (0, 0: nobody known). The person's name and number fill what is still empty."""
    contact = session.get(Contact, contact_id) if contact_id else None
    business = contact.business if contact else session.get(Business, business_id) if business_id else None
    if (contact_id and contact is None) or (business_id and business is None):
        raise NotFound("その相手は登録されていません。もう一度探してください")
    values: dict[str, Any] = {**typed, "business": business, "contact": contact}
    if contact is not None:
        values["person_name"] = contact.name
        values["telephone"] = (typed.get("telephone") or call.telephone).strip() or contact.telephone
    _keep(session, call, values, version, by, desk.clock())
    if call.case is not None and business is not None and call.case.business_id not in (None, business.id):
        phone_calls.join(session, call, None, expected_version=call.version, by=by, now=desk.clock())
    session.commit()
    return call


def join(
    session: Session,
    desk: Desk,
    call: PhoneCall,
    typed: Mapping[str, Any],
    case: Case | None,
    *,
    version: int,
    by: Person,
) -> PhoneCall:
    """Say which case the call is about; None: a new one."""
    _keep(session, call, typed, version, by, desk.clock())
    phone_calls.join(session, call, case, expected_version=call.version, by=by, now=desk.clock())
    session.commit()
    return call


def choose_script(
    session: Session,
    desk: Desk,
    call: PhoneCall,
    typed: Mapping[str, Any],
    stem: str,
    *,
    version: int,
    by: Person,
) -> PhoneCall:
    """Be led by a talk script: which one, in which wording, stays with the call. Empty: by none."""
    values = {**typed, "talk_script": _script_mark(session, stem) if stem else ""}
    _keep(session, call, values, version, by, desk.clock())
    session.commit()
    return call


def hang_up(
    session: Session, desk: Desk, call: PhoneCall, typed: Mapping[str, Any], *, version: int, by: Person
) -> PhoneCall:
    """The line is free; the record is written up afterwards."""
    _keep(session, call, typed, version, by, desk.clock())
    phone_calls.hang_up(session, call, by=by, now=desk.clock())
    session.commit()
    return call


def finish(
    session: Session,
    desk: Desk,
    call: PhoneCall,
    form: Finishing,
    unreadable: list[Problem],
    *,
    version: int,
    by: Person,
) -> Message | None:
    """End the call into its case. Whoever spoke has a case that nobody had; a transferred one goes where it is sent."""
    _may_work(by, call)
    now = desk.clock()
    typed = dict(form.typed)
    if call.case is None and not typed.get("subject", "").strip():
        typed["subject"] = _first_line(typed.get("content", ""))
    colleague = _colleague(session, form.assignee_id) if form.assignee_id else None
    try:
        message = phone_calls.end(
            session,
            call,
            outcome=form.outcome,
            topic=form.topic,
            ended_at=form.ended_at,
            next_call_at=form.next_call_at,
            promised_on=form.promised_on,
            promised_yen=form.promised_yen,
            close=form.close,
            expected_version=version,
            by=by,
            now=now,
            **typed,
        )
    except InputRefused as refused:
        said = {problem.where for problem in unreadable}
        more = [Problem(each.where, each.message) for each in refused.problems if each.where not in said]
        raise Refused([*unreadable, *more]) from None
    if unreadable:
        raise Refused(unreadable)
    if call.case is not None:
        _assign(session, call, colleague, by=by, now=now)
    session.commit()
    return message


def take_back(session: Session, desk: Desk, call: PhoneCall, reason: str, *, by: Person) -> None:
    """It was no call."""
    _may_work(by, call)
    phone_calls.discard(session, call, reason=reason, by=by, now=desk.clock())
    session.commit()


def settle_next_call(session: Session, desk: Desk, call: PhoneCall, reason: str, *, by: Person) -> None:
    """The call that was to be made is not needed any more."""
    require(by, "work_on_cases", "次の電話を済みにする")
    phone_calls.finish_next_call(session, call, reason=reason, by=by, now=desk.clock())
    session.commit()


def _invoice_called_about(session: Session, new: NewCall, case: Case | None) -> int | None:
    """The invoice that a call about to be made is about; a call written down later has been made already."""
    if case is None or case.kind != LATE_PAYMENT or new.direction != "out" or new.started_at is not None:
        return None
    late = late_payments.late_payment_of(session, case.id)
    return late.invoice_reference if late else None


def _keep(
    session: Session, call: PhoneCall, typed: Mapping[str, Any], version: int, by: Person, now: datetime
) -> None:
    _may_work(by, call)
    phone_calls.note(session, call, expected_version=version, by=by, now=now, **typed)


def _may_work(by: Person, call: PhoneCall) -> None:
    if not may_work_on_call(by, call):
        raise NotAllowed(
            f"{call.operator_name}さんの電話です。記録を書けるのは本人と、オペレーションリーダー・全体管理者です"
        )


def _assign(session: Session, call: PhoneCall, colleague: User | None, *, by: Person, now: datetime) -> None:
    case = call.case
    if case.status == lifecycle.CLOSED:
        return
    if colleague is not None:
        assignment.assign(session, case, colleague, by=by, now=now)
    elif case.assignee_id is None and call.outcome not in _NOBODY_TAKES_IT:
        assignment.assign(session, case, user_by_id(session, call.operator_id), by=by, now=now)


def _colleague(session: Session, user_id: int) -> User:
    colleague = user_by_id(session, user_id)
    if not colleague.is_active or not can(colleague, "work_on_cases"):
        words = f"{colleague.display_name}さんは案件に対応できません。別の人を選んでください"
        raise Refused([Problem("引継ぎ先・担当", words)])
    return colleague


def _first_line(content: str) -> str:
    """The subject of a case that was given none: when the telephone is in one hand, one field is enough."""
    line = content.strip().partition("\n")[0].strip()
    return line if len(line) <= _LONGEST_FIRST_LINE else line[: _LONGEST_FIRST_LINE - 1] + "…"


def _script_mark(session: Session, stem: str) -> str:
    """`stem@number` of the published wording."""
    found = (
        session.query(Article.stem, Revision.number)
        .join(Revision, Revision.id == Article.published_revision_id)
        .filter(Article.stem == stem, Article.kind == "talk_script", Article.archived.is_(False))
        .first()
    )
    if found is None:
        raise NotFound("そのトークスクリプトは公開されていません")
    return f"{found.stem}@{found.number}"
