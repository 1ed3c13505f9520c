"""受信メールと送信箱の表: every mail that came in with its one outcome, every mail that goes out with its state.

Columns only. The bytes of a mail lie in the blob store under `raw_sha256`, written before the row.
"""

from datetime import datetime

from sqlalchemy import Boolean, CheckConstraint, DateTime, ForeignKey, Index, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from cases.models import Case, Message
from helpdesk.database import Base

RECEIVED_OUTCOMES = (
    "pending",  # stored, not yet parsed
    "new_case",
    "follow_up",
    "automatic_reply",
    "bounce",
    "duplicate",
    "quarantined",
)
OUTBOX_STATES = ("queued", "sending", "sent", "failed", "uncertain", "cancelled")


def _one_of(column: str, values: tuple[str, ...]) -> str:
    return f"{column} in ({', '.join(repr(value) for value in values)})"


class ReceivedMail(Base):
    """受信メール: the intake ledger, one row for every mail handed in, whatever became of it."""

    __tablename__ = "helpdesk_received_mail"
    __table_args__ = (
        Index("ix_helpdesk_received_mail_outcome", "outcome", "id"),
        Index("ix_helpdesk_received_mail_raw", "raw_sha256"),
        Index("ix_helpdesk_received_mail_content", "content_digest"),
        CheckConstraint(_one_of("outcome", RECEIVED_OUTCOMES), name="outcome"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    raw_sha256: Mapped[str] = mapped_column(String(64))
    size_bytes: Mapped[int] = mapped_column(Integer)
    source: Mapped[str] = mapped_column(String(200))  # "import", "folder:inbox", …
    source_key: Mapped[str | None] = mapped_column(String(500), unique=True)  # its name at the source
    received_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    outcome: Mapped[str] = mapped_column(String(20), default="pending")
    reason: Mapped[str] = mapped_column(Text, default="")  # why this outcome, in Japanese
    message_id_header: Mapped[str] = mapped_column(String(500), default="")
    content_digest: Mapped[str | None] = mapped_column(String(64))  # none until the mail was read
    subject: Mapped[str] = mapped_column(String(500), default="")
    from_address: Mapped[str] = mapped_column(String(320), default="")
    case_id: Mapped[int | None] = mapped_column(ForeignKey(Case.__table__.c.id), index=True)
    case_message_id: Mapped[int | None] = mapped_column(ForeignKey(Message.__table__.c.id), index=True)
    attempts: Mapped[int] = mapped_column(Integer, default=0)
    handled_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))


class OutboxMail(Base):
    """送信箱: one mail to one address, written in the transaction that decided to send it.

    `possible_duplicate` stays set once the mail was sent again although its first sending may have succeeded.
    """

    __tablename__ = "helpdesk_outbox_mail"
    __table_args__ = (
        Index("ix_helpdesk_outbox_mail_due", "state", "not_before", "id"),
        CheckConstraint(_one_of("state", OUTBOX_STATES), name="state"),
        CheckConstraint("on_uncertain in ('resend', 'ask')", name="on_uncertain"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    idempotency_key: Mapped[str] = mapped_column(String(200), unique=True)
    kind: Mapped[str] = mapped_column(String(40))  # acknowledgement | answer | report | alert | …
    case_id: Mapped[int | None] = mapped_column(ForeignKey(Case.__table__.c.id), index=True)
    case_message_id: Mapped[int | None] = mapped_column(ForeignKey(Message.__table__.c.id), index=True)
    message_id: Mapped[str] = mapped_column(String(500), unique=True)  # without angle brackets
    envelope_from: Mapped[str] = mapped_column(String(320))  # empty: null sender
    to_address: Mapped[str] = mapped_column(String(320))
    subject: Mapped[str] = mapped_column(String(500))
    raw_sha256: Mapped[str] = mapped_column(String(64))
    state: Mapped[str] = mapped_column(String(10), default="queued")
    on_uncertain: Mapped[str] = mapped_column(String(10))
    possible_duplicate: Mapped[bool] = mapped_column(Boolean, default=False)
    not_before: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    attempts: Mapped[int] = mapped_column(Integer, default=0)
    claimed_by: Mapped[str] = mapped_column(String(100), default="")
    claimed_until: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    last_reply: Mapped[str] = mapped_column(Text, default="")
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    created_by_id: Mapped[int | None] = mapped_column(Integer)
    created_by_name: Mapped[str] = mapped_column(String(200), default="")
    sent_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
