"""受付通知: the mail that tells a business its case number and when to expect the answer."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from cases import history
from cases.intake import IncomingMail
from cases.models import Case
from cases.reply_address import Anybody, is_robot, reply_address
from helpdesk.desk import Desk
from helpdesk.errors import Refused
from helpdesk.mail import outbox
from helpdesk.mail.compose import compose, new_message_id
from helpdesk.mail.errors import MailNotComposable
from helpdesk.mail.models import OutboxMail
from helpdesk.presentation import japanese_moment
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
    asked = _Asked(to, mail.from_name, mail.message_id or None, references, "auto-replied")
    _acknowledge(session, desk, case, asked, now=now)


def acknowledge_form(session: Session, desk: Desk, case: Case, *, to: str, name: str, now: datetime) -> None:
    """Queue the receipt for a case that a form has opened, to whoever filled it in."""
    _acknowledge(session, desk, case, _Asked(to, name, None, (), "auto-generated"), now=now)


@dataclass(frozen=True, slots=True)
class _Asked:
    """Who asked, and which message of his the receipt answers."""

    to: str
    name: str
    in_reply_to: str | None
    references: tuple[str, ...]
    auto_submitted: str


def _acknowledge(session: Session, desk: Desk, case: Case, asked: _Asked, *, now: datetime) -> None:
    try:
        queued = _queue(session, desk, case, asked, now=now)
    except (MailNotComposable, Refused) as refused:
        content = {"to": asked.to, "reply": f"受付の通知を作れません。{refused}"}
        history.record_on_case(session, case, "mail_failed", content, by=history.SYSTEM, now=now)
        return
    content = {"outbox": queued.id, "to": queued.to_address}
    history.record_on_case(session, case, "acknowledged", content, by=history.SYSTEM, now=now)


def _queue(session: Session, desk: Desk, case: Case, asked: _Asked, *, now: datetime) -> OutboxMail:
    settings = desk.settings
    key = f"acknowledgement:{case.number}"
    rendered = render(
        "case_received",
        {
            "case_number": case.number,
            "subject": case.subject,
            "business_name": case.business.name if case.business else "",
            "contact_name": case.contact.name if case.contact else _greeted(asked.name),
            "received_at": japanese_moment(case.received_at),
            "due_on": japanese_moment(case.due_at) if case.due_at else "追ってお知らせします",
            "desk_name": settings.desk_name,
            "desk_address": settings.desk_address,
        },
    )
    message_id = new_message_id(
        "acknowledgement", case.number, settings.secret_key, settings.desk_address.split("@")[1]
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
        key=key,
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
