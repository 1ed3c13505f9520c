"""送信箱: what leaves the desk is first a row here, then a mail (design.md, Nothing is lost).

A row is written in the transaction that decided to send. Rows are claimed in batches, and each outcome is committed
alone. A row found in `sending` after a crash is uncertain: by its kind it is sent again, flagged as a possible
duplicate, or shown to a person. Duplicates can arise nowhere else.
"""

import re
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Literal, Protocol

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from helpdesk.blobs import BlobStore
from helpdesk.errors import Conflict, Problem, Refused
from helpdesk.fail_points import fail_point
from helpdesk.insert_once import insert_once
from helpdesk.mail.delivery import Delivery
from helpdesk.mail.models import OutboxMail

ON_UNCERTAIN = {
    "acknowledgement": "resend",
    "alert": "resend",
    "report": "resend",
    "invitation": "resend",
}  # any other kind: ask a person
BACK_OFF = (timedelta(minutes=1), timedelta(minutes=5), timedelta(minutes=15), timedelta(hours=1))
MOST_ATTEMPTS = 28  # about a day of trying
MOST_RESENDS_WHEN_UNCERTAIN = 3  # a server that always breaks off after the text must not flood the reader

_ADDRESS = re.compile(r'[^\s@\x00-\x1f\x7f<>()\[\]:;,\\"]+@[^\s@\x00-\x1f\x7f<>()\[\]:;,\\"]+')


class Actor(Protocol):
    """Whoever decides: an id (None for the desk itself) and the name to keep beside it."""

    @property
    def id(self) -> int | None: ...

    @property
    def display_name(self) -> str: ...


def queue(
    session: Session,
    blobs: BlobStore,
    *,
    key: str,
    kind: str,
    to: str,
    subject: str,
    raw: bytes,
    message_id: str,
    envelope_from: str,
    by: Actor,
    now: datetime,
    case_id: int | None = None,
    case_message_id: int | None = None,
    not_before: datetime | None = None,
) -> OutboxMail:
    """Decide that this mail leaves; nothing is sent before the caller's transaction is committed.

    `key` names the decision: asked for twice, the first row is returned and nothing changes. `message_id` stands in
    `raw` already, without angle brackets here. Raises `Refused` for an address that cannot be sent to.
    """
    known = _by_key(session, key)
    if known is not None:
        return known
    _check_addresses(to, envelope_from)
    digest = blobs.put(raw)
    fail_point("outbox.blob_stored")
    insert_once(
        session,
        OutboxMail,
        idempotency_key=key,
        kind=kind,
        case_id=case_id,
        case_message_id=case_message_id,
        message_id=message_id,
        envelope_from=envelope_from,
        to_address=to,
        subject=subject[:500],
        raw_sha256=digest,
        on_uncertain=ON_UNCERTAIN.get(kind, "ask"),
        not_before=not_before or now,
        created_at=now,
        created_by_id=by.id,
        created_by_name=by.display_name,
    )
    row = _by_key(session, key)
    if row is None:
        raise Conflict(
            f"Message-ID <{message_id}> の送信メールは既にあります。新しい Message-ID で作り直してください"
        )
    return row


