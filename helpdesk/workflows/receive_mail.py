"""A mail comes in: raw bytes first, then decoded, then a case; acknowledged once; never lost, never silently twice.

Order, each step committed: the raw bytes lie in the blob store, a row of the intake ledger says `pending`, and
only then is anything read. What cannot be read is quarantined, visible, and can be tried again after a fix.
"""

import logging
import secrets
from dataclasses import dataclass, replace
from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from cases import history, intake
from cases.automatic_mail import classify_automatic
from cases.intake import IncomingMail
from cases.models import Case
from cases.numbering import lock_series
from helpdesk.desk import Desk
from helpdesk.errors import Conflict, NotFound
from helpdesk.fail_points import fail_point
from helpdesk.insert_once import insert_once
from helpdesk.mail import inbox
from helpdesk.mail.compose import read_own_message_id
from helpdesk.mail.errors import MailUnreadable
from helpdesk.mail.mime import parse_mail
from helpdesk.mail.models import OutboxMail, ReceivedMail
from helpdesk.workflows.acknowledge_receipt import acknowledge

log = logging.getLogger("helpdesk.receive_mail")
_ABANDONED_AFTER = timedelta(minutes=1)
_KEYS_ASKED = 500  # in one statement: databases take only so many values


@dataclass(frozen=True, slots=True)
class Reception:
    """受信結果: the one outcome of a received mail; `case_number` is None when it belongs to none."""

    received_mail_id: int
    outcome: str
    case_number: str | None
    message_id: str
    subject: str
    from_address: str
    attachments: tuple[str, ...]
    note: str


def receive_raw(desk: Desk, raw: bytes, *, source: str, source_key: str | None = None) -> Reception:
    """Take one mail as bytes and carry it to its outcome. Handing in the same `source_key` again changes nothing."""
    digest = desk.blobs.put(raw)
    fail_point("receive.after_blob")
    row_id = _enter(desk, digest, len(raw), source, source_key)
    fail_point("receive.after_ledger")
    return handle(desk, row_id)


def receive_folder(desk: Desk) -> int:
    """Take everything from the desk's Maildir, then what an earlier, killed process had begun. The number taken."""
    folder = desk.settings.inbox_folder
    taken = inbox.read_folder(
        folder,
        lambda raw, key: receive_raw(desk, raw, source=f"folder:{folder.name}", source_key=key),
        known=lambda keys: _known_keys(desk, keys),
    )
    with desk.database.read_session() as session:
        abandoned = session.scalars(
            select(ReceivedMail.id)
            .where(
                ReceivedMail.outcome == "pending",
                ReceivedMail.received_at < desk.clock() - _ABANDONED_AFTER,
            )
            .order_by(ReceivedMail.id)
            .limit(100)
        ).all()
    for row_id in abandoned:
        handle(desk, row_id)
    return taken + len(abandoned)


def try_again(desk: Desk, received_mail_id: int) -> Reception:
    """Replay a quarantined mail, after the reason has been mended."""
    with desk.database.write_session() as session:
        row = session.get(ReceivedMail, received_mail_id)
        if row is None:
            raise NotFound("その受信メールはありません")
        if row.outcome != "quarantined":
            raise Conflict("このメールは隔離されていません。すでに処理されています")
        row.outcome = "pending"
    return handle(desk, received_mail_id)


def handle(desk: Desk, received_mail_id: int) -> Reception:
    """Carry a pending mail of the ledger to its outcome; one that already has an outcome is only reported."""
    with desk.database.read_session() as session:
        row = session.get(ReceivedMail, received_mail_id)
        assert row is not None
        if row.outcome != "pending":
            return _report(session, row, ())
        digest = row.raw_sha256
    try:
        mail = parse_mail(
            desk.blobs.get(digest),
            raw_sha256=digest,
            max_bytes=desk.settings.max_mail_megabytes * 1024 * 1024,
        )
        stored = [desk.blobs.put(attachment.content) for attachment in mail.attachments]
        fail_point("receive.after_parse")
        return _file(desk, received_mail_id, mail, stored)
    except MailUnreadable as unreadable:
        return _quarantine(desk, received_mail_id, unreadable.reason)
    except Exception:  # the edge of one message: it must not stop the next one
        reference = secrets.token_hex(4)
        log.exception("mail %s could not be handled, reference %s", received_mail_id, reference)
        reason = (
            "処理中に想定外の問題が起きました。原本は保存されています。"
            f"管理者に照会番号 {reference} を伝え、直ってから再処理してください"
        )
        return _quarantine(desk, received_mail_id, reason)


def _known_keys(desk: Desk, keys: list[str]) -> set[str]:
    """Which of these deliveries the ledger holds: a mail that somebody else marked as seen is not overlooked."""
    known: set[str] = set()
    with desk.database.read_session() as session:
        for start in range(0, len(keys), _KEYS_ASKED):
            asked = keys[start : start + _KEYS_ASKED]
            found = select(ReceivedMail.source_key).where(ReceivedMail.source_key.in_(asked))
            known.update(key for key in session.scalars(found) if key)
    return known


