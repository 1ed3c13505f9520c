"""監視の表: what a feed published, every version of it, what changed, who was told and why. Columns only.

Nothing here refers outside the package: a person is an id with the display name beside it, raw bytes are named by
their SHA-256. Slots are never one row each: a day of an area is a blob of 48 numbers (`alerts.slot_blobs`).
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
    LargeBinary,
    MetaData,
    String,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship

from alerts.words import DECISIONS, EVENTS, INCIDENT_STATES, PUBLICATION_STATES, SLOT_STATES, STAGES

AppendOnlyId = BigInteger().with_variant(Integer, "sqlite")


def _one_of(column: str, words: tuple[str, ...]) -> str:
    return f"{column} in ({','.join(repr(word) for word in words)})"


class Base(DeclarativeBase):
    """Metadata of the alerts package."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(column_0_N_label)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


class Feed(Base):
    """公表元: one published source, how fresh it is; whoever judges it locks this row."""

    __tablename__ = "alerts_feed"

    source: Mapped[str] = mapped_column(String(40), primary_key=True)
    newest_published_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    last_fetched_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    last_readable_at: Mapped[datetime | None] = mapped_column(
        DateTime(timezone=True)
    )  # fetched then, and readable
    unreadable_since: Mapped[datetime | None] = mapped_column(
        DateTime(timezone=True)
    )  # null: the last was readable
    last_problem: Mapped[str] = mapped_column(Text, default="")


