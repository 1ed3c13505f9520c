"""受付通知: the mail that tells a business its case number and when to expect the answer."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from cases import history
from cases.intake import IncomingMail
from cases.models import Case, Objection
from cases.reply_address import Anybody, is_robot, reply_address
from helpdesk.desk import Desk
from helpdesk.errors import Refused
from helpdesk.mail import outbox
from helpdesk.mail.compose import compose, new_message_id
from helpdesk.mail.errors import MailNotComposable
from helpdesk.mail.models import OutboxMail
from helpdesk.presentation import japanese_moment
from mail_templates.figures import Figure, format_figure
from mail_templates.rendering import render

_HEADER_REFERENCES = 20  # References of a very long thread are cut; the newest ids carry it


def acknowledge(session: Session, desk: Desk, case: Case, mail: IncomingMail, *, now: datetime) -> None:
    """Queue the receipt for a new case, in the transaction that opened it.

    A sender who cannot be written to (no address, a broken one, a robot's) gets none; the case says so and is
    handled all the same.
    """
    if not mail.from_address:
        return
    to = reply_address(mail.from_address, mail.reply_to, known=Anybody())
    robot = next((address for address in (to, mail.reply_to) if is_robot(address)), None)
    if robot:
        content = {"to": robot, "reason": "通知しない：自動送信専用のアドレスで、人が読まない"}
        history.record_on_case(session, case, "not_acknowledged", content, by=history.SYSTEM, now=now)
        return
    references = thread_references(mail.references, mail.message_id)
    asked = Asked(to, mail.from_name, mail.message_id or None, references, "auto-replied")
    _acknowledge(session, desk, case, _case_received(case, asked), asked, now=now)


def acknowledge_form(session: Session, desk: Desk, case: Case, *, to: str, name: str, now: datetime) -> None:
    """Queue the receipt for a case that a form has opened, to whoever filled it in."""
    asked = Asked(to, name, None, (), "auto-generated")
    _acknowledge(session, desk, case, _case_received(case, asked), asked, now=now)


def acknowledge_objection(
    session: Session, desk: Desk, objection: Objection, period: str, asked: "Asked", *, now: datetime
) -> None:
    """Queue the receipt for an objection (異議申立て): the notice it is tied to, and what was taken down of it."""
    case = objection.case
    values = _of_case(case, asked.name) | {
        "received_at": japanese_moment(objection.received_at),
        "notice_number": objection.notice_number,
        "period": period,
        "claims": [claim["text"] for claim in objection.claims],
        "amounts": [
            (label, format_figure(Figure(label, unit, exact)))
            for _, label, unit, exact in objection.claimed_figures
        ],
    }
    receipt = _Receipt(f"objection:{case.number}", "objection_received", values)
    _acknowledge(session, desk, case, receipt, asked, now=now)


@dataclass(frozen=True, slots=True)
class Asked:
    """Who asked, and which message of his the receipt answers."""

    to: str
    name: str
    in_reply_to: str | None = None
    references: tuple[str, ...] = ()
    auto_submitted: str = "auto-generated"


@dataclass(frozen=True, slots=True)
class _Receipt:
    """A receipt: the key under which it goes out once, its template and what fills it."""

    key: str
    template: str
    values: dict[str, Any]


def _case_received(case: Case, asked: Asked) -> _Receipt:
    values = _of_case(case, asked.name) | {"subject": case.subject}
    return _Receipt(f"acknowledgement:{case.number}", "case_received", values)


def _of_case(case: Case, name: str) -> dict[str, Any]:
    return {
        "case_number": case.number,
        "business_name": case.business.name if case.business else "",
        "contact_name": case.contact.name if case.contact else _greeted(name),
        "received_at": japanese_moment(case.received_at),
        "due_on": japanese_moment(case.due_at) if case.due_at else "追ってお知らせします",
    }


def _acknowledge(
    session: Session, desk: Desk, case: Case, receipt: _Receipt, asked: Asked, *, now: datetime
) -> None:
    try:
        queued = _queue(session, desk, case, receipt, asked, now=now)
    except (MailNotComposable, Refused) as refused:
        content = {"to": asked.to, "reply": f"受付の通知を作れません。{refused}"}
        history.record_on_case(session, case, "mail_failed", content, by=history.SYSTEM, now=now)
        return
    content = {"outbox": queued.id, "to": queued.to_address}
    history.record_on_case(session, case, "acknowledged", content, by=history.SYSTEM, now=now)


def _queue(
    session: Session, desk: Desk, case: Case, receipt: _Receipt, asked: Asked, *, now: datetime
) -> OutboxMail:
    settings = desk.settings
    signed = {"desk_name": settings.desk_name, "desk_address": settings.desk_address}
    rendered = render(receipt.template, receipt.values | signed)
    purpose, _, subject_of_it = receipt.key.partition(":")
    message_id = new_message_id(
        purpose, subject_of_it, settings.secret_key, settings.desk_address.split("@")[1]
    )
    raw = compose(
        message_id=message_id,
        from_address=settings.desk_address,
        from_name=settings.desk_name,
        to=asked.to,
        subject=rendered.subject,
        body_text=rendered.body,
        in_reply_to=asked.in_reply_to,
        references=asked.references,
        auto_submitted=asked.auto_submitted,
        date=now,
    )
    return outbox.queue(
        session,
        desk.blobs,
        key=receipt.key,
        kind="acknowledgement",
        envelope_from=settings.desk_address,
        to=asked.to,
        subject=rendered.subject,
        raw=raw,
        message_id=message_id,
        case_id=case.id,
        by=history.SYSTEM,
        now=now,
    )


def _greeted(name: str) -> str:
    """The sender's name as a greeting takes it; what looks like an address is none."""
    return name if name and "@" not in name and "＠" not in name else "ご担当者"


def thread_references(references: tuple[str, ...] | list[str], message_id: str | None) -> tuple[str, ...]:
    """The References header of an answer: the thread so far and the message answered, oldest first."""
    chain = [*references, *([message_id] if message_id else [])]
    return tuple(dict.fromkeys(chain))[-_HEADER_REFERENCES:]
