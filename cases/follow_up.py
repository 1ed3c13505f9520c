"""続報: what a business adds to a case it already has, by mail or by form: the case goes on, and its deadline begins again."""

from datetime import datetime

from sqlalchemy.orm import Session

from cases import lifecycle, search
from cases.business_calendar import load_holidays
from cases.deadlines import answer_due
from cases.history import Person, record_on_case
from cases.models import Case, Message


def add_follow_up(session: Session, case: Case, message: Message, *, by: Person, now: datetime) -> Message:
    """Write a message of the business into a case (続報の受付), whatever its state.

    A case that waited for it, or was closed, is in progress again and has a new deadline. An operator's change is
    waited for: what a business writes is never refused because somebody works on the case.
    """
    session.refresh(case, with_for_update={"of": Case})
    message.case_id = case.id
    search.store(session, message)
    content = {"message": message.id, "subject": message.subject, "due_at": None}
    goes_on = case.status in (lifecycle.WAITING, lifecycle.CLOSED)
    if goes_on:
        due = answer_due(now, holidays=load_holidays(session))
        case.due_at, case.due_reason = due.at, due.reasons
        content["due_at"] = case.due_at
    lifecycle.touch(session, case, now=now)
    record_on_case(session, case, "follow_up_received", content, by=by, now=now)
    if goes_on:
        lifecycle.move(session, case, lifecycle.IN_PROGRESS, by=by, now=now, reason="事業者から返信があった")
    return message
