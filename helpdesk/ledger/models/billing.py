"""請求・支払・入金の表: what businesses owe, what is paid to them, what came in and what it settles. Columns only.

Nothing here is ever changed or deleted; what is paid follows from the allocations that are not reversed.
"""

from datetime import date, datetime

from sqlalchemy import BigInteger, CheckConstraint, Date, DateTime, ForeignKey, Index, Integer, String, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from cases.models import Business
from helpdesk.database import Base
from helpdesk.register.models import NotifiedResult
from helpdesk.register.models.permanent import one_of, permanent

INVOICE_KINDS = {
    "contribution": "容量拠出金",
    "penalty": "経済的ペナルティ",
    "statement": "差引請求",
    "utility_share": "容量拠出金（一般送配電事業者負担）",
    "surcharge": "未回収分負担額",
    "late_interest": "延滞利息",
}
RECEIPT_ORIGINS = {
    "bank": "銀行入金",
    "setoff": "相殺",
}  # 相殺: a later payment of ours settles what the business owes


class Invoice(Base):
    """請求書: what a business owes, since when, until when."""

    __tablename__ = "helpdesk_invoice"
    __table_args__ = (
        Index("ix_helpdesk_invoice_due", "due_on", "id"),
        CheckConstraint("amount_yen > 0", name="amount_positive"),
        CheckConstraint("due_on >= issued_on", name="due_after_issue"),
        CheckConstraint(one_of("kind", INVOICE_KINDS), name="kind"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(String(60), unique=True)
    business_id: Mapped[int] = mapped_column(ForeignKey(Business.__table__.c.id), index=True)
    kind: Mapped[str] = mapped_column(String(20))
    fiscal_year: Mapped[int] = mapped_column(Integer)
    delivery_month: Mapped[int | None] = mapped_column(Integer)
    notified_result_id: Mapped[int | None] = mapped_column(
        ForeignKey("helpdesk_notified_result.id"), index=True
    )
    amount_yen: Mapped[int] = mapped_column(BigInteger)
    issued_on: Mapped[date] = mapped_column(Date)
    due_on: Mapped[date] = mapped_column(Date)
    statement_id: Mapped[int | None] = mapped_column(
        ForeignKey("helpdesk_business_statement.id", name="fk_helpdesk_invoice_statement_id"), index=True
    )  # the approved statement that asks for it
    note: Mapped[str] = mapped_column(String(500), default="")
    recorded_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))

    business: Mapped[Business] = relationship()
    notified_result: Mapped[NotifiedResult | None] = relationship()


