"""履歴: the one event table of all streams, and its seals. Columns only."""

from datetime import datetime

from sqlalchemy import DateTime, ForeignKey, Index, Integer, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from cases.models.base import AppendOnlyId, Base


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
