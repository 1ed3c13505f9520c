"""受付: what a received mail is for this desk, and what became of it (requirement B1.1).

A mail opens a case or joins one, unless it is the same mail again or came from a machine. Automatic mail is filed
where it belongs, never opens or reopens anything and is never answered.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import select
from sqlalchemy.orm import Session

from cases import lifecycle, search, thread_matching
from cases.directory import recognise
from cases.errors import InputRefused, Problem
from cases.follow_up import add_follow_up
from cases.history import SYSTEM, Person, record_on_case
from cases.incoming_mail import IncomingAttachment as IncomingAttachment
from cases.incoming_mail import IncomingMail as IncomingMail
from cases.kinds import INQUIRY
from cases.models import Attachment, Business, Case, Contact, Event, Message
from cases.opening import NewCase, add_case, record_received

if TYPE_CHECKING:
    from cases.automatic_mail import AutomaticMail

NO_SUBJECT = "（件名なし）"


@dataclass(frozen=True, slots=True)
class Received:
    """受付結果: new_case, follow_up, automatic_reply, bounce or duplicate; `note` says why (Japanese).

    `case` and `message` are None only for automatic mail that belongs to no case; of a duplicate they are those of
    the mail that came first.
    """

    outcome: str
    case: Case | None
    message: Message | None
    note: str


def receive(
    session: Session,
    mail: IncomingMail,
    *,
    automatic: "AutomaticMail | None",
    signed_case_id: int | None,
    attachment_sha256: Sequence[str],
    now: datetime,
) -> Received:
    """Take in one mail (受付): the same mail again changes nothing; otherwise it is written to exactly one place.

    `automatic` says that a machine wrote it, `signed_case_id` is the case of a verified own Message-ID that it
    answers, `attachment_sha256` names the stored bytes of `mail.attachments`, in their order.
    """
    same_id = _stored_with_id(session, mail)
    for message in same_id:
        if message.content_digest == mail.content_digest and (
            mail.message_id or message.raw_sha256 == mail.raw_sha256
        ):
            case = session.get(Case, message.case_id)
            return Received("duplicate", case, message, f"同じメールを案件 {case.number} で受信済み")
    found = thread_matching.match(session, mail, signed_case_id=signed_case_id)
    flags = _flags(session, mail, same_id)
    if automatic is None and found.case is None and found.reason:
        flags.append(found.reason)
    elif automatic is None and found.outsider:
        flags.append(thread_matching.OUTSIDER_NOTE)
    stored = _Stored(mail, attachment_sha256, flags, now)
    if automatic is not None:
        return _file_automatic(session, stored, automatic, found)
    if found.case is not None:
        return _follow_up(session, stored, found)
    return _open_case(session, stored)


def correct_business(
    session: Session,
    case: Case,
    business: Business | None,
    contact: Contact | None,
    *,
    by: Person,
    now: datetime,
) -> Event | None:
    """Say who it is (事業者・担当者の訂正) where recognition found none or the wrong one; None if nothing changes."""
    if contact is not None and (business is None or contact.business_id != business.id):
        raise InputRefused([Problem("担当者", f"「{contact.name}」は選んだ事業者の担当者ではありません")])
    contact_id = contact.id if contact else None
    if (business.id if business else None, contact_id) == (case.business_id, case.contact_id):
        return None
    return _set_business(session, case, business, contact, f"{by.display_name}が選択", by=by, now=now)


@dataclass(frozen=True, slots=True)
class _Stored:
    """A mail with where its attachments lie, what has to be said about it, and when it came."""

    mail: IncomingMail
    attachment_sha256: Sequence[str]
    flags: list[str]
    now: datetime

    def write(self, session: Session, case: Case, *, automatic: bool) -> Message:
        message = self.message(automatic=automatic)
        message.case_id = case.id
        return search.store(session, message)

    def message(self, *, automatic: bool) -> Message:
        """The mail as it stands in a case's conversation, not yet written."""
        mail = self.mail
        return Message(
            direction="in",
            channel="mail",
            automatic=automatic,
            message_id=_storable(mail.message_id, thread_matching.LONGEST_ID) or None,
            in_reply_to=[_storable(identifier) for identifier in mail.in_reply_to],
            reference_ids=[_storable(identifier) for identifier in mail.references],
            author_name=_storable(mail.from_name, 200),
            from_address=_storable(mail.from_address, 320),
            reply_to=_storable(mail.reply_to, 320),
            to_addresses=[_storable(address) for address in mail.to],
            cc_addresses=[_storable(address) for address in mail.cc],
            subject=_storable(mail.subject, 500),
            body_text=_storable(mail.text),
            has_html=bool(mail.html),
            raw_sha256=mail.raw_sha256,
            content_digest=mail.content_digest,
            notes=[_storable(note) for note in (*mail.charset_notes, *mail.defects, *self.flags)],
            occurred_at=self.now,
            attachments=[
                Attachment(
                    name=_storable(attachment.name, 200),
                    content_type=_storable(attachment.content_type, 200),
                    size_bytes=len(attachment.content),
                    sha256=digest,
                )
                for attachment, digest in zip(mail.attachments, self.attachment_sha256, strict=True)
            ],
        )


