"""案件の経過: what the events tell of a case up to a moment; the ground of every report about the past."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session

from cases.call_checks import ANSWERED
from cases.history import content_of
from cases.kinds import INQUIRY, OBJECTION
from cases.lifecycle import CLOSED, IN_PROGRESS, RECEIVED
from cases.models import Event

ERASED = "（消去済み）"
_STATES = ("received", "status_changed", "closed", "reopened")
_WORK = (
    *_STATES,
    "follow_up_received",
    "assigned",
    "topic_changed",
    "business_changed",
    "note_added",
    "call_logged",
    "result_linked",
    "run_attached",
    "what_if_run",
    "answer_drafted",
    "answer_edited",
    "answer_submitted",
    "answer_returned",
    "answer_withdrawn",
    "answer_released",
    "objection_received",
    "objection_claimed",
    "objection_decided",
    "objection_withdrawn",
    "late_payment_opened",
    "payment_promised",
    "checklist_ticked",
    "work_timed",
    "incident_acknowledged",
    "incident_closed",
)


@dataclass(slots=True)
class Story:
    """経過 of one case: how it stands at the end of a period, and the kinds of what was done in it."""

    case_id: int
    kind: str = INQUIRY
    number: str = ERASED
    business: str = ""
    topic: str = "other"
    channel: str = ""
    subject: str = ERASED
    received_at: datetime | None = None
    due_at: datetime | None = None
    status: str = RECEIVED
    assignee: str = ""
    last_person: str = ""
    first_answered_at: datetime | None = None
    was_open: bool = False  # when the period began
    done: list[str] = field(default_factory=list)  # kinds of the period's events

    def tell(self, event: Event, start: datetime, outsiders: Collection[int] = ()) -> None:
        """Go on by one event, in the order in which they happened; `outsiders` are no people of the desk."""
        content = content_of(event) or {}
        if event.at >= start:
            self.done.append(event.kind)
        if event.actor_id is not None and event.actor_id not in outsiders:
            self.last_person = event.actor_name
        if event.kind == "received":
            self._received(event.at, content)
        elif event.kind in ("status_changed", "closed", "reopened"):
            known = {"closed": CLOSED, "reopened": IN_PROGRESS}
            self.status = known.get(event.kind) or content.get("to", self.status)
        elif event.kind in ("follow_up_received", "call_logged") and content.get("due_at"):
            self.due_at = datetime.fromisoformat(content["due_at"])
        elif event.kind == "topic_changed":
            self.topic = content.get("to", self.topic)
        elif event.kind == "business_changed":
            self.business = content.get("to", ERASED)
        elif event.kind == "objection_received":
            self.kind = OBJECTION  # an inquiry by mail may turn out to be one
        elif event.kind == "assigned":
            self.assignee = content.get("to", ERASED)
        elif _is_answer(event.kind, content) and self.first_answered_at is None:
            self.first_answered_at = event.at
        if event.at < start:
            self.was_open = self.status != CLOSED

    def _received(self, at: datetime, content: dict[str, Any]) -> None:
        self.received_at = at
        for name in ("kind", "number", "business", "topic", "channel", "subject"):
            setattr(self, name, content.get(name, getattr(self, name)))
        if content.get("due_at"):
            self.due_at = datetime.fromisoformat(content["due_at"])

    @property
    def is_open(self) -> bool:
        """Whether the case is open at the end."""
        return self.status != CLOSED


def read_stories(
    session: Session, start: datetime, known: ColumnElement[bool], *, outsiders: Collection[int] = ()
) -> list[Story]:
    """The stories of all cases that were open when a period began or had something done in it, in one statement.

    `known`: which events count, that is, the end of the period and what was known of it.
    """
    last = (
        select(func.max(Event.id).label("id"))
        .where(Event.kind.in_(_STATES), Event.at < start, Event.case_id.is_not(None), known)
        .group_by(Event.case_id)
        .subquery()
    )
    open_before = select(Event.case_id).join(last, last.c.id == Event.id).where(Event.kind != "closed")
    worked_on = select(Event.case_id).where(Event.kind.in_(_WORK), Event.at >= start, known)
    events = session.scalars(
        select(Event)
        .where(
            or_(Event.case_id.in_(open_before), Event.case_id.in_(worked_on)), Event.kind.in_(_WORK), known
        )
        .order_by(Event.case_id, Event.id)
    )
    stories: dict[int, Story] = {}
    for event in events:
        stories.setdefault(event.case_id, Story(event.case_id)).tell(event, start, outsiders)
    return [story for story in stories.values() if story.received_at is not None]


def _is_answer(kind: str, content: dict[str, Any]) -> bool:
    """Whether the business was answered: by a released answer, or on the telephone."""
    return kind == "answer_released" or (kind == "call_logged" and content.get("outcome") == ANSWERED)
