"""請求と入金の表: invoices, receipts and which receipt pays which invoice. Columns only.

Nothing here is ever changed or deleted; what is paid follows from the allocations that are not reversed.
"""

from datetime import date, datetime

from sqlalchemy import BigInteger, CheckConstraint, Date, DateTime, ForeignKey, Index, Integer, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from cases.models import Business
from helpdesk.database import Base
from helpdesk.register.models import NotifiedResult

INVOICE_KINDS = {"contribution": "容量拠出金", "penalty": "経済的ペナルティ", "statement": "差引請求"}


class Invoice(Base):
    """請求書: what a business owes, since when, until when."""

    __tablename__ = "helpdesk_invoice"
    __table_args__ = (
        Index("ix_helpdesk_invoice_due", "due_on", "id"),
        CheckConstraint("amount_yen > 0", name="amount_positive"),
        CheckConstraint("due_on >= issued_on", name="due_after_issue"),
        CheckConstraint("kind in ('contribution','penalty','statement')", name="kind"),
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
    note: Mapped[str] = mapped_column(String(500), default="")
    recorded_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))

    business: Mapped[Business] = relationship()
    notified_result: Mapped[NotifiedResult | None] = relationship()


class Receipt(Base):
    """入金: money that came in; `reference` is the bank's, so that the same receipt is not booked twice."""

    __tablename__ = "helpdesk_receipt"
    __table_args__ = (CheckConstraint("amount_yen > 0", name="amount_positive"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    reference: Mapped[str] = mapped_column(String(100), unique=True)
    business_id: Mapped[int | None] = mapped_column(ForeignKey(Business.__table__.c.id), index=True)
    payer_name_kana: Mapped[str] = mapped_column(String(200), default="")
    amount_yen: Mapped[int] = mapped_column(BigInteger)
    received_on: Mapped[date] = mapped_column(Date)
    recorded_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    recorded_by_id: Mapped[int | None] = mapped_column(Integer)
    recorded_by_name: Mapped[str] = mapped_column(String(100), default="")

    business: Mapped[Business | None] = relationship()


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
