"""提出・取込みされた入力の表: what came in a file and is no column of slots: plans, orders, low-reserve slots. Columns only.

Each row came from one imported file (or was derived or typed). Of what has a `version` the highest is in force.
"""

from datetime import date, datetime

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Date,
    DateTime,
    ForeignKey,
    Index,
    Integer,
    String,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column

from cases.models import AppendOnlyId
from helpdesk.database import Base
from helpdesk.register.models.permanent import one_of, permanent

DISPATCH_KINDS = {"demand_response": "需要抑制", "generation": "発電"}
LOW_RESERVE_ORIGINS = {"file": "ファイル", "feed": "広域予備率の公表"}


@permanent("取り込んだファイル")
class ImportedFile(Base):
    """取り込んだファイル: who imported what, when; the bytes are kept as a blob of this digest."""

    __tablename__ = "helpdesk_imported_file"
    __table_args__ = (Index("ix_helpdesk_imported_file_newest", "kind", "id"), {"sqlite_autoincrement": True})

    id: Mapped[int] = mapped_column(AppendOnlyId, primary_key=True)
    kind: Mapped[str] = mapped_column(String(40))
    file_name: Mapped[str] = mapped_column(String(200))
    sha256: Mapped[str] = mapped_column(String(64), index=True)
    size_bytes: Mapped[int] = mapped_column(BigInteger)
    encoding: Mapped[str] = mapped_column(String(40))
    rows: Mapped[int] = mapped_column(Integer)
    new: Mapped[int] = mapped_column(Integer)
    corrected: Mapped[int] = mapped_column(Integer)  # rows that became a further version of something known
    known: Mapped[int] = mapped_column(Integer)
    imported_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    imported_by_id: Mapped[int | None] = mapped_column(Integer)
    imported_by_name: Mapped[str] = mapped_column(String(200))


class FromFile:
    """Which file a row came from, and when it was recorded; no file: derived by the system."""

    file_id: Mapped[int | None] = mapped_column(
        ForeignKey("helpdesk_imported_file.id"), index=True, default=None
    )
    recorded_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))


@permanent("容量停止計画")
class OutagePlan(FromFile, Base):
    """容量停止計画: from a slot to a slot a resource can offer no more than `available_kw`.

    A plan of the same number replaces the one before; which condition its submission meets decides the multiplier.
    """

    __tablename__ = "helpdesk_outage_plan"
    __table_args__ = (
        UniqueConstraint("resource_id", "number", "version"),
        CheckConstraint("available_kw >= 0", name="available_not_negative"),
        CheckConstraint("first_slot between 1 and 48", name="first_slot"),
        CheckConstraint("last_slot is null or last_slot between 1 and 48", name="last_slot"),
        Index("ix_helpdesk_outage_plan_from", "first_date"),
    )

    id: Mapped[int] = mapped_column(AppendOnlyId, primary_key=True)
    resource_id: Mapped[int] = mapped_column(ForeignKey("helpdesk_resource.id"))
    number: Mapped[str] = mapped_column(String(60))
    version: Mapped[int] = mapped_column(Integer)
    submitted_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    first_date: Mapped[date] = mapped_column(Date)
    first_slot: Mapped[int] = mapped_column(Integer)
    last_date: Mapped[date | None] = mapped_column(Date)  # inclusive; none: open
    last_slot: Mapped[int | None] = mapped_column(Integer)
    available_kw: Mapped[int] = mapped_column(Integer)
    withdrawn: Mapped[bool] = mapped_column(Boolean, default=False)


@permanent("供給指示")
class SupplyInstruction(FromFile, Base):
    """電気の供給指示: in these slots of a day a resource had to deliver `instructed_kw`."""

    __tablename__ = "helpdesk_supply_instruction"
    __table_args__ = (
        UniqueConstraint(
            "resource_id", "date", "first_slot", "version", name="uq_helpdesk_supply_instruction_version"
        ),
        CheckConstraint("instructed_kw >= 0", name="instructed_not_negative"),
        CheckConstraint("first_slot between 1 and 48 and last_slot between first_slot and 48", name="slots"),
    )

    id: Mapped[int] = mapped_column(AppendOnlyId, primary_key=True)
    resource_id: Mapped[int] = mapped_column(ForeignKey("helpdesk_resource.id"))
    date: Mapped[date] = mapped_column(Date)
    first_slot: Mapped[int] = mapped_column(Integer)
    last_slot: Mapped[int] = mapped_column(Integer)
    version: Mapped[int] = mapped_column(Integer)
    instructed_kw: Mapped[int] = mapped_column(Integer)
    withdrawn: Mapped[bool] = mapped_column(Boolean, default=False)