def _enter(desk: Desk, digest: str, size: int, source: str, source_key: str | None) -> int:
    """Write the ledger's row, or find the one that this very delivery already has."""
    with desk.database.write_session() as session:
        if source_key is None:
            row = ReceivedMail(
                raw_sha256=digest, size_bytes=size, source=source, received_at=desk.clock(), outcome="pending"
            )
            session.add(row)
            session.flush()
            return row.id
        insert_once(
            session,
            ReceivedMail,
            raw_sha256=digest,
            size_bytes=size,
            source=source,
            source_key=source_key,
            received_at=desk.clock(),
            outcome="pending",
            reason="",
            message_id_header="",
            subject="",
            from_address="",
            attempts=0,
        )
        return session.scalars(select(ReceivedMail.id).where(ReceivedMail.source_key == source_key)).one()


def _file(desk: Desk, received_mail_id: int, mail: IncomingMail, stored: list[str]) -> Reception:
    """Decide, write and acknowledge in one transaction."""
    names = tuple(attachment.name for attachment in mail.attachments)
    if mail.reply_to.lower() == desk.settings.desk_address.lower():
        mail = replace(mail, reply_to="")  # an answer would come straight back
    with desk.database.write_session() as session:
        lock_series(session, "intake")  # two fetchers at once must see each other's mail
        row = session.get(ReceivedMail, received_mail_id, populate_existing=True)
        assert row is not None
        if row.outcome != "pending":
            return _report(session, row, names)
        now = desk.clock()
        row.message_id_header = mail.message_id[:500]
        row.content_digest = mail.content_digest
        row.subject = mail.subject[:500]
        row.from_address = mail.from_address[:320]
        row.attempts += 1
        row.handled_at = now
        if (earlier := _same_without_case(session, row)) is not None:
            row.outcome = "duplicate"
            row.reason = f"同じメールを受信済み（受信メール {earlier}、どの案件のものでもない）"
            return _report(session, row, names)
        received = intake.receive(
            session,
            mail,
            automatic=classify_automatic(mail, own_addresses=(desk.settings.desk_address,)),
            signed_case_id=_signed_case(session, desk, mail),
            attachment_sha256=stored,
            now=now,
        )
        row.outcome, row.reason = received.outcome, received.note
        row.case_id = received.case.id if received.case else None
        row.case_message_id = received.message.id if received.message else None
        if received.outcome == "new_case":
            acknowledge(session, desk, received.case, mail, now=now)
        fail_point("receive.before_commit")
        reception = _report(session, row, names)
    fail_point("receive.after_commit")
    return reception


def _same_without_case(session: Session, row: ReceivedMail) -> int | None:
    """An earlier automatic mail that is this one and belongs to no case, so that only the ledger knows it."""
    return session.scalar(
        select(ReceivedMail.id)
        .where(
            ReceivedMail.content_digest == row.content_digest,
            ReceivedMail.message_id_header == row.message_id_header,
            ReceivedMail.outcome.in_(("automatic_reply", "bounce")),
            ReceivedMail.case_id.is_(None),
            ReceivedMail.id < row.id,
        )
        .limit(1)
    )


def _signed_case(session: Session, desk: Desk, mail: IncomingMail) -> int | None:
    """The case that one of our own signed Message-IDs, which the mail answers, was sent for."""
    for identifier in (*mail.in_reply_to, *reversed(mail.references)):
        if read_own_message_id(identifier, desk.settings.secret_key) is None:
            continue
        case_id = session.scalar(select(OutboxMail.case_id).where(OutboxMail.message_id == identifier))
        if case_id is not None:
            return case_id
    return None


def _quarantine(desk: Desk, received_mail_id: int, reason: str) -> Reception:
    with desk.database.write_session() as session:
        row = session.get(ReceivedMail, received_mail_id)
        assert row is not None
        earlier = session.scalar(
            select(ReceivedMail.id)
            .where(
                ReceivedMail.raw_sha256 == row.raw_sha256,
                ReceivedMail.outcome == "quarantined",
                ReceivedMail.id < row.id,
            )
            .limit(1)
        )
        if row.outcome != "pending":
            return _report(session, row, ())
        row.attempts += 1
        row.handled_at = desk.clock()
        if earlier is not None:
            row.outcome, row.reason = "duplicate", f"隔離中の受信メール {earlier} と同じ。{reason}"
        else:
            row.outcome, row.reason = "quarantined", reason
            content = {"received_mail": row.id, "reason": reason}
            history.record(
                session, "intake", "mail_quarantined", content, by=history.SYSTEM, now=desk.clock()
            )
        return _report(session, row, ())


def _report(session: Session, row: ReceivedMail, attachments: tuple[str, ...]) -> Reception:
    case = session.get(Case, row.case_id) if row.case_id else None
    return Reception(
        received_mail_id=row.id,
        outcome=row.outcome,
        case_number=case.number if case else None,
        message_id=row.message_id_header,
        subject=row.subject,
        from_address=row.from_address,
        attachments=attachments,
        note=row.reason,
    )
