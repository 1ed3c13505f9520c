"""電話: what is done with a call, from the first ring to what stands of it in the case (requirements B1.1, B1.4).

`begin → note … → hang_up → end`, or `discard`. A call without an end is going on; one that has ended but is not
written down yet (後処理) is unfinished. One operator has one line: a second call begins when the first has ended, while
its record may still be open, so that nothing typed is lost when the telephone rings again.
"""

from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from cases import call_record
from cases.call_checks import (
    DISCARDED,
    OUTCOMES,
    UNREACHED,
    WRONG_NUMBER,
    Ending,
    problems_of_ending,
    problems_of_start,
    problems_of_typing,
)
from cases.call_state import (
    DIRECTIONS,
    WITHOUT_CASE,
    hold,
    is_finished,
    running_of,
    stream_of,
    unfinished,
    write_typed,
)
from cases.errors import CallRefused, InputRefused, LineBusy, Problem
from cases.history import Person, record, record_on_case
from cases.kinds import INQUIRY
from cases.models import Business, Case, Contact, Message, PhoneCall
from cases.numbering import lock_series
from cases.phone_numbers import LONGEST, why_impossible

__all__ = [
    "DIRECTIONS",
    "OUTCOMES",
    "UNREACHED",
    "begin",
    "discard",
    "end",
    "finish_next_call",
    "hang_up",
    "is_finished",
    "join",
    "note",
    "stream_of",
    "unfinished",
]

_NOTED = frozenset(
    {
        "person_name",
        "telephone",
        "subject",
        "content",
        "outcome",
        "next_call_at",
        "next_call_note",
        "promised_on",
        "promised_yen",
        "talk_script",
        "business",
        "contact",
    }
)


def begin(
    session: Session,
    *,
    direction: str,
    by: Person,
    now: datetime,
    telephone: str = "",
    business: Business | None = None,
    contact: Contact | None = None,
    case: Case | None = None,
    person_name: str = "",
    started_at: datetime | None = None,
) -> PhoneCall:
    """A call begins (着信・発信); what is known of the other end is taken from contact and case where it is not given.

    `started_at`: of a call that is written down later. Raises `LineBusy` while this person has a call going on,
    `InputRefused` for a number that cannot be one.
    """
    if by.id is None:
        raise CallRefused("電話を記録できるのは利用者だけです")
    problems = problems_of_start(started_at, now) if started_at else []
    if direction not in DIRECTIONS:
        problems.append(Problem("着信・発信", "どちらかを選んでください"))
    telephone = telephone.strip()
    if telephone and (impossible := why_impossible(telephone)):
        problems.append(Problem("電話番号", impossible))
    if problems:
        raise InputRefused(problems)
    lock_series(session, f"phone_line:{by.id}")
    if (other := running_of(session, by.id)) is not None:
        raise LineBusy(other.id)
    if contact is None and case is not None and business in (None, case.business):
        contact = case.contact
    business = business or (contact.business if contact else None) or (case.business if case else None)
    call = PhoneCall(
        direction=direction,
        operator_id=by.id,
        operator_name=by.display_name,
        case=case,
        business=business,
        contact=contact,
        person_name=(person_name or (contact.name if contact else ""))[:100],
        telephone=telephone or (contact.telephone[:LONGEST] if contact else ""),
        started_at=started_at or now,
        subject=case.subject if case else "",
        content="",
        outcome="",
    )
    session.add(call)
    session.flush()
    content = {"direction": direction, "telephone": call.telephone, "business_id": call.business_id}
    record(session, stream_of(call), "call_begun", content, by=by, now=now)
    return call


def note(
    session: Session, call: PhoneCall, *, expected_version: int, by: Person, now: datetime, **typed: Any
) -> PhoneCall:
    """Keep what has been typed so far; only what would not fit is refused (`InputRefused`).

    `typed`: any of the call's own fields, `business`, `contact`. Raises `StaleVersion` when somebody else was faster.
    """
    if unknown := set(typed) - _NOTED:
        raise TypeError(f"電話に {sorted(unknown)} はありません")
    hold(session, call, expected_version)
    write_typed(call, typed)
    if call.outcome in WITHOUT_CASE or call.outcome not in OUTCOMES:
        call.outcome = ""  # these end a call by themselves: only `end` and `discard` write them
    if problems := problems_of_typing(call):
        raise InputRefused(problems)
    session.flush()
    record(session, stream_of(call), "call_noted", {"version": call.version}, by=by, now=now)
    return call


def join(
    session: Session, call: PhoneCall, case: Case | None, *, expected_version: int, by: Person, now: datetime
) -> PhoneCall:
    """The call is about this case (None: about none yet). A business that is not known yet is the case's."""
    hold(session, call, expected_version)
    call.case = case
    if case is not None and call.business_id is None and case.business is not None:
        call.business, call.contact = case.business, case.contact
    if case is not None and not call.subject:
        call.subject = case.subject
    session.flush()
    content = {"case": case.number if case else None}
    record(session, stream_of(call), "call_joined", content, by=by, now=now)
    return call


