"""精算の表: statements of businesses with their versions and approvals, and what is settled in a later month. Columns only.

A statement's figures are never changed: a recomputation before the invoice is a new version, after it an item of the
next open month (domain.md §2.6).
"""

from datetime import date, datetime

from sqlalchemy import (
    JSON,
    BigInteger,
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
from sqlalchemy.orm import Mapped, mapped_column, relationship

from cases.models import AppendOnlyId, Business
from helpdesk.database import Base
from helpdesk.register.models import NotifiedResult
from helpdesk.register.models.permanent import one_of, permanent

FAMILIES = {
    "capacity": "容量確保契約金額・経済的ペナルティ",
    "contribution": "容量拠出金（小売電気事業者）",
    "utility_share": "容量拠出金（一般送配電事業者）",
    "provisional": "容量拠出金（仮算定）",
    "surcharge": "未回収分負担額",
    "refund": "還元額",
}
YEARLY = ("provisional", "surcharge", "refund")  # families of a whole year: delivery_month 0
WHOLE_YEAR = 0
STATES = {
    "provisional": "仮算定",
    "checked": "担当者確認済",
    "approved": "責任者承認済",
    "accounted": "経理確認済",
    "fixed": "確定",
    "issued": "通知済",
    "billed": "請求・支払済",
}
DIRECTIONS = {"pay": "交付", "invoice": "請求", "none": "なし"}
ANSWERS = {"confirmed": "確認", "silent": "みなし確認", "objected": "異議申立て"}


@permanent("月次精算の計算")
class SettlementRun(Base):
    """月次精算の計算: one computation of a family and month over all its businesses (or one), and what came of it."""

    __tablename__ = "helpdesk_settlement_run"
    __table_args__ = (
        Index("ix_helpdesk_settlement_run_of_month", "family", "fiscal_year", "delivery_month", "id"),
        CheckConstraint(one_of("family", FAMILIES), name="family"),
        CheckConstraint("delivery_month between 0 and 12", name="delivery_month"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(AppendOnlyId, primary_key=True)
    family: Mapped[str] = mapped_column(String(20))
    fiscal_year: Mapped[int] = mapped_column(Integer)
    delivery_month: Mapped[int] = mapped_column(Integer)
    parameter_set_id: Mapped[int | None] = mapped_column(ForeignKey("helpdesk_parameter_set.id"))
    code_version: Mapped[str] = mapped_column(String(80))
    inputs: Mapped[dict] = mapped_column(
        JSON
    )  # of all businesses together (area totals, demand); by business: theirs
    totals: Mapped[dict] = mapped_column(JSON)  # name → exact text, remainders among them
    warnings: Mapped[list] = mapped_column(JSON)
    businesses: Mapped[int] = mapped_column(Integer)
    new_versions: Mapped[int] = mapped_column(Integer)
    unchanged: Mapped[int] = mapped_column(Integer)
    items: Mapped[int] = mapped_column(Integer)  # differences after the invoice, to be settled later
    task_id: Mapped[int | None] = mapped_column(Integer)
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    created_by_id: Mapped[int | None] = mapped_column(Integer)
    created_by_name: Mapped[str] = mapped_column(String(200))


@permanent(
    "事業者の精算",
    except_for=(
        "newest",
        "state",
        "round",
        "number",
        "notified_result_id",
        "issued_at",
        "issued_by_id",
        "issued_by_name",
        "answer",
        "answered_at",
        "answered_by_id",
        "answered_by_name",
        "billed_at",
        "billed_by_id",
        "billed_by_name",
    ),
)
class BusinessStatement(Base):
    """事業者の精算: what one business is paid or invoiced for a month, version by version; the newest is acted upon.

    Amounts are signed as the business sees them: positive is paid to it. `rule` and `inputs` are what
    `calc_core.catalogue.evaluate` takes: its steps are computed anew whenever they are shown. `figures` is the
    ordered list of [key, label, unit, exact text]; `sources` names results, items and invoices that it was made from.
    """

    __tablename__ = "helpdesk_business_statement"
    __table_args__ = (
        UniqueConstraint(
            "family",
            "business_id",
            "fiscal_year",
            "delivery_month",
            "version",
            name="uq_helpdesk_business_statement_version",
        ),
        CheckConstraint(one_of("family", FAMILIES), name="family"),
        CheckConstraint(one_of("state", STATES), name="state"),
        CheckConstraint(one_of("direction", DIRECTIONS), name="direction"),
        CheckConstraint(f"answer is null or {one_of('answer', ANSWERS)}", name="answer"),
        CheckConstraint("delivery_month between 0 and 12", name="delivery_month"),
        Index(
            "uq_helpdesk_business_statement_newest",
            "fiscal_year",
            "delivery_month",
            "family",
            "business_id",
            unique=True,
            sqlite_where=text("newest"),
            postgresql_where=text("newest"),
        ),
        Index(
            "ix_helpdesk_business_statement_listed",
            "fiscal_year",
            "delivery_month",
            "family",
            "newest",
            "state",
            "direction",
            "total_yen",
            "business_id",
        ),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(AppendOnlyId, primary_key=True)
    family: Mapped[str] = mapped_column(String(20))
    business_id: Mapped[int] = mapped_column(ForeignKey(Business.__table__.c.id), index=True)
    fiscal_year: Mapped[int] = mapped_column(Integer)
    delivery_month: Mapped[int] = mapped_column(Integer)  # 4 … 12, 1 … 3; 0: the whole year
    version: Mapped[int] = mapped_column(Integer)
    newest: Mapped[bool] = mapped_column()
    state: Mapped[str] = mapped_column(String(12))
    round: Mapped[int] = mapped_column(Integer, default=1)  # of approval: returned statements begin again
    settlement_run_id: Mapped[int] = mapped_column(ForeignKey("helpdesk_settlement_run.id"), index=True)
    net_yen: Mapped[int] = mapped_column(BigInteger)
    tax_yen: Mapped[int] = mapped_column(BigInteger)
    offset_yen: Mapped[int] = mapped_column(BigInteger)
    total_yen: Mapped[int] = mapped_column(BigInteger)
    carried_debt_yen: Mapped[int] = mapped_column(BigInteger)
    direction: Mapped[str] = mapped_column(String(10))
    rule: Mapped[str] = mapped_column(String(60))
    inputs: Mapped[dict] = mapped_column(JSON)
    inputs_digest: Mapped[str] = mapped_column(String(64))
    figures: Mapped[list] = mapped_column(JSON)
    sources: Mapped[dict] = mapped_column(JSON)
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    number: Mapped[str | None] = mapped_column(
        String(60), unique=True
    )  # of the notice, given when it is issued
    notified_result_id: Mapped[int | None] = mapped_column(
        ForeignKey("helpdesk_notified_result.id"), index=True
    )
    issued_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    issued_by_id: Mapped[int | None] = mapped_column(Integer)
    issued_by_name: Mapped[str] = mapped_column(String(200), default="")
    answer: Mapped[str | None] = mapped_column(String(10))  # of the business, to this version
    answered_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    answered_by_id: Mapped[int | None] = mapped_column(Integer)
    answered_by_name: Mapped[str] = mapped_column(String(200), default="")
    billed_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    billed_by_id: Mapped[int | None] = mapped_column(Integer)
    billed_by_name: Mapped[str] = mapped_column(String(200), default="")

    business: Mapped[Business] = relationship()
    notified_result: Mapped[NotifiedResult | None] = relationship()
    settlement_run: Mapped[SettlementRun] = relationship()


@permanent("承認")
class StatementApproval(Base):
    """承認: one step of the chain 担当者 → 責任者 → 経理担当者 → 経理責任者, or a return (step 0) with its reason."""

    __tablename__ = "helpdesk_statement_approval"
    __table_args__ = (
        UniqueConstraint("statement_id", "round", "step"),
        CheckConstraint("step between 0 and 4", name="step"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(AppendOnlyId, primary_key=True)
    statement_id: Mapped[int] = mapped_column(ForeignKey("helpdesk_business_statement.id"))
    round: Mapped[int] = mapped_column(Integer)
    step: Mapped[int] = mapped_column(Integer)
    as_deputy: Mapped[str] = mapped_column(String(200), default="")  # for which role, where a deputy acted
    reason: Mapped[str] = mapped_column(Text, default="")
    decided_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    decided_by_id: Mapped[int] = mapped_column(Integer)
    decided_by_name: Mapped[str] = mapped_column(String(200))

    statement: Mapped[BusinessStatement] = relationship()


@permanent("代理", except_for=("revoked_at", "revoked_by_id", "revoked_by_name"))
class ApprovalDeputy(Base):
    """代理: somebody may take one step of the chain for its role, from a day to a day."""

    __tablename__ = "helpdesk_approval_deputy"
    __table_args__ = (
        CheckConstraint("step between 1 and 4", name="step"),
        CheckConstraint("valid_to >= valid_from", name="valid"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    step: Mapped[int] = mapped_column(Integer)
    user_id: Mapped[int] = mapped_column(ForeignKey("helpdesk_user.id"), index=True)
    user_name: Mapped[str] = mapped_column(String(200))
    valid_from: Mapped[date] = mapped_column(Date)
    valid_to: Mapped[date] = mapped_column(Date)
    reason: Mapped[str] = mapped_column(Text, default="")
    appointed_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    appointed_by_id: Mapped[int | None] = mapped_column(Integer)
    appointed_by_name: Mapped[str] = mapped_column(String(200))
    revoked_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    revoked_by_id: Mapped[int | None] = mapped_column(Integer)
    revoked_by_name: Mapped[str] = mapped_column(String(200), default="")


@permanent("精算項目")
class SettlementItem(Base):
    """精算項目: a difference found after the invoice, settled in the statement of the next open month.

    `yen` is before tax, positive in favour of the business. `for_year` and `for_month` say where it is settled:
    fixed when it is made, so that no two months take it.
    """

    __tablename__ = "helpdesk_settlement_item"
    __table_args__ = (
        CheckConstraint(one_of("family", FAMILIES), name="family"),
        CheckConstraint("yen <> 0", name="yen_not_zero"),
        CheckConstraint("delivery_month between 0 and 12 and for_month between 0 and 12", name="months"),
        Index("ix_helpdesk_settlement_item_target", "family", "for_year", "for_month", "business_id"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(AppendOnlyId, primary_key=True)
    family: Mapped[str] = mapped_column(String(20))
    business_id: Mapped[int] = mapped_column(ForeignKey(Business.__table__.c.id), index=True)
    fiscal_year: Mapped[int] = mapped_column(Integer)  # the month that came out otherwise
    delivery_month: Mapped[int] = mapped_column(Integer)
    for_year: Mapped[int] = mapped_column(Integer)
    for_month: Mapped[int] = mapped_column(Integer)
    yen: Mapped[int] = mapped_column(BigInteger)
    reason: Mapped[str] = mapped_column(Text)
    source_key: Mapped[str] = mapped_column(String(120), unique=True)
    statement_id: Mapped[int | None] = mapped_column(ForeignKey("helpdesk_business_statement.id"), index=True)
    figures: Mapped[list] = mapped_column(JSON)  # as recomputed, beside those of the statement
    made_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    made_by_id: Mapped[int | None] = mapped_column(Integer)
    made_by_name: Mapped[str] = mapped_column(String(200))

    business: Mapped[Business] = relationship()
    statement: Mapped[BusinessStatement | None] = relationship()