class Publication(Base):
    """公表: what a feed said under one UPDATE stamp; an unreadable one is kept too, without a stamp."""

    __tablename__ = "alerts_publication"
    __table_args__ = (
        CheckConstraint(_one_of("state", PUBLICATION_STATES), name="state"),
        UniqueConstraint("source", "content_digest"),
        Index("ix_alerts_publication_newest", "source", "published_at", "id"),
        Index("ix_alerts_publication_fetched", "source", "fetched_at", "id"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(AppendOnlyId, primary_key=True)
    source: Mapped[str] = mapped_column(ForeignKey("alerts_feed.source"))
    published_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    content_digest: Mapped[str] = mapped_column(
        String(64)
    )  # of stamp and values; of the bytes where unreadable
    raw_sha256: Mapped[str] = mapped_column(String(64))
    fetched_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    last_fetched_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    fetch_count: Mapped[int] = mapped_column(Integer, default=1)
    state: Mapped[str] = mapped_column(String(20))  # judged | out_of_order | unreadable
    is_whole: Mapped[bool] = mapped_column(Boolean)  # every area and slot of its days was readable
    problems: Mapped[list] = mapped_column(JSON, default=list)  # [{"where", "message"}], at most 100
    problem_count: Mapped[int] = mapped_column(Integer, default=0)
    day_from: Mapped[date | None] = mapped_column(Date)
    day_to: Mapped[date | None] = mapped_column(Date)


class AreaDay(Base):
    """公表値: one area and day as one publication had it; kept for good (48 × int32, `slot_blobs.MISSING`)."""

    __tablename__ = "alerts_area_day"
    __table_args__ = (Index("ix_alerts_area_day_versions", "day", "area", "publication_id"),)

    publication_id: Mapped[int] = mapped_column(ForeignKey("alerts_publication.id"), primary_key=True)
    day: Mapped[date] = mapped_column(Date, primary_key=True)
    area: Mapped[str] = mapped_column(String(10), primary_key=True)
    margins: Mapped[bytes] = mapped_column(LargeBinary)  # 広域予備率, hundredths of a per cent, cut downward
    usages: Mapped[bytes] = mapped_column(LargeBinary)  # 広域使用率, hundredths of a per cent
    area_demands_kw: Mapped[bytes] = mapped_column(LargeBinary)
    area_supplies_kw: Mapped[bytes] = mapped_column(LargeBinary)


class AreaState(Base):
    """現在の状態: where each of the 48 slots of an area's day stands now, and what has been told about it."""

    __tablename__ = "alerts_area_state"

    day: Mapped[date] = mapped_column(Date, primary_key=True)
    area: Mapped[str] = mapped_column(String(10), primary_key=True)
    margins: Mapped[bytes] = mapped_column(LargeBinary)  # 48 × int32, last readable value
    valued_at: Mapped[bytes] = mapped_column(
        LargeBinary
    )  # 48 × int64, stamp of that value, seconds since 1970
    lows: Mapped[bytes] = mapped_column(LargeBinary)  # 48 × 0 normal / 1 low
    told_levels: Mapped[bytes] = mapped_column(LargeBinary)  # 48 × 0 not told / 1 … 4: below 8, 5, 3, 1 %
    told_missing: Mapped[bytes] = mapped_column(LargeBinary)  # 48 × 0 / 1
    told_wrong: Mapped[dict] = mapped_column(JSON, default=dict)  # {"34": what was told to be wrong}


class Transition(Base):
    """状態の変化: a slot went below 8 % or came back, by which publication."""

    __tablename__ = "alerts_transition"
    __table_args__ = (
        CheckConstraint(_one_of("from_state", SLOT_STATES), name="from_state"),
        CheckConstraint(_one_of("to_state", SLOT_STATES), name="to_state"),
        CheckConstraint("slot between 1 and 48", name="slot"),
        UniqueConstraint("publication_id", "day", "slot", "area"),
        Index("ix_alerts_transition_day", "day", "area", "slot", "id"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(AppendOnlyId, primary_key=True)
    publication_id: Mapped[int] = mapped_column(ForeignKey("alerts_publication.id"))
    day: Mapped[date] = mapped_column(Date)
    slot: Mapped[int] = mapped_column(Integer)  # 1 … 48
    area: Mapped[str] = mapped_column(String(10))
    from_state: Mapped[str] = mapped_column(String(10))
    to_state: Mapped[str] = mapped_column(String(10))
    margin_hundredths: Mapped[int] = mapped_column(Integer)  # cut downward

    publication: Mapped[Publication] = relationship()


class Incident(Base):
    """監視の事案: what the desk was told about one day; a day that flares up after closing gets another number."""

    __tablename__ = "alerts_incident"
    __table_args__ = (
        CheckConstraint(_one_of("state", INCIDENT_STATES), name="state"),
        UniqueConstraint("day", "number_of_day"),
        Index("ix_alerts_incident_list", "state", "day", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(20), unique=True)  # RM-20260722-1
    day: Mapped[date] = mapped_column(Date)
    number_of_day: Mapped[int] = mapped_column(Integer)
    state: Mapped[str] = mapped_column(String(20))  # open | acknowledged | closed
    areas: Mapped[list] = mapped_column(
        JSON, default=list
    )  # of everything told, in the order of the area codes
    events: Mapped[list] = mapped_column(JSON, default=list)  # first_low, worsened, …: each once, in order
    worst_margin_hundredths: Mapped[int | None] = mapped_column(Integer)  # null: nothing was below 8 %
    worst_area: Mapped[str] = mapped_column(String(10), default="")
    worst_slot: Mapped[int | None] = mapped_column(Integer)
    first_publication_id: Mapped[int] = mapped_column(ForeignKey("alerts_publication.id"))
    last_publication_id: Mapped[int] = mapped_column(ForeignKey("alerts_publication.id"))
    opened_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    updated_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    acknowledged_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    acknowledged_by_id: Mapped[int | None] = mapped_column(Integer)
    acknowledged_by_name: Mapped[str] = mapped_column(String(100), default="")
    acknowledged_comment: Mapped[str] = mapped_column(Text, default="")
    closed_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    closed_by_id: Mapped[int | None] = mapped_column(Integer)
    closed_by_name: Mapped[str] = mapped_column(String(100), default="")
    closed_comment: Mapped[str] = mapped_column(Text, default="")
    version: Mapped[int] = mapped_column(Integer, default=1)

    first_publication: Mapped[Publication] = relationship(foreign_keys=[first_publication_id])
    last_publication: Mapped[Publication] = relationship(foreign_keys=[last_publication_id])

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012


class Notice(Base):
    """知らせ: one thing that could be told, whether it was, and why; what is sent is handed to the outbox once."""

    __tablename__ = "alerts_notice"
    __table_args__ = (
        CheckConstraint(_one_of("event", EVENTS), name="event"),
        CheckConstraint(_one_of("decision", DECISIONS), name="decision"),
        CheckConstraint(_one_of("stage", STAGES), name="stage"),
        Index("ix_alerts_notice_of_incident", "incident_id", "id"),
        Index("ix_alerts_notice_of_publication", "publication_id", "id"),
        Index(
            "ix_alerts_notice_to_hand",
            "id",
            sqlite_where=text("decision = 'send' and handed_at is null"),
            postgresql_where=text("decision = 'send' and handed_at is null"),
        ),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(AppendOnlyId, primary_key=True)
    publication_id: Mapped[int] = mapped_column(ForeignKey("alerts_publication.id"))
    incident_id: Mapped[int | None] = mapped_column(ForeignKey("alerts_incident.id"))
    idempotency_key: Mapped[str] = mapped_column(String(150), unique=True)
    day: Mapped[date | None] = mapped_column(Date)  # the day it is about; null: the feed as a whole
    event: Mapped[str] = mapped_column(String(20))
    areas: Mapped[list] = mapped_column(JSON, default=list)
    slots: Mapped[list] = mapped_column(JSON, default=list)  # see alerts.notices.NoticeDecision.to_json
    decision: Mapped[str] = mapped_column(String(10))
    stage: Mapped[str] = mapped_column(String(20))
    reason: Mapped[str] = mapped_column(Text)
    receivers: Mapped[list] = mapped_column(JSON, default=list)  # ["duty_desk"]; empty: nobody
    decided_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    handed_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))

    publication: Mapped[Publication] = relationship()
    incident: Mapped[Incident | None] = relationship()
