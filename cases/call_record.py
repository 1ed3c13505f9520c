"""電話の記録: what stands of a finished call — its message in the case, the working time, the state of the case."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from cases import intake, lifecycle, search
from cases.business_calendar import JAPAN, load_holidays
from cases.call_checks import (
    ANSWERED,
    CALLBACK,
    OUTCOMES,
    PROMISED,
    REFUSED,
    TAKEN,
    TRANSFERRED,
    UNREACHED,
)
from cases.deadlines import answer_due
from cases.history import Person, record_on_case
from cases.kinds import LATE_PAYMENT
from cases.models import Case, LatePayment, Message, PhoneCall, WorkInterval
from cases.opening import NewCase, add_case, record_received

_MARK = "【電話】"
_OURS = (TAKEN, CALLBACK, TRANSFERRED, REFUSED)  # the desk has something to do
_THEIRS = (ANSWERED, PROMISED)  # the business has


def write(
    session: Session,
    call: PhoneCall,
    case: Case | None,
    *,
    kind: str,
    topic: str | None,
    close: bool,
    by: Person,
    now: datetime,
) -> Message:
    """Write a call that has its outcome into its case, opening one where there is none."""
    is_new = case is None
    if case is None:
        case = _open(session, call, kind, topic, by=by, now=now)
    else:
        session.refresh(case, with_for_update={"of": Case})
        if case.business_id is None and call.business is not None:
            intake.correct_business(session, case, call.business, call.contact, by=by, now=now)
    call.case, call.business = case, call.business or case.business
    message = _store(session, call, case)
    call.message_id = message.id
    if is_new:
        record_received(session, case, message, by=by, now=now)
    content = facts(call)
    if call.outcome == ANSWERED and case.first_answered_at is None:
        case.first_answered_at = now
    if call.outcome in _OURS and case.due_at and case.status in (lifecycle.WAITING, lifecycle.CLOSED):
        due = answer_due(now, holidays=load_holidays(session))
        case.due_at, case.due_reason = due.at, due.reasons
        content["due_at"] = due.at
    lifecycle.touch(session, case, now=now)
    record_on_case(session, case, "call_logged", content, by=by, now=now)
    _move_on(session, case, call.outcome, close, by=by, now=now)
    if call.outcome not in UNREACHED or call.next_call_at is not None:
        _settle_next_calls(session, call, now)
    if call.next_call_at is not None and _is_paid(session, case):
        call.next_call_done_at = now
        done = {"call": call.id, "reason": "入金済みのため"}
        record_on_case(session, case, "next_call_done", done, by=by, now=now)
    keep_time(session, call)
    return message


def keep_time(session: Session, call: PhoneCall) -> None:
    """対応時間: the call is an interval of work of whoever spoke, once."""
    session.add(
        WorkInterval(
            case_id=call.case.id if call.case else None,
            user_id=call.operator_id,
            user_name=call.operator_name,
            source="call",
            started_at=call.started_at,
            ended_at=call.ended_at,
            call_id=call.id,
        )
    )
    session.flush()


def facts(call: PhoneCall) -> dict[str, Any]:
    """What the history keeps of a finished call, for the reports."""
    return {
        "call": call.id,
        "message": call.message_id,
        "direction": call.direction,
        "outcome": call.outcome,
        "operator_id": call.operator_id,
        "started_at": call.started_at,
        "ended_at": call.ended_at,
        "seconds": int((call.ended_at - call.started_at).total_seconds()),
        "next_call_at": call.next_call_at,
        "promised_on": call.promised_on,
        "promised_yen": call.promised_yen,
        "talk_script": call.talk_script or "",
    }


def _open(
    session: Session, call: PhoneCall, kind: str, topic: str | None, *, by: Person, now: datetime
) -> Case:
    reason = (
        f"電話で{by.display_name}が確認" if call.business else "電話の相手から特定できない。選んでください"
    )
    new = NewCase(
        kind=kind,
        channel="phone",
        subject=call.subject,
        body_text=call.content,
        topic=topic,
        business=call.business,
        contact=call.contact,
        business_reason=reason,
    )
    return add_case(session, new, now=now)


def _store(session: Session, call: PhoneCall, case: Case) -> Message:
    incoming = call.direction == "in"
    body = "\n\n".join(part for part in (call.content, _summary(call)) if part)
    return search.store(
        session,
        Message(
            case_id=case.id,
            direction=call.direction,
            channel="phone",
            author_id=None if incoming else call.operator_id,
            author_name=_other_end(call) if incoming else call.operator_name,
            from_address="",
            subject=call.subject,
            body_text=body,
            occurred_at=call.started_at,
        ),
    )


def _other_end(call: PhoneCall) -> str:
    """Who was at the other end, as far as known."""
    parts = (call.business.name if call.business else "", call.person_name)
    return " ".join(part for part in parts if part)[:200] or call.telephone or "相手不明（番号なし）"


def words_of(message: Message) -> str:
    """What was typed of a message: of a call without the lines that the desk has put below."""
    return message.body_text.partition(_MARK)[0] if message.channel == "phone" else message.body_text


def _summary(call: PhoneCall) -> str:
    """The lines below what was typed: when, with whom, and what came of it."""
    begun, ended = call.started_at.astimezone(JAPAN), call.ended_at.astimezone(JAPAN)
    minutes = (call.ended_at - call.started_at + timedelta(seconds=59)) // timedelta(minutes=1)
    way = "着信" if call.direction == "in" else "発信"
    lines = [
        f"{_MARK}{way} {begun:%Y-%m-%d %H:%M}〜{ended:%H:%M}（{minutes}分）　応対：{call.operator_name}",
        f"相手：{' '.join(dict.fromkeys(part for part in (_other_end(call), call.telephone) if part))}",
        f"結果：{OUTCOMES[call.outcome]}",
    ]
    if call.promised_on is not None:
        lines.append(f"入金約束：{call.promised_on.isoformat()} に {call.promised_yen:,}円")
    if call.next_call_at is not None:
        note = f"　{call.next_call_note}" if call.next_call_note else ""
        lines.append(f"次の電話：{call.next_call_at.astimezone(JAPAN):%Y-%m-%d %H:%M}{note}")
    return "\n".join(lines)


def _move_on(session: Session, case: Case, outcome: str, close: bool, *, by: Person, now: datetime) -> None:
    """The state that follows; a case whose answer is being released stays where it is."""
    if close:
        if case.status != lifecycle.CLOSED:
            reason = f"電話で対応を終えた（{OUTCOMES[outcome]}）"
            lifecycle.move(session, case, lifecycle.CLOSED, by=by, now=now, reason=reason)
        return
    to = lifecycle.IN_PROGRESS if outcome in _OURS else lifecycle.WAITING if outcome in _THEIRS else None
    if to is None or case.status in (to, lifecycle.AWAITING_RELEASE):
        return
    if to == lifecycle.WAITING and case.status == lifecycle.CLOSED:
        return
    lifecycle.move(session, case, to, by=by, now=now, reason=f"電話の結果：{OUTCOMES[outcome]}")


def _is_paid(session: Session, case: Case) -> bool:
    """Whether the case is about an invoice that has been paid, perhaps while one spoke."""
    if case.kind != LATE_PAYMENT:
        return False
    settled_at = select(LatePayment.settled_at).where(LatePayment.case_id == case.id)
    return session.scalars(settled_at).one_or_none() is not None


def _settle_next_calls(session: Session, call: PhoneCall, now: datetime) -> None:
    """The calls that were to be made on this case have been made by this one."""
    earlier = select(PhoneCall).where(
        PhoneCall.case_id == call.case.id,
        PhoneCall.id != call.id,
        PhoneCall.message_id.is_not(None),
        PhoneCall.next_call_at.is_not(None),
        PhoneCall.next_call_done_at.is_(None),
    )
    for each in session.scalars(earlier):
        each.next_call_done_at = now
    session.flush()
