"""通知済みの結果と計算の表: what was told, what was computed, and which case is about it. Columns only."""

from datetime import date, datetime

from sqlalchemy import (
    JSON,
    CheckConstraint,
    Date,
    DateTime,
    ForeignKey,
    Index,
    Integer,
    String,
    Text,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from cases.models import AppendOnlyId, Business, Case
from helpdesk.database import Base
from helpdesk.register.models.permanent import one_of, permanent

RUN_KINDS = {"recompute": "再計算", "what_if": "仮の条件での計算", "rule": "規則の計算"}


@permanent("通知済みの結果")
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


@permanent("計算")
class CalculationRun(Base):
    """計算: one computation with everything needed to explain and repeat it; never changed.

    `inputs` names contracts and the exact slot files and corrections used, `result` is the whole statement, `figures`
    its key figures as [key, label, unit, exact text], `changes` the what-if changes in words. `digest` covers
    inputs, parameters and result.
    """

    __tablename__ = "helpdesk_calculation_run"
    __table_args__ = (
        Index("ix_helpdesk_calculation_run_of_month", "business_id", "fiscal_year", "delivery_month", "id"),
        CheckConstraint(one_of("kind", RUN_KINDS), name="kind"),
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
