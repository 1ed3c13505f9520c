"""督促の表: which reminder of which invoice was sent when. Columns only."""

from datetime import date, datetime

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Date,
    DateTime,
    ForeignKey,
    Integer,
    String,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from cases.models import AppendOnlyId
from helpdesk.database import Base
from helpdesk.ledger.models.billing import Invoice
from helpdesk.register.models.permanent import permanent


@permanent("督促")
class DunningNotice(Base):
    """督促: one step of reminding a late payer of one invoice, with what was open on that day."""

    __tablename__ = "helpdesk_dunning_notice"
    __table_args__ = (
        UniqueConstraint("invoice_id", "step"),
        CheckConstraint("open_yen > 0", name="open_positive"),
        CheckConstraint("step >= 1", name="step_positive"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(AppendOnlyId, primary_key=True)
    number: Mapped[str] = mapped_column(String(60), unique=True)
    invoice_id: Mapped[int] = mapped_column(ForeignKey("helpdesk_invoice.id"))
    step: Mapped[int] = mapped_column(Integer)
    open_yen: Mapped[int] = mapped_column(BigInteger)
    interest_yen: Mapped[int | None] = mapped_column(BigInteger)  # up to that day; none: not configured
    dunned_on: Mapped[date] = mapped_column(Date)
    pay_by: Mapped[date] = mapped_column(Date)
    addressee: Mapped[str] = mapped_column(
        String(320), default=""
    )  # the mail address it went to; empty: by post
    made_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    made_by_id: Mapped[int | None] = mapped_column(Integer)
    made_by_name: Mapped[str] = mapped_column(String(200))

    invoice: Mapped[Invoice] = relationship()
