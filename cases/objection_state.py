"""異議申立ての状態: which states and decisions an objection has, which one is open, who had a hand in its claims.

Nothing is changed here; the verbs stand in `cases.objections`.
"""

import unicodedata
from collections.abc import Iterable
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from cases.history import content_of
from cases.models import Event, Objection
from cases.quoting import new_text

RECEIVED = "received"
IN_REVIEW = "in_review"
DECIDED = "decided"
WITHDRAWN = "withdrawn"
OPEN_STATUSES = (RECEIVED, IN_REVIEW)
STATUS_LABELS = {RECEIVED: "受付済", IN_REVIEW: "審査中", DECIDED: "決定済", WITHDRAWN: "取下げ"}

ACCEPTED = "accepted"
PARTLY_ACCEPTED = "partly_accepted"
REJECTED = "rejected"
DECISIONS = {ACCEPTED: "認容", PARTLY_ACCEPTED: "一部認容", REJECTED: "棄却"}

_WORDS = ("異議申立", "異議申し立", "異議の申立", "異議の申し立", "異議を申し", "不服申立", "不服申し立")
_ENTERING = ("objection_received", "objection_claimed")


def suggests_objection(subject: str, text: str) -> str:
    """Why a message may be an objection (異議申立て), in Japanese; empty when nothing says so. Quotations do not count."""
    for place, content in (("件名", subject), ("本文", new_text(text[:50_000]))):
        plain = unicodedata.normalize("NFKC", content)
        for word in _WORDS:
            if word in plain:
                return f"{place}に「{word}」"
    return ""


def objection_of(session: Session, case_id: int) -> Objection | None:
    """The objection of a case, open or not."""
    return session.scalars(select(Objection).where(Objection.case_id == case_id)).one_or_none()


def open_objection_of(session: Session, case_id: int) -> Objection | None:
    """The objection of a case that is neither decided nor withdrawn."""
    found = objection_of(session, case_id)
    return found if found is not None and found.status in OPEN_STATUSES else None


def open_objection_for(session: Session, notice_reference: int) -> Objection | None:
    """The open objection against a notified result; while there is one, nobody is dunned for it."""
    return open_objections_for(session, [notice_reference]).get(notice_reference)


def open_objections_for(session: Session, notice_references: Iterable[int]) -> dict[int, Objection]:
    """The open objections against several notified results, by reference, in one statement."""
    found = select(Objection).where(
        Objection.notice_reference.in_(set(notice_references)), Objection.status.in_(OPEN_STATUSES)
    )
    return {objection.notice_reference: objection for objection in session.scalars(found)}


def enterers(session: Session, objection: Objection) -> dict[int, str]:
    """Everybody who entered the objection or its claims: none of them may decide it."""
    events = session.scalars(
        select(Event)
        .where(Event.case_id == objection.case_id, Event.kind.in_(_ENTERING), Event.actor_id.is_not(None))
        .order_by(Event.id)
    )
    return {event.actor_id: event.actor_name for event in events}


def carried_out(session: Session, objection: Objection) -> dict[str, Any]:
    """What was done with the decision, as its event tells it; empty before it, and when the content was erased."""
    found = select(Event).where(Event.case_id == objection.case_id, Event.kind == "objection_decided")
    event = session.scalars(found.order_by(Event.id.desc()).limit(1)).first()
    return (content_of(event) or {}) if event is not None else {}
