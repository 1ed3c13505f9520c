"""監視と窓口をつなぐ表: what was fetched and not yet judged, troubles of a feed, the cases of an incident. Columns only."""

from datetime import date, datetime

from sqlalchemy import (
    CheckConstraint,
    Date,
    DateTime,
    ForeignKey,
    Index,
    Integer,
    String,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from alerts.models import Incident
from cases.models import Case
from helpdesk.database import Base

FETCH_STATES = ("pending", "judged", "given_up")
TROUBLE_KINDS = ("fetch_failed", "unreadable", "stale")
CASE_RELATIONS = ("own", "following")


def _one_of(column: str, values: tuple[str, ...]) -> str:
    return f"{column} in ({', '.join(repr(value) for value in values)})"


class FetchedPublication(Base):
    """取得した公表: raw bytes that lie in the blob store; `pending` until they were judged, whoever died meanwhile."""

    __tablename__ = "helpdesk_fetched_publication"
    __table_args__ = (
        UniqueConstraint("source", "raw_sha256"),
        Index("ix_helpdesk_fetched_publication_pending", "source", "state", "id"),
        CheckConstraint(_one_of("state", FETCH_STATES), name="state"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    source: Mapped[str] = mapped_column(String(40))
    raw_sha256: Mapped[str] = mapped_column(String(64))
    size_bytes: Mapped[int] = mapped_column(Integer)
    day_from: Mapped[date] = mapped_column(Date)  # what was asked for
    day_to: Mapped[date] = mapped_column(Date)
    required_days: Mapped[str] = mapped_column(String(40))  # ISO dates that must be in it, by comma
    fetched_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    state: Mapped[str] = mapped_column(String(10))
    reason: Mapped[str] = mapped_column(Text, default="")


class FeedTrouble(Base):
    """公表の障害: nothing came, nothing readable came, or nothing new; told once when it begins and when it is over."""

    __tablename__ = "helpdesk_feed_trouble"
    __table_args__ = (
        CheckConstraint(_one_of("kind", TROUBLE_KINDS), name="kind"),
        Index(
            "uq_helpdesk_feed_trouble_open",
            "source",
            "kind",
            unique=True,
            sqlite_where=text("ended_at is null"),
            postgresql_where=text("ended_at is null"),
        ),
        Index("ix_helpdesk_feed_trouble_newest", "source", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    source: Mapped[str] = mapped_column(String(40))
    kind: Mapped[str] = mapped_column(String(20))
    detail: Mapped[str] = mapped_column(Text)  # what happened last, in Japanese
    rounds: Mapped[int] = mapped_column(Integer, default=1)
    began_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    last_seen_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    not_before: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))  # the server asked to wait
    told_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    ended_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))


class IncidentCase(Base):
    """事案と案件: the case that an incident opened (`own`), and inquiries that follow it (`following`)."""

    __tablename__ = "helpdesk_incident_case"
    __table_args__ = (
        CheckConstraint(_one_of("relation", CASE_RELATIONS), name="relation"),
        Index(
            "uq_helpdesk_incident_case_own",
            "incident_id",
            unique=True,
            sqlite_where=text("relation = 'own'"),
            postgresql_where=text("relation = 'own'"),
        ),
    )

    incident_id: Mapped[int] = mapped_column(ForeignKey(Incident.__table__.c.id), primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey(Case.__table__.c.id), primary_key=True, index=True)
    relation: Mapped[str] = mapped_column(String(10))
    linked_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    linked_by_id: Mapped[int | None] = mapped_column(Integer)
    linked_by_name: Mapped[str] = mapped_column(String(100), default="")
