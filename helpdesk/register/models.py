"""電源等・契約・通知済みの結果・計算・コマ別データの表: what was contracted, what was told, what was computed.

Columns only. A notified result, a calculation run and a slot file are never changed or deleted: what is later found
to be different is a new row beside them (design.md, Results are never overwritten).
"""

from datetime import date, datetime
from typing import Any

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
    String,
    Text,
    UniqueConstraint,
    event,
)
from sqlalchemy.orm import Mapped, mapped_column, object_session, relationship

from cases.models import AppendOnlyId, Business, Case
from helpdesk.database import Base
from helpdesk.register.errors import ResultPermanent

RUN_KINDS = {"recompute": "再計算", "what_if": "仮の条件での計算", "rule": "規則の計算"}
SLOT_KINDS = {"offered_kw": "提供できる供給力の最大値", "multiplier": "倍率"}


def _one_of(column: str, values: Any) -> str:
    return f"{column} in ({', '.join(repr(value) for value in values)})"


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

    resource: Mapped[Resource] = relationship(back_populates="contracts")


class NotifiedResult(Base):
    """通知済みの結果: what a business was told of a month, figure by figure, in exact text; never changed.

    `figures` is the ordered list of [key, label, unit, exact text]. A correction is a higher `version`; the highest
    of a month is the one in force.
    """

    __tablename__ = "helpdesk_notified_result"
    __table_args__ = (
        UniqueConstraint("business_id", "fiscal_year", "delivery_month", "version"),
        CheckConstraint("delivery_month between 1 and 12", name="delivery_month"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    business_id: Mapped[int] = mapped_column(ForeignKey(Business.__table__.c.id))
    fiscal_year: Mapped[int] = mapped_column(Integer)
    delivery_month: Mapped[int] = mapped_column(Integer)  # 4 … 12, 1 … 3
    version: Mapped[int] = mapped_column(Integer)
    figures: Mapped[list] = mapped_column(JSON)
    notified_on: Mapped[date] = mapped_column(Date)
    document_number: Mapped[str] = mapped_column(String(60), unique=True)
    reason: Mapped[str] = mapped_column(Text, default="")  # why this version was issued

    business: Mapped[Business] = relationship()


class CalculationRun(Base):
    """計算: one computation with everything needed to explain and repeat it; never changed.

    `inputs` names contracts and the exact slot files and corrections used, `result` is the whole statement, `figures`
    its key figures as [key, label, unit, exact text], `changes` the what-if changes in words. `digest` covers
    inputs, parameters and result.
    """

    __tablename__ = "helpdesk_calculation_run"
    __table_args__ = (
        Index("ix_helpdesk_calculation_run_of_month", "business_id", "fiscal_year", "delivery_month", "id"),
        CheckConstraint(_one_of("kind", RUN_KINDS), name="kind"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(AppendOnlyId, primary_key=True)
    business_id: Mapped[int | None] = mapped_column(ForeignKey(Business.__table__.c.id))
    fiscal_year: Mapped[int] = mapped_column(Integer)
    delivery_month: Mapped[int | None] = mapped_column(Integer)  # none for a single rule
    kind: Mapped[str] = mapped_column(String(20))
    inputs: Mapped[dict] = mapped_column(JSON)
    inputs_digest: Mapped[str] = mapped_column(String(64), index=True)
    parameters: Mapped[dict] = mapped_column(JSON, default=dict)
    code_version: Mapped[str] = mapped_column(String(80))
    result: Mapped[dict] = mapped_column(JSON)
    figures: Mapped[list] = mapped_column(JSON)
    digest: Mapped[str] = mapped_column(String(64))
    changes: Mapped[list] = mapped_column(JSON, default=list)
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    created_by_id: Mapped[int | None] = mapped_column(Integer)
    created_by_name: Mapped[str] = mapped_column(String(200))
    based_on_run_id: Mapped[int | None] = mapped_column(ForeignKey("helpdesk_calculation_run.id"))

    business: Mapped[Business | None] = relationship()


class CaseResult(Base):
    """案件と通知済みの結果: which notified result a case is about."""

    __tablename__ = "helpdesk_case_result"
    __table_args__ = (UniqueConstraint("case_id", "notified_result_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey(Case.__table__.c.id))
    notified_result_id: Mapped[int] = mapped_column(ForeignKey("helpdesk_notified_result.id"), index=True)
    linked_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    linked_by_id: Mapped[int | None] = mapped_column(Integer)
    linked_by_name: Mapped[str] = mapped_column(String(200))

    notified_result: Mapped[NotifiedResult] = relationship()


class CaseRun(Base):
    """案件と計算: runs attached to a case; an answer binds to the one with the highest `sequence`."""

    __tablename__ = "helpdesk_case_run"
    __table_args__ = (UniqueConstraint("case_id", "run_id"), UniqueConstraint("case_id", "sequence"))

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey(Case.__table__.c.id))
    run_id: Mapped[int] = mapped_column(ForeignKey("helpdesk_calculation_run.id"), index=True)
    sequence: Mapped[int] = mapped_column(Integer)
    attached_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    attached_by_id: Mapped[int | None] = mapped_column(Integer)
    attached_by_name: Mapped[str] = mapped_column(String(200))

    run: Mapped[CalculationRun] = relationship()


class SlotFile(Base):
    """コマ別データのファイル: the immutable base of one month and kind, int32, resources × days × 48 slots.

    `resource_ids` is the order of the rows. The highest `version` of a month and kind is in force; older ones stay,
    because runs name the file they used by its digest.
    """

    __tablename__ = "helpdesk_slot_file"
    __table_args__ = (
        UniqueConstraint("fiscal_year", "month", "kind", "version"),
        Index("ix_helpdesk_slot_file_digest", "sha256"),
        CheckConstraint(_one_of("kind", SLOT_KINDS), name="kind"),
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


class SlotDay(Base):
    """コマ別データの訂正: one resource's day as corrected, laid over the base; the highest `version` is in force.

    `slot_values` are 48 × int32, little endian; none withdraws the correction and the base counts again.
    """

    __tablename__ = "helpdesk_slot_day"
    __table_args__ = (
        UniqueConstraint("resource_id", "kind", "date", "version"),
        CheckConstraint(_one_of("kind", SLOT_KINDS), name="kind"),
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


_PERMANENT = {
    NotifiedResult: "通知済みの結果",
    CalculationRun: "計算",
    SlotFile: "コマ別データのファイル",
    SlotDay: "コマ別データの訂正",
}


def _refuse_change(mapper: Any, connection: Any, target: Any) -> None:
    session = object_session(target)
    if session is None or session.is_modified(target, include_collections=False):
        raise ResultPermanent(
            f"{_PERMANENT[type(target)]} {target.id} は変更できません。新しい版を作ってください"
        )


def _refuse_deletion(mapper: Any, connection: Any, target: Any) -> None:
    raise ResultPermanent(f"{_PERMANENT[type(target)]} {target.id} は削除できません")


for _model in _PERMANENT:
    event.listen(_model, "before_update", _refuse_change)
    event.listen(_model, "before_delete", _refuse_deletion)