def hang_up(
    session: Session, call: PhoneCall, *, by: Person, now: datetime, ended_at: datetime | None = None
) -> PhoneCall:
    """通話を切る: the line is free, the record stays open. Raises `InputRefused` for an impossible end."""
    hold(session, call, None)
    if call.ended_at is not None:
        return call
    ended_at = ended_at or now
    ending = Ending(outcome=WRONG_NUMBER, ended_at=ended_at)
    problems = [
        each for each in problems_of_ending(call, ending, has_case=False, now=now) if each.where == "終了時刻"
    ]
    if problems:
        raise InputRefused(problems)
    call.ended_at = ended_at
    session.flush()
    record(session, stream_of(call), "call_hung_up", {"ended_at": ended_at}, by=by, now=now)
    return call


def end(
    session: Session,
    call: PhoneCall,
    *,
    outcome: str,
    by: Person,
    now: datetime,
    expected_version: int | None = None,
    case: Case | None = None,
    kind: str = INQUIRY,
    topic: str | None = None,
    ended_at: datetime | None = None,
    next_call_at: datetime | None = None,
    promised_on: date | None = None,
    promised_yen: int | None = None,
    close: bool = False,
    **typed: Any,
) -> Message | None:
    """The call is over and written down: a message of its case, working time, event `call_logged`, a new state.

    Without a case (`case`, or the one it has joined) a new one of this kind is opened with the call's subject; only a
    wrong number needs none and gives no message. `typed`: as for `note`. `close`: the case is done with it.
    Raises `InputRefused` with every problem, and then nothing has changed.
    """
    hold(session, call, expected_version)
    case = case or call.case
    before = {name: getattr(call, name) for name in _NOTED}
    write_typed(call, typed)
    call.next_call_at, call.promised_on, call.promised_yen = next_call_at, promised_on, promised_yen
    ending = Ending(outcome, ended_at or call.ended_at or now, next_call_at, promised_on, promised_yen)
    has_case = case is not None or bool(call.subject)
    with session.no_autoflush:  # what cannot be kept is said, not sent to the database
        problems = problems_of_ending(call, ending, has_case=has_case, now=now)
    if close and next_call_at is not None:
        problems.append(Problem("次の電話", "案件を完了にするときは、次の電話を消してください"))
    if problems:
        write_typed(call, before)
        raise InputRefused(problems)
    call.outcome, call.ended_at = outcome, ending.ended_at
    if case is None and outcome == WRONG_NUMBER:
        call_record.keep_time(session, call)
        session.flush()
        record(session, stream_of(call), "call_logged", call_record.facts(call), by=by, now=now)
        return None
    return call_record.write(session, call, case, kind=kind, topic=topic, close=close, by=by, now=now)


def discard(session: Session, call: PhoneCall, *, reason: str, by: Person, now: datetime) -> None:
    """取消: it was no call. Only while nothing has been written in it, and with a reason."""
    hold(session, call, None)
    problems = []
    if call.content:
        problems.append(Problem("内容", "内容が入力されています。結果を選んで記録を終えてください"))
    if not reason.strip():
        problems.append(Problem("取消の理由", "理由を入力してください"))
    if len(reason) > 200:
        problems.append(Problem("取消の理由", f"200文字以内にしてください（いま {len(reason)}文字）"))
    if problems:
        raise InputRefused(problems)
    call.outcome, call.content = DISCARDED, reason.strip()
    call.ended_at = call.ended_at or max(now, call.started_at)
    call.next_call_at = call.promised_on = call.promised_yen = None
    session.flush()
    record(session, stream_of(call), "call_discarded", {"reason": call.content}, by=by, now=now)


def finish_next_call(session: Session, call: PhoneCall, *, reason: str, by: Person, now: datetime) -> None:
    """次の電話の済み: the call that was to be made is not needed any more, and why."""
    session.refresh(call, with_for_update={"of": PhoneCall})
    if call.next_call_at is None or call.next_call_done_at is not None:
        raise CallRefused("この電話に、残っている「次の電話」はありません。一覧を読み直してください")
    if not reason.strip():
        raise InputRefused([Problem("理由", "電話をかけずに済みにする理由を入力してください")])
    call.next_call_done_at = now
    session.flush()
    content = {"call": call.id, "reason": reason.strip()[:200]}
    if call.case is not None:
        record_on_case(session, call.case, "next_call_done", content, by=by, now=now)
    else:
        record(session, stream_of(call), "next_call_done", content, by=by, now=now)
