"""案件とやりとり: cases, their messages, attachments and answers. Columns only."""

from datetime import datetime

from sqlalchemy import (
    JSON,
    Boolean,
    CheckConstraint,
    DateTime,
    ForeignKey,
    Index,
    Integer,
    String,
    Text,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from cases.models.base import Base
from cases.models.directory import Business, Contact


class Case(Base):
    """案件: one inquiry from receipt to closing."""

    __tablename__ = "cases_case"
    __table_args__ = (
        Index("ix_cases_case_list", "status", "updated_at", "id"),
        Index("ix_cases_case_mine", "assignee_id", "status", "updated_at", "id"),
        Index("ix_cases_case_newest", "updated_at", "id"),
        Index("ix_cases_case_of_business", "business_id", "updated_at", "id"),
        Index(
            "ix_cases_case_open_newest",
            "updated_at",
            "id",
            sqlite_where=text("status <> 'closed'"),
            postgresql_where=text("status <> 'closed'"),
        ),
        Index(
            "ix_cases_case_open_due",
            "due_at",
            "id",
            sqlite_where=text("status <> 'closed'"),
            postgresql_where=text("status <> 'closed'"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(String(20), unique=True)
    kind: Mapped[str] = mapped_column(String(20))  # see cases.kinds
    channel: Mapped[str] = mapped_column(String(10))  # see cases.kinds
    topic: Mapped[str] = mapped_column(String(40), index=True)  # see cases.classification
    topic_reasons: Mapped[list] = mapped_column(JSON, default=list)
    subject: Mapped[str] = mapped_column(String(500))
    status: Mapped[str] = mapped_column(String(20))  # see cases.lifecycle
    business_id: Mapped[int | None] = mapped_column(ForeignKey("cases_business.id"))
    contact_id: Mapped[int | None] = mapped_column(ForeignKey("cases_contact.id"))
    business_reason: Mapped[str] = mapped_column(String(200), default="")
    assignee_id: Mapped[int | None] = mapped_column(Integer)
    assignee_name: Mapped[str] = mapped_column(String(100), default="")
    received_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    due_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    due_reason: Mapped[list] = mapped_column(JSON, default=list)
    first_answered_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    closed_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    updated_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    version: Mapped[int] = mapped_column(Integer, default=1)

    business: Mapped[Business | None] = relationship()
    contact: Mapped[Contact | None] = relationship()

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012


class Message(Base):
    """やりとり: one mail, call note or internal memo of a case, never changed after it is written."""

    __tablename__ = "cases_message"
    __table_args__ = (Index("ix_cases_message_of_case", "case_id", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases_case.id"))
    direction: Mapped[str] = mapped_column(String(10))  # in | out | note
    channel: Mapped[str] = mapped_column(String(10))  # mail | phone | form | memo
    automatic: Mapped[bool] = mapped_column(Boolean, default=False)
    message_id: Mapped[str | None] = mapped_column(String(500), index=True)  # without angle brackets
    in_reply_to: Mapped[list] = mapped_column(JSON, default=list)
    reference_ids: Mapped[list] = mapped_column(JSON, default=list)
    author_id: Mapped[int | None] = mapped_column(Integer)
    author_name: Mapped[str] = mapped_column(String(200), default="")
    from_address: Mapped[str] = mapped_column(String(320), default="")
    reply_to: Mapped[str] = mapped_column(String(320), default="")
    to_addresses: Mapped[list] = mapped_column(JSON, default=list)
    cc_addresses: Mapped[list] = mapped_column(JSON, default=list)
    subject: Mapped[str] = mapped_column(String(500), default="")
    body_text: Mapped[str] = mapped_column(Text, default="")
    search_text: Mapped[str] = mapped_column(Text, default="")  # normalised, see cases.search
    has_html: Mapped[bool] = mapped_column(Boolean, default=False)
    raw_sha256: Mapped[str | None] = mapped_column(String(64))
    content_digest: Mapped[str | None] = mapped_column(String(64), index=True)
    notes: Mapped[list] = mapped_column(JSON, default=list)  # what had to be guessed while decoding, flags
    occurred_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))

    attachments: Mapped[list["Attachment"]] = relationship(order_by="Attachment.id")


class Attachment(Base):
    """添付: its bytes lie in the blob store under their SHA-256."""

    __tablename__ = "cases_attachment"

    id: Mapped[int] = mapped_column(primary_key=True)
    message_id: Mapped[int] = mapped_column(ForeignKey("cases_message.id"), index=True)
    name: Mapped[str] = mapped_column(String(200))
    content_type: Mapped[str] = mapped_column(String(200))
    size_bytes: Mapped[int] = mapped_column(Integer)
    sha256: Mapped[str] = mapped_column(String(64))


class Answer(Base):
    """回答: a draft, its review and its release; at most one open answer a case.

    `fields` are the named figures of the text, each bound to `run_reference`; `run_digest` is the digest of the
    run when the answer was written, `last_incoming_message_id` the newest message it answers: if either has
    moved on, the answer cannot be released.
    """

    __tablename__ = "cases_answer"
    __table_args__ = (
        Index("ix_cases_answer_of_case", "case_id", "id"),
        Index("ix_cases_answer_in_review", "status", "submitted_at"),
        CheckConstraint("status in ('draft','in_review','released','withdrawn')", name="status"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases_case.id"))
    status: Mapped[str] = mapped_column(String(20))
    template: Mapped[str] = mapped_column(String(60))
    subject: Mapped[str] = mapped_column(String(500))
    body_text: Mapped[str] = mapped_column(Text)  # what the operator edits: text with {{figure:…}} fields
    run_reference: Mapped[int | None] = mapped_column(Integer)
    run_digest: Mapped[str | None] = mapped_column(String(64))
    last_incoming_message_id: Mapped[int | None] = mapped_column(ForeignKey("cases_message.id"))
    author_id: Mapped[int] = mapped_column(Integer)
    author_name: Mapped[str] = mapped_column(String(100))
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    updated_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    submitted_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    reviewer_id: Mapped[int | None] = mapped_column(Integer)
    reviewer_name: Mapped[str] = mapped_column(String(100), default="")
    reviewed_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    review_note: Mapped[str] = mapped_column(Text, default="")
    message_id: Mapped[int | None] = mapped_column(ForeignKey("cases_message.id"))  # the message it became
    version: Mapped[int] = mapped_column(Integer, default=1)

    case: Mapped[Case] = relationship()

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012
