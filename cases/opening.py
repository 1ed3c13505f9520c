"""案件を開く: one new case, by whatever way it came: mail, telephone, form or the desk's own watch."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from cases import classification, lifecycle, search
from cases.business_calendar import load_holidays
from cases.deadlines import answer_due
from cases.errors import InputRefused, Problem
from cases.history import Person, record_on_case
from cases.kinds import CHANNELS, INCIDENT, KINDS, LATE_PAYMENT
from cases.models import Attachment, Business, Case, Contact, Message
from cases.numbering import next_number

_WITHOUT_ANSWER = frozenset({LATE_PAYMENT, INCIDENT})  # nobody asked, so no answer is due


@dataclass(frozen=True, slots=True)
class NewCase:
    """新しい案件 as it comes in. `topic` none: classified from subject and text, with the reasons.

    `from_address` and `attachments` (not yet written) belong to the first message; without an address a form is
    the contact's.
    """

    kind: str
    channel: str
    subject: str
    body_text: str = ""
    topic: str | None = None
    business: Business | None = None
    contact: Contact | None = None
    business_reason: str = ""
    from_address: str = ""
    attachments: Sequence[Attachment] = ()


def add_case(session: Session, new: NewCase, *, now: datetime) -> Case:
    """The case's row with number, topic and deadline; its event is the caller's, who knows the first message."""
    if new.kind not in KINDS or new.channel not in CHANNELS:
        raise ValueError(f"案件の種類 {new.kind}・経路 {new.channel} はありません")
    subject = " ".join(new.subject.split())[:500]
    if not subject:
        raise InputRefused([Problem("件名", "件名を入力してください")])
    if new.topic is None:
        found = classification.classify(subject, new.body_text)
        topic, reasons = found.topic, found.reasons
    else:
        topic, reasons = new.topic, []
    due = None if new.kind in _WITHOUT_ANSWER else answer_due(now, holidays=load_holidays(session))
    case = Case(
        number=next_number(session, now=now),
        kind=new.kind,
        channel=new.channel,
        topic=topic,
        topic_reasons=reasons,
        subject=subject,
        status=lifecycle.RECEIVED,
        business=new.business,
        contact=new.contact,
        business_reason=new.business_reason,
        received_at=now,
        due_at=due.at if due else None,
        due_reason=due.reasons if due else [],
        updated_at=now,
    )
    session.add(case)
    session.flush()
    return case


def record_received(
    session: Session,
    case: Case,
    message: Message | None,
    *,
    by: Person,
    now: datetime,
    further: dict[str, Any] | None = None,
) -> None:
    """Write the event `received`, from which the statistics tell the case's story."""
    content = {
        "number": case.number,
        "kind": case.kind,
        "channel": case.channel,
        "subject": case.subject,
        "message": message.id if message else None,
        "message_id": message.message_id if message else None,
        "business_id": case.business_id,
        "business": case.business.name if case.business else "",
        "topic": case.topic,
        "due_at": case.due_at,
    }
    record_on_case(session, case, "received", content | (further or {}), by=by, now=now)


def open_case(session: Session, new: NewCase, *, by: Person, now: datetime) -> Case:
    """Open a case that is no mail (受付). What came with it becomes its first message, unless it is empty.

    A form's text is what the business wrote (`in`); what the desk itself opens begins with a note.
    """
    case = add_case(session, new, now=now)
    message = None
    if new.body_text.strip():
        from_business = new.channel == "form"
        sender = new.from_address or (new.contact.mail_address or "" if new.contact else "")
        message = search.store(
            session,
            Message(
                case_id=case.id,
                direction="in" if from_business else "note",
                channel="form" if from_business else "memo",
                author_id=by.id,
                author_name=by.display_name,
                from_address=sender if from_business else "",
                subject=case.subject,
                body_text=new.body_text,
                occurred_at=now,
                attachments=list(new.attachments),
            ),
        )
    record_received(session, case, message, by=by, now=now)
    return case
