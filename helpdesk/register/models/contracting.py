"""電源等と容量確保契約の表: what was contracted, for which slots, and what a resource has to show besides. Columns only."""

from datetime import date

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Date,
    ForeignKey,
    Index,
    Integer,
    String,
    Text,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from cases.models import AppendOnlyId, Business
from helpdesk.database import Base
from helpdesk.register.models.permanent import one_of, permanent
from helpdesk.register.models.submitted import FromFile

REQUIREMENTS = {"residual_capacity_contract": "余力活用契約の締結", "effectiveness_test": "実効性テスト"}
REQUIREMENT_STATES = {"met": "充足", "not_met": "未充足"}


class Resource(Base):
    """電源等: one contracted resource of a business, on a plant of an area."""

    __tablename__ = "helpdesk_resource"

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(40), unique=True)
    name: Mapped[str] = mapped_column(String(200))
    business_id: Mapped[int] = mapped_column(ForeignKey(Business.__table__.c.id), index=True)
    area: Mapped[str] = mapped_column(String(20))  # 北海道 … 九州, as published
    category: Mapped[str] = mapped_column(String(40))  # 安定電源, 変動電源（単独）, …
    plant: Mapped[str] = mapped_column(String(200), default="")
    unit: Mapped[str] = mapped_column(String(200), default="")  # as the published unit output names it
    installed_kw: Mapped[int] = mapped_column(Integer)
    inefficient_coal: Mapped[bool] = mapped_column(
        Boolean, default=False
    )  # 非効率石炭火力, unless a contract differs

    business: Mapped[Business] = relationship()
    contracts: Mapped[list["Contract"]] = relationship(
        back_populates="resource", order_by="Contract.fiscal_year"
    )


class Contract(Base):
    """容量確保契約: kW, price and deduction of one resource in one fiscal year (実需給年度)."""

    __tablename__ = "helpdesk_contract"
    __table_args__ = (
        UniqueConstraint("resource_id", "fiscal_year"),
        Index("ix_helpdesk_contract_of_year", "fiscal_year", "resource_id"),
        CheckConstraint("contract_kw > 0 and assessed_kw > 0", name="kw_positive"),
        CheckConstraint("price_yen_per_kw >= 0 and transitional_deduction_yen >= 0", name="yen_not_negative"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    resource_id: Mapped[int] = mapped_column(ForeignKey("helpdesk_resource.id"))
    fiscal_year: Mapped[int] = mapped_column(Integer)
    contract_kw: Mapped[int] = mapped_column(Integer)
    assessed_kw: Mapped[int] = mapped_column(Integer)
    price_yen_per_kw: Mapped[int] = mapped_column(Integer)
    transitional_deduction_yen: Mapped[int] = mapped_column(BigInteger, default=0)
    inefficient_coal: Mapped[bool] = mapped_column(Boolean, default=False)
    coal_kw: Mapped[int | None] = mapped_column(
        Integer
    )  # of the units in one metering that burn coal inefficiently
    total_kw: Mapped[int | None] = mapped_column(Integer)  # of all units in that metering; none: all is coal

    resource: Mapped[Resource] = relationship(back_populates="contracts")


@permanent("電源等差替")
class Substitution(FromFile, Base):
    """電源等差替: from a slot to a slot another resource answers for `kw` of a contract (none: for all of it).

    The highest `version` of a number is in force; a withdrawn one never happened.
    """

    __tablename__ = "helpdesk_substitution"
    __table_args__ = (
        UniqueConstraint("number", "version"),
        CheckConstraint("kw is null or kw > 0", name="kw_positive"),
        CheckConstraint("first_slot between 1 and 48", name="first_slot"),
        CheckConstraint("last_slot is null or last_slot between 1 and 48", name="last_slot"),
    )

    id: Mapped[int] = mapped_column(AppendOnlyId, primary_key=True)
    number: Mapped[str] = mapped_column(String(60))
    version: Mapped[int] = mapped_column(Integer)
    from_resource_id: Mapped[int] = mapped_column(ForeignKey("helpdesk_resource.id"), index=True)
    to_resource_id: Mapped[int] = mapped_column(ForeignKey("helpdesk_resource.id"), index=True)
    kw: Mapped[int | None] = mapped_column(Integer)
    first_date: Mapped[date] = mapped_column(Date)
    first_slot: Mapped[int] = mapped_column(Integer)
    last_date: Mapped[date | None] = mapped_column(Date)  # inclusive; none: until the end of the fiscal year
    last_slot: Mapped[int | None] = mapped_column(Integer)
    withdrawn: Mapped[bool] = mapped_column(Boolean, default=False)


@permanent("リクワイアメントの状態")
class RequirementState(FromFile, Base):
    """余力活用契約・実効性テスト: met or not, since when, why. The highest `version` is in force."""

    __tablename__ = "helpdesk_requirement_state"
    __table_args__ = (
        UniqueConstraint(
            "resource_id",
            "fiscal_year",
            "requirement",
            "version",
            name="uq_helpdesk_requirement_state_version",
        ),
        CheckConstraint(one_of("requirement", REQUIREMENTS), name="requirement"),
        CheckConstraint(one_of("state", REQUIREMENT_STATES), name="state"),
    )

    id: Mapped[int] = mapped_column(AppendOnlyId, primary_key=True)
    resource_id: Mapped[int] = mapped_column(ForeignKey("helpdesk_resource.id"))
    fiscal_year: Mapped[int] = mapped_column(Integer)
    requirement: Mapped[str] = mapped_column(String(40))
    version: Mapped[int] = mapped_column(Integer)
    state: Mapped[str] = mapped_column(String(10))
    on: Mapped[date] = mapped_column("on_date", Date)
    reason: Mapped[str] = mapped_column(Text)

    resource: Mapped[Resource] = relationship()
