"""帳簿の表: double entry, append-only: entries, their lines, and the periods that take no more entries. Columns only."""

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
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from cases.models import AppendOnlyId, Business
from helpdesk.database import Base
from helpdesk.register.models.permanent import permanent


@permanent("仕訳")
class JournalEntry(Base):
    """仕訳: one business transaction in the books; its lines' debits equal its credits.

    `booked_on` (計上日) decides the period, `happened_on` (取引日) is when it was: they differ where the month was closed.
    `source_key` names the one thing that it books (`invoice:12`), so that nothing is booked twice.
    """

    __tablename__ = "helpdesk_journal_entry"
    __table_args__ = (
        Index("ix_helpdesk_journal_entry_period", "period", "id"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(AppendOnlyId, primary_key=True)
    number: Mapped[str] = mapped_column(String(20), unique=True)  # 2026-000123, by accounting year
    booked_on: Mapped[date] = mapped_column(Date)
    period: Mapped[str] = mapped_column(String(7))  # "2026-09"
    happened_on: Mapped[date] = mapped_column(Date)
    kind: Mapped[str] = mapped_column(String(30))
    description: Mapped[str] = mapped_column(String(300))
    source_key: Mapped[str] = mapped_column(String(100), unique=True)
    business_id: Mapped[int | None] = mapped_column(ForeignKey(Business.__table__.c.id), index=True)
    made_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    made_by_id: Mapped[int | None] = mapped_column(Integer)
    made_by_name: Mapped[str] = mapped_column(String(200), default="")

    business: Mapped[Business | None] = relationship()
    lines: Mapped[list["JournalLine"]] = relationship(back_populates="entry", order_by="JournalLine.line")


@permanent("仕訳の明細")
class JournalLine(Base):
    """仕訳の明細: so many yen on one side of one account (勘定科目, by its code), of one business or of none."""

    __tablename__ = "helpdesk_journal_line"
    __table_args__ = (
        UniqueConstraint("entry_id", "line"),
        CheckConstraint("debit_yen >= 0 and credit_yen >= 0", name="not_negative"),
        CheckConstraint("(debit_yen = 0) <> (credit_yen = 0)", name="one_side"),
        Index("ix_helpdesk_journal_line_account", "account", "business_id", "entry_id"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(AppendOnlyId, primary_key=True)
    entry_id: Mapped[int] = mapped_column(ForeignKey("helpdesk_journal_entry.id"))
    line: Mapped[int] = mapped_column(Integer)
    account: Mapped[str] = mapped_column(String(10))
    business_id: Mapped[int | None] = mapped_column(ForeignKey(Business.__table__.c.id))
    debit_yen: Mapped[int] = mapped_column(BigInteger, default=0)
    credit_yen: Mapped[int] = mapped_column(BigInteger, default=0)

    entry: Mapped[JournalEntry] = relationship(back_populates="lines")


@permanent("締め")
class PeriodClosing(Base):
    """締め: a month ("2026-09") or an accounting year ("2026") that takes no more entries, with its sums and checks."""

    __tablename__ = "helpdesk_period_closing"

    id: Mapped[int] = mapped_column(primary_key=True)
    period: Mapped[str] = mapped_column(String(7), unique=True)
    entries: Mapped[int] = mapped_column(Integer)
    debit_yen: Mapped[int] = mapped_column(BigInteger)
    credit_yen: Mapped[int] = mapped_column(BigInteger)
    checks: Mapped[list] = mapped_column(JSON)  # the checklist as it stood: [label, state, words]
    reason: Mapped[str] = mapped_column(String(500), default="")  # why it was closed with something open
    closed_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    closed_by_id: Mapped[int | None] = mapped_column(Integer)
    closed_by_name: Mapped[str] = mapped_column(String(200))
