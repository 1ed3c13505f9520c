"""案件・問合せの表: businesses, contacts, cases, messages, answers, events. Columns only.

Nothing here refers outside the package: a user is an id with the display name beside it, a calculation run is
named by an opaque reference, raw mail by the SHA-256 of its bytes.
"""

from datetime import date, datetime

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    CheckConstraint,
    Date,
    DateTime,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship

AppendOnlyId = BigInteger().with_variant(Integer, "sqlite")


class Base(DeclarativeBase):
    """Metadata of the cases package."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(column_0_N_label)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


class Business(Base):
    """事業者: 容量提供事業者, 小売電気事業者 or 一般送配電事業者."""

    __tablename__ = "cases_business"

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(20), unique=True)
    name: Mapped[str] = mapped_column(String(200))
    name_kana: Mapped[str] = mapped_column(String(200), default="")
    kind: Mapped[str] = mapped_column(String(20))  # capacity_provider | retailer | utility
    mail_domain: Mapped[str | None] = mapped_column(String(255), index=True)
    note: Mapped[str] = mapped_column(Text, default="")

    contacts: Mapped[list["Contact"]] = relationship(back_populates="business")


class Contact(Base):
    """担当者: a person of a business, known by mail address or telephone number."""

    __tablename__ = "cases_contact"

    id: Mapped[int] = mapped_column(primary_key=True)
    business_id: Mapped[int] = mapped_column(ForeignKey("cases_business.id"), index=True)
    name: Mapped[str] = mapped_column(String(100))
    name_kana: Mapped[str] = mapped_column(String(100), default="")
    department: Mapped[str] = mapped_column(String(100), default="")
    mail_address: Mapped[str | None] = mapped_column(String(320), unique=True)
    telephone: Mapped[str] = mapped_column(String(40), default="")

    business: Mapped[Business] = relationship(back_populates="contacts")


class Counter(Base):
    """採番: one row a series, so that numbers never repeat, however many write at once."""

    __tablename__ = "cases_counter"

    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    value: Mapped[int] = mapped_column(Integer)


class Holiday(Base):
    """祝日: public holidays, seeded from a library and editable by staff."""

    __tablename__ = "cases_holiday"

    date: Mapped[date] = mapped_column(Date, primary_key=True)
    name: Mapped[str] = mapped_column(String(60))


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
    kind: Mapped[str] = mapped_column(String(20))  # inquiry; later objection, late_payment, …
    channel: Mapped[str] = mapped_column(String(10))  # mail | phone | form
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


class EventStream(Base):
    """履歴の流れ: the head of one stream of events; locked while an event is added to it."""

    __tablename__ = "cases_event_stream"

    name: Mapped[str] = mapped_column(String(80), primary_key=True)
    last_seq: Mapped[int] = mapped_column(Integer)
    last_digest: Mapped[str] = mapped_column(String(64))


class Event(Base):
    """履歴: what happened, who did it, when; chained by digest within its stream, sealed across streams.

    Erasing drops `content` and `salt` and keeps `digest`: the chain still verifies.
    """

    __tablename__ = "cases_event"
    __table_args__ = (
        UniqueConstraint("stream", "seq"),
        Index("ix_cases_event_of_case", "case_id", "id"),
        Index("ix_cases_event_kind_at", "kind", "at"),
        Index(
            "ix_cases_event_unsealed",
            "id",
            sqlite_where=text("seal_number is null"),
            postgresql_where=text("seal_number is null"),
        ),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(AppendOnlyId, primary_key=True)
    stream: Mapped[str] = mapped_column(ForeignKey("cases_event_stream.name"))
    seq: Mapped[int] = mapped_column(Integer)
    case_id: Mapped[int | None] = mapped_column(ForeignKey("cases_case.id"))
    at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    actor_id: Mapped[int | None] = mapped_column(Integer)
    actor_name: Mapped[str] = mapped_column(String(200))
    kind: Mapped[str] = mapped_column(String(60))
    content: Mapped[str | None] = mapped_column(Text)  # canonical JSON
    salt: Mapped[str | None] = mapped_column(String(32))
    previous_digest: Mapped[str] = mapped_column(String(64))
    digest: Mapped[str] = mapped_column(String(64))
    seal_number: Mapped[int | None] = mapped_column(ForeignKey("cases_seal.number"))


class Seal(Base):
    """封印: Merkle root over the events of some seconds, chained to the seal before it."""

    __tablename__ = "cases_seal"

    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    sealed_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    event_count: Mapped[int] = mapped_column(Integer)
    merkle_root: Mapped[str] = mapped_column(String(64))
    previous_digest: Mapped[str] = mapped_column(String(64))
    digest: Mapped[str] = mapped_column(String(64))