@permanent("発動指令")
class DispatchOrder(FromFile, Base):
    """発動指令: from this slot on a resource had to deliver for the hours of one order."""

    __tablename__ = "helpdesk_dispatch_order"
    __table_args__ = (
        UniqueConstraint("resource_id", "number", "version"),
        CheckConstraint("first_slot between 1 and 48 and last_slot between first_slot and 48", name="slots"),
        CheckConstraint(one_of("kind", DISPATCH_KINDS), name="kind"),
    )

    id: Mapped[int] = mapped_column(AppendOnlyId, primary_key=True)
    resource_id: Mapped[int] = mapped_column(ForeignKey("helpdesk_resource.id"))
    number: Mapped[str] = mapped_column(String(60))
    version: Mapped[int] = mapped_column(Integer)
    date: Mapped[date] = mapped_column(Date)
    first_slot: Mapped[int] = mapped_column(Integer)
    last_slot: Mapped[int] = mapped_column(Integer)
    kind: Mapped[str] = mapped_column(String(20))
    withdrawn: Mapped[bool] = mapped_column(Boolean, default=False)


@permanent("低予備率アセスメント対象コマ")
class LowReserveSlot(FromFile, Base):
    """低予備率アセスメント対象コマ: a slot of an area in which the wide-area reserve margin counts as low.

    Once low it stays low; `publication_id` names the publication that decided it, where the feed did.
    """

    __tablename__ = "helpdesk_low_reserve_slot"
    __table_args__ = (
        UniqueConstraint("area", "date", "slot", "version"),
        CheckConstraint("slot between 1 and 48", name="slot"),
        CheckConstraint(one_of("origin", LOW_RESERVE_ORIGINS), name="origin"),
        Index("ix_helpdesk_low_reserve_slot_of_day", "date", "area"),
    )

    id: Mapped[int] = mapped_column(AppendOnlyId, primary_key=True)
    area: Mapped[str] = mapped_column(String(20))
    date: Mapped[date] = mapped_column(Date)
    slot: Mapped[int] = mapped_column(Integer)
    version: Mapped[int] = mapped_column(Integer)
    origin: Mapped[str] = mapped_column(String(10))
    margin_hundredths: Mapped[int | None] = mapped_column(Integer)  # of the value that decided it
    publication_id: Mapped[int | None] = mapped_column(Integer)  # of alerts
    decided_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))  # when that was published
    withdrawn: Mapped[bool] = mapped_column(Boolean, default=False)


@permanent("稼働抑制の計量値")
class CoalMetering(FromFile, Base):
    """稼働抑制の計量値: what an inefficient coal resource delivered in a month, and in its low-reserve slots."""

    __tablename__ = "helpdesk_coal_metering"
    __table_args__ = (
        UniqueConstraint(
            "resource_id",
            "fiscal_year",
            "delivery_month",
            "version",
            name="uq_helpdesk_coal_metering_version",
        ),
        CheckConstraint("delivery_month between 1 and 12", name="delivery_month"),
        CheckConstraint("metered_wh >= 0 and low_reserve_wh >= 0", name="not_negative"),
    )

    id: Mapped[int] = mapped_column(AppendOnlyId, primary_key=True)
    resource_id: Mapped[int] = mapped_column(ForeignKey("helpdesk_resource.id"))
    fiscal_year: Mapped[int] = mapped_column(Integer)
    delivery_month: Mapped[int] = mapped_column(Integer)
    version: Mapped[int] = mapped_column(Integer)
    metered_wh: Mapped[int] = mapped_column(BigInteger)
    low_reserve_wh: Mapped[int] = mapped_column(BigInteger)