def _open_case(session: Session, stored: _Stored) -> Received:
    mail, now = stored.mail, stored.now
    sender = recognise(session, mail.from_address, mail.text)
    new = NewCase(
        kind=INQUIRY,
        channel="mail",
        subject=thread_matching.clean_subject(_storable(mail.subject)) or NO_SUBJECT,
        body_text=mail.text,
        business=sender.business,
        contact=sender.contact,
        business_reason=sender.reason,
    )
    case = add_case(session, new, now=now)
    message = stored.write(session, case, automatic=False)
    record_received(session, case, message, by=SYSTEM, now=now)
    return Received(
        "new_case", case, message, "。".join(["どの案件への返信でもないため新しい案件にした", *stored.flags])
    )


def _follow_up(session: Session, stored: _Stored, found: "thread_matching.Match") -> Received:
    case, now = found.case, stored.now
    message = add_follow_up(session, case, stored.message(automatic=False), by=SYSTEM, now=now)
    if case.business_id is None and not found.outsider:
        sender = recognise(session, stored.mail.from_address, stored.mail.text)
        if sender.business is not None:
            _set_business(session, case, sender.business, sender.contact, sender.reason, by=SYSTEM, now=now)
    return Received("follow_up", case, message, "。".join([found.reason, *stored.flags]))


def _file_automatic(
    session: Session, stored: _Stored, automatic: "AutomaticMail", found: "thread_matching.Match"
) -> Received:
    """Onto the case it belongs to, as an automatic message: no new state, no new deadline, no new place in the list."""
    outcome = automatic.kind
    if found.case is None:
        return Received(
            outcome, None, None, "。".join([automatic.reason, "どの案件のものでもない", *stored.flags])
        )
    message = stored.write(session, found.case, automatic=True)
    content = {"message": message.id, "kind": automatic.kind, "reason": automatic.reason}
    record_on_case(session, found.case, "automatic_mail_received", content, by=SYSTEM, now=stored.now)
    return Received(outcome, found.case, message, "。".join([automatic.reason, found.reason, *stored.flags]))


def _set_business(
    session: Session,
    case: Case,
    business: Business | None,
    contact: Contact | None,
    reason: str,
    *,
    by: Person,
    now: datetime,
) -> Event:
    before = case.business
    content = {
        "from_id": case.business_id,
        "from": before.name if before else "",
        "to_id": business.id if business else None,
        "to": business.name if business else "",
    }
    case.business, case.contact, case.business_reason = business, contact, reason
    lifecycle.touch(session, case, now=now)
    return record_on_case(session, case, "business_changed", content, by=by, now=now)


def _stored_with_id(session: Session, mail: IncomingMail) -> list[Message]:
    """Messages that could be this mail: those with its Message-ID, or, without one, those with its content."""
    if mail.message_id:
        identifier = _storable(mail.message_id, thread_matching.LONGEST_ID)
        condition = Message.message_id == identifier
    else:
        condition = Message.message_id.is_(None) & (Message.content_digest == mail.content_digest)
    return list(session.scalars(select(Message).where(condition).order_by(Message.id).limit(20)))


def _flags(session: Session, mail: IncomingMail, same_id: list[Message]) -> list[str]:
    if not mail.message_id or not same_id:
        return []
    case = session.get(Case, same_id[0].case_id)
    return [f"同じ Message-ID で内容の異なるメールが案件 {case.number} にある"]


def _storable(text: str, limit: int | None = None) -> str:
    """The text without what a database cannot keep (NUL, lone surrogates), and not longer than its column."""
    clean = text.replace("\0", "").encode("utf-8", "replace").decode("utf-8")
    return clean if limit is None else clean[:limit]
