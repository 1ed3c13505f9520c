"""コマ別データの表: which files hold a month's slots, and which days were corrected since. Columns only."""

from datetime import date, datetime

from sqlalchemy import (
    JSON,
    CheckConstraint,
    Date,
    DateTime,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Text,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column

from cases.models import AppendOnlyId
from helpdesk.database import Base
from helpdesk.register.models.permanent import one_of, permanent

SLOT_KINDS = {"offered_kw": "提供できる供給力の最大値", "multiplier": "倍率"}  # what every assessed slot has
SUBMITTED_KINDS = {  # what only some resources and slots have: NO_VALUE elsewhere
    "limit_kw": "発電上限",
    "planned_kw": "発電計画",
    "market_offer_kw": "市場応札量",
    "metered_wh": "計量値",
    "baseline_wh": "ベースライン",
}
ALL_SLOT_KINDS = SLOT_KINDS | SUBMITTED_KINDS
NO_VALUE = -1


@permanent("コマ別データのファイル")
class SlotFile(Base):
    """コマ別データのファイル: the immutable base of one month and kind, int32, resources × days × 48 slots.

    `resource_ids` is the order of the rows. The highest `version` of a month and kind is in force; older ones stay,
    because runs name the file they used by its digest.
    """

    __tablename__ = "helpdesk_slot_file"
    __table_args__ = (
        UniqueConstraint("fiscal_year", "month", "kind", "version"),
        Index("ix_helpdesk_slot_file_digest", "sha256"),
        CheckConstraint(one_of("kind", ALL_SLOT_KINDS), name="kind"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    fiscal_year: Mapped[int] = mapped_column(Integer)
    month: Mapped[str] = mapped_column(String(7))  # calendar month, "2026-04"
    kind: Mapped[str] = mapped_column(String(20))
    version: Mapped[int] = mapped_column(Integer)
    sha256: Mapped[str] = mapped_column(String(64))  # names the .npy file in the slot folder
    resource_ids: Mapped[list] = mapped_column(JSON)
    order_digest: Mapped[str] = mapped_column(String(64))
    row_count: Mapped[int] = mapped_column(Integer)
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))


@permanent("コマ別データの訂正")
class SlotDay(Base):
    """コマ別データの訂正: one resource's day as corrected, laid over the base; the highest `version` is in force.

    `slot_values` are 48 × int32, little endian; none withdraws the correction and the base counts again.
    """

    __tablename__ = "helpdesk_slot_day"
    __table_args__ = (
        UniqueConstraint("resource_id", "kind", "date", "version"),
        CheckConstraint(one_of("kind", ALL_SLOT_KINDS), name="kind"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(AppendOnlyId, primary_key=True)
    resource_id: Mapped[int] = mapped_column(ForeignKey("helpdesk_resource.id"))
    kind: Mapped[str] = mapped_column(String(20))
    date: Mapped[date] = mapped_column(Date)
    version: Mapped[int] = mapped_column(Integer)
    slot_values: Mapped[bytes | None] = mapped_column(LargeBinary)
    reason: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    created_by_id: Mapped[int | None] = mapped_column(Integer)
    created_by_name: Mapped[str] = mapped_column(String(200))
