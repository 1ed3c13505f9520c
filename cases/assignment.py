"""担当: who has a case."""

from datetime import datetime

from sqlalchemy.orm import Session

from cases.errors import TransitionRefused
from cases.history import Person, record_on_case
from cases.lifecycle import CLOSED, touch
from cases.models import Case, Event


def assign(session: Session, case: Case, to: Person | None, *, by: Person, now: datetime) -> Event | None:
    """Give the case to a person, or to nobody (None: back to the pool); None when that person has it already.

    A closed case has nobody at work: reopen it first (`TransitionRefused`). Raises `StaleVersion`.
    """
    if case.status == CLOSED:
        raise TransitionRefused(
            f"案件 {case.number} は完了しています。担当を変えるには、先に再開してください"
        )
    if to is not None and to.id is None:
        raise TransitionRefused(
            f"「{to.display_name}」は利用者ではないため、案件 {case.number} の担当にできません"
        )
    to_id, to_name = (to.id, to.display_name) if to else (None, "")
    if case.assignee_id == to_id:
        return None
    content = {"from_id": case.assignee_id, "from": case.assignee_name, "to_id": to_id, "to": to_name}
    case.assignee_id, case.assignee_name = to_id, to_name
    touch(session, case, now=now)
    return record_on_case(session, case, "assigned", content, by=by, now=now)