class Receipt(Base):
    """入金: money that came in; `reference` is the bank's, so that the same receipt is not booked twice.

    A set-off (相殺) is a receipt as well: what we would have paid settles what the business owes.
    """

    __tablename__ = "helpdesk_receipt"
    __table_args__ = (
        CheckConstraint("amount_yen > 0", name="amount_positive"),
        CheckConstraint(one_of("origin", RECEIPT_ORIGINS), name="origin"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    reference: Mapped[str] = mapped_column(String(100), unique=True)
    business_id: Mapped[int | None] = mapped_column(ForeignKey(Business.__table__.c.id), index=True)
    payer_name_kana: Mapped[str] = mapped_column(String(200), default="")
    amount_yen: Mapped[int] = mapped_column(BigInteger)
    received_on: Mapped[date] = mapped_column(Date)
    origin: Mapped[str] = mapped_column(String(10), default="bank")
    bank_file_id: Mapped[int | None] = mapped_column(
        ForeignKey("helpdesk_bank_file.id", name="fk_helpdesk_receipt_bank_file_id"), index=True
    )
    statement_id: Mapped[int | None] = mapped_column(
        ForeignKey("helpdesk_business_statement.id", name="fk_helpdesk_receipt_statement_id"), index=True
    )  # of a set-off: the statement that set it off
    recorded_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    recorded_by_id: Mapped[int | None] = mapped_column(Integer)
    recorded_by_name: Mapped[str] = mapped_column(String(100), default="")

    business: Mapped[Business | None] = relationship()


@permanent("入金の取消")
class ReceiptReversal(Base):
    """入金の取消: the bank took the money back, or it was never there; from here on nothing of the receipt is left.

    `bank_file_id` names the file that told it; none: a person did.
    """

    __tablename__ = "helpdesk_receipt_reversal"

    id: Mapped[int] = mapped_column(primary_key=True)
    receipt_id: Mapped[int] = mapped_column(ForeignKey("helpdesk_receipt.id"), unique=True)
    bank_file_id: Mapped[int | None] = mapped_column(ForeignKey("helpdesk_bank_file.id"), index=True)
    reason: Mapped[str] = mapped_column(String(500))
    reversed_on: Mapped[date] = mapped_column(Date)
    reversed_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    reversed_by_id: Mapped[int | None] = mapped_column(Integer)
    reversed_by_name: Mapped[str] = mapped_column(String(200), default="")

    receipt: Mapped[Receipt] = relationship()


class Allocation(Base):
    """消込: so many yen of a receipt pay an invoice. Never more than either has left."""

    __tablename__ = "helpdesk_allocation"
    __table_args__ = (CheckConstraint("amount_yen > 0", name="amount_positive"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    receipt_id: Mapped[int] = mapped_column(ForeignKey("helpdesk_receipt.id"), index=True)
    invoice_id: Mapped[int] = mapped_column(ForeignKey("helpdesk_invoice.id"), index=True)
    amount_yen: Mapped[int] = mapped_column(BigInteger)
    allocated_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    allocated_by_id: Mapped[int | None] = mapped_column(Integer)
    allocated_by_name: Mapped[str] = mapped_column(String(100), default="")

    receipt: Mapped[Receipt] = relationship()
    invoice: Mapped[Invoice] = relationship()


class AllocationReversal(Base):
    """消込の取消: from here on the allocation counts no more, and why; both rows stay."""

    __tablename__ = "helpdesk_allocation_reversal"

    id: Mapped[int] = mapped_column(primary_key=True)
    allocation_id: Mapped[int] = mapped_column(ForeignKey("helpdesk_allocation.id"), unique=True)
    reason: Mapped[str] = mapped_column(String(500))
    reversed_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    reversed_by_id: Mapped[int | None] = mapped_column(Integer)
    reversed_by_name: Mapped[str] = mapped_column(String(100), default="")

    allocation: Mapped[Allocation] = relationship()


@permanent("支払")
class Payment(Base):
    """支払: what is to be transferred to a business; whether it was follows from its transfers (`TransferRow`).

    It comes from an approved statement, or gives an overpayment back (`receipt_id`).
    """

    __tablename__ = "helpdesk_payment"
    __table_args__ = (
        CheckConstraint("amount_yen > 0", name="amount_positive"),
        CheckConstraint("(statement_id is null) <> (receipt_id is null)", name="one_cause"),
        Index("ix_helpdesk_payment_pay_on", "pay_on", "id"),
        Index(
            "ix_helpdesk_payment_receipt",  # of the few that give something back
            "receipt_id",
            sqlite_where=text("receipt_id is not null"),
            postgresql_where=text("receipt_id is not null"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(String(60), unique=True)
    business_id: Mapped[int] = mapped_column(ForeignKey(Business.__table__.c.id), index=True)
    statement_id: Mapped[int | None] = mapped_column(
        ForeignKey("helpdesk_business_statement.id"), unique=True
    )
    receipt_id: Mapped[int | None] = mapped_column(ForeignKey("helpdesk_receipt.id"))
    amount_yen: Mapped[int] = mapped_column(BigInteger)
    pay_on: Mapped[date] = mapped_column(Date)
    recorded_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    recorded_by_id: Mapped[int | None] = mapped_column(Integer)
    recorded_by_name: Mapped[str] = mapped_column(String(200), default="")

    business: Mapped[Business] = relationship()