def claim(
    session: Session, *, limit: int, holder: str, now: datetime, lease_seconds: float
) -> Sequence[OutboxMail]:
    """Take up to `limit` due mails for sending, oldest first; two senders never get the same one."""
    due = (
        select(OutboxMail)
        .where(OutboxMail.state == "queued", OutboxMail.not_before <= now)
        .order_by(OutboxMail.not_before, OutboxMail.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    rows = session.scalars(due).all()
    for row in rows:
        row.state = "sending"
        row.attempts += 1
        row.claimed_by = holder
        row.claimed_until = now + timedelta(seconds=lease_seconds)
    session.flush()
    return rows


def find_abandoned(session: Session, *, now: datetime) -> Sequence[OutboxMail]:
    """Mails whose sender has vanished: each is now `uncertain`. Follow with `settle_uncertain`."""
    abandoned = (
        select(OutboxMail)
        .where(OutboxMail.state == "sending", OutboxMail.claimed_until < now)
        .order_by(OutboxMail.id)
        .with_for_update(skip_locked=True)
    )
    rows = session.scalars(abandoned).all()
    for row in rows:
        row.state = "uncertain"
        row.last_reply = "送信中に処理が止まりました。届いたかどうか分かりません"
    return rows


def settle_uncertain(row: OutboxMail, *, now: datetime) -> None:
    """Send an uncertain mail again where its kind says so; otherwise it waits for a person."""
    if row.on_uncertain == "resend" and row.attempts < MOST_RESENDS_WHEN_UNCERTAIN:
        row.state = "queued"
        row.possible_duplicate = True
        row.not_before = now + BACK_OFF[0]


def record_delivery(
    session: Session, row_id: int, delivery: Delivery, *, holder: str, now: datetime
) -> OutboxMail | None:
    """Write down what became of one mail; None if another sender has taken it over meanwhile.

    A report that comes after the claim has run out is still the truth, unless somebody else claimed the mail.
    """
    row = session.get(OutboxMail, row_id, with_for_update=True, populate_existing=True)
    if row is None or row.claimed_by != holder or row.state in ("sent", "failed", "cancelled"):
        return None
    row.claimed_until = None
    if delivery.verdict == "not_attempted":
        if row.state != "sending":
            return None
        row.state, row.attempts = "queued", row.attempts - 1
        return row
    row.last_reply = delivery.reply
    if delivery.verdict == "accepted":
        row.state, row.sent_at = "sent", now
    elif delivery.verdict == "uncertain":
        row.state = "uncertain"
    elif delivery.verdict == "permanent" or row.attempts >= MOST_ATTEMPTS:
        row.state = "failed"
    else:
        row.state = "queued"
        row.not_before = now + BACK_OFF[min(row.attempts, len(BACK_OFF)) - 1]
    return row


def resolve_uncertain(
    session: Session, row: OutboxMail, decision: Literal["resend", "sent"], *, by: Actor, now: datetime
) -> None:
    """A person decides about an uncertain mail. Raises `Conflict` if somebody has decided already."""
    if decision == "sent":
        change = {"state": "sent", "sent_at": now, "last_reply": f"{by.display_name}が送信済みと判断しました"}
    else:
        change = {
            "state": "queued",
            "not_before": now,
            "attempts": 0,
            "possible_duplicate": True,
            "claimed_by": "",
            "last_reply": f"{by.display_name}が再送を指示しました",
        }
    _change_from(session, row, "uncertain", change)


def retry_failed(session: Session, row: OutboxMail, *, by: Actor, now: datetime) -> None:
    """Send a refused mail again, after the reason was put right. Raises `Conflict` if it has not failed."""
    reply = f"{by.display_name}が再送を指示しました"
    _change_from(
        session, row, "failed", {"state": "queued", "not_before": now, "attempts": 0, "last_reply": reply}
    )


def cancel(session: Session, row: OutboxMail, *, by: Actor) -> None:
    """Take back a mail that has not left. Raises `Conflict` if it is on its way or gone."""
    _change_from(
        session, row, "queued", {"state": "cancelled", "last_reply": f"{by.display_name}が取り消しました"}
    )


def count_by_state(session: Session) -> dict[str, int]:
    """How many mails stand in each state that is not at rest, for the health page and the person on duty."""
    restless = ("queued", "sending", "failed", "uncertain")
    counts = (
        select(OutboxMail.state, func.count())
        .where(OutboxMail.state.in_(restless))
        .group_by(OutboxMail.state)
    )
    return dict.fromkeys(restless, 0) | dict(session.execute(counts).all())


def _change_from(session: Session, row: OutboxMail, state: str, change: dict[str, object]) -> None:
    statement = update(OutboxMail).where(OutboxMail.id == row.id, OutboxMail.state == state).values(**change)
    changed = session.execute(statement, execution_options={"synchronize_session": False}).rowcount
    session.refresh(row)
    if changed != 1:
        raise Conflict(f"送信メール「{row.subject}」は既に処理されています。画面を開き直してください")


def _by_key(session: Session, key: str) -> OutboxMail | None:
    return session.scalars(select(OutboxMail).where(OutboxMail.idempotency_key == key)).one_or_none()


def _check_addresses(to: str, envelope_from: str) -> None:
    problems = []
    if len(to) > 320 or not _ADDRESS.fullmatch(to):
        problems.append(Problem("宛先", f"「{to[:80]}」はメールアドレスとして使えません"))
    if envelope_from and (len(envelope_from) > 320 or not _ADDRESS.fullmatch(envelope_from)):
        problems.append(Problem("差出人", f"「{envelope_from[:80]}」はメールアドレスとして使えません"))
    if to.lower() == envelope_from.lower():
        problems.append(Problem("宛先", "この窓口自身のアドレスには送りません。宛先を確かめてください"))
    if problems:
        raise Refused(problems)
