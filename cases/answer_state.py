"""回答の状態: which states an answer has, who wrote it, what it answers; what every verb on an answer stands on."""

from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from cases import lifecycle
from cases.errors import AnswerRefused
from cases.history import Person, content_of, record_on_case
from cases.models import Answer, Case, Event, Message

DRAFT = "draft"
IN_REVIEW = "in_review"
RELEASED = "released"
WITHDRAWN = "withdrawn"
OPEN_STATUSES = (DRAFT, IN_REVIEW)
STATUS_LABELS = {DRAFT: "下書き", IN_REVIEW: "承認待ち", RELEASED: "送付済み", WITHDRAWN: "取下げ"}

_WRITING = ("answer_drafted", "answer_edited", "run_attached")


def open_answer(session: Session, case_id: int) -> Answer | None:
    """The answer of a case that is being written or reviewed, if any."""
    found = select(Answer).where(Answer.case_id == case_id, Answer.status.in_(OPEN_STATUSES))
    return session.scalars(found.order_by(Answer.id.desc()).limit(1)).first()


def newest_incoming(session: Session, case_id: int) -> int | None:
    """The id of the newest message that a person sent in; automatic mail does not count."""
    return session.scalar(
        select(func.max(Message.id)).where(
            Message.case_id == case_id, Message.direction == "in", Message.automatic.is_(False)
        )
    )


def newer_mail(session: Session, answer: Answer) -> bool:
    """Whether the business has written again since the answer's author last looked."""
    return (newest_incoming(session, answer.case_id) or 0) > (answer.last_incoming_message_id or 0)


def writers(session: Session, answer: Answer) -> dict[int, str]:
    """Everybody who has had a hand in the text or its figures, the last one last: none of them may release it."""
    events = session.scalars(
        select(Event).where(Event.case_id == answer.case_id, Event.kind.in_(_WRITING)).order_by(Event.id)
    )
    found = {answer.author_id: answer.author_name}
    for event in events:
        content = content_of(event)
        if event.actor_id is not None and (content is None or content.get("answer") == answer.id):
            found.pop(event.actor_id, None)
            found[event.actor_id] = event.actor_name
    return found


def hold(session: Session, answer: Answer, status: str | None, doing: str) -> Case:
    """The answer's case, both as they are now and held until the transaction ends; the answer must be open.

    `status`: the state in which this can be done, None for any open one. Raises `AnswerRefused`.
    """
    case = session.get_one(Case, answer.case_id)
    session.refresh(case, with_for_update={"of": Case})
    session.refresh(answer)
    if answer.status not in ((status,) if status else OPEN_STATUSES):
        needed = f"「{STATUS_LABELS[status]}」のときだけ" if status else "送付前だけ"
        raise AnswerRefused(
            f"案件 {case.number} の回答は「{STATUS_LABELS[answer.status]}」のため、{doing}はできません（{needed}できます）"
        )
    return case


def write_down(
    session: Session,
    case: Case,
    answer: Answer,
    kind: str,
    content: dict[str, Any],
    *,
    by: Person,
    now: datetime,
) -> Event:
    """Write a changed answer and its case, and say so in the history."""
    answer.updated_at = now
    lifecycle.touch(session, case, now=now)
    return record_on_case(session, case, kind, content, by=by, now=now)


def back_to_work(session: Session, case: Case, *, by: Person, now: datetime, reason: str) -> None:
    """Take a case out of review when its answer has left it."""
    if case.status == lifecycle.AWAITING_RELEASE:
        lifecycle.move(session, case, lifecycle.IN_PROGRESS, by=by, now=now, reason=reason)
