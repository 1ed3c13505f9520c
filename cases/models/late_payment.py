"""入金遅延: the follow-up of one unpaid invoice. Columns only."""

from datetime import datetime

from sqlalchemy import DateTime, ForeignKey, Index, Integer, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from cases.models.base import Base
from cases.models.case import Case


class LatePayment(Base):
    """入金遅延の案件: one invoice that is followed up, by calls (see `PhoneCall`) until it is paid.

    Amounts and due dates are the ledger's; `invoice_reference` names the invoice there (opaque here). Promise and
    next call are those of the newest call that has them.
    """

    __tablename__ = "cases_late_payment"
    __table_args__ = (Index("ix_cases_late_payment_open", "settled_at", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases_case.id"), unique=True)
    invoice_reference: Mapped[int] = mapped_column(Integer, unique=True)
    invoice_number: Mapped[str] = mapped_column(String(60))
    opened_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    settled_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))

    case: Mapped[Case] = relationship()
