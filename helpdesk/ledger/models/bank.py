"""銀行ファイルの表: files written for and read from the bank, and each transfer with what became of it. Columns only."""

from datetime import date, datetime

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Date,
    DateTime,
    ForeignKey,
    Index,
    Integer,
    String,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from cases.models import AppendOnlyId
from helpdesk.database import Base
from helpdesk.ledger.models.billing import Payment
from helpdesk.register.models.permanent import one_of, permanent

BANK_FILE_KINDS = {
    "transfer_request": "総合振込",
    "transfer_result": "振込結果",
    "account_statement": "入出金取引明細",
    "deposit_notice": "振込入金通知",
}
TRANSFER_OUTCOMES = {"ordered": "結果待ち", "paid": "振込済", "failed": "振込不能", "returned": "組戻し"}


@permanent("銀行ファイル")
class BankFile(Base):
    """銀行ファイル: one file to or from the bank; its bytes are kept as a blob of this digest, read once only."""

    __tablename__ = "helpdesk_bank_file"
    __table_args__ = (
        UniqueConstraint("kind", "sha256"),
        CheckConstraint(one_of("kind", BANK_FILE_KINDS), name="kind"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(AppendOnlyId, primary_key=True)
    kind: Mapped[str] = mapped_column(String(20))
    file_name: Mapped[str] = mapped_column(String(200))
    sha256: Mapped[str] = mapped_column(String(64))
    value_on: Mapped[date | None] = mapped_column(Date)  # of a request: the day of the transfers (取組日)
    rows: Mapped[int] = mapped_column(Integer)
    new: Mapped[int] = mapped_column(Integer)
    known: Mapped[int] = mapped_column(Integer)
    amount_yen: Mapped[int] = mapped_column(BigInteger)
    made_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    made_by_id: Mapped[int | None] = mapped_column(Integer)
    made_by_name: Mapped[str] = mapped_column(String(200))


@permanent("振込", except_for=("outcome", "outcome_on", "outcome_reason", "result_file_id"))
class TransferRow(Base):
    """振込: one payment in one request to the bank, with the account as it then was, and what became of it.

    A payment has at most one transfer that waits or is paid; a failed or returned one may be ordered again.
    """

    __tablename__ = "helpdesk_transfer_row"
    __table_args__ = (
        UniqueConstraint("bank_file_id", "sequence"),
        CheckConstraint("amount_yen > 0", name="amount_positive"),
        CheckConstraint(one_of("outcome", TRANSFER_OUTCOMES), name="outcome"),
        Index(
            "uq_helpdesk_transfer_row_in_force",
            "payment_id",
            unique=True,
            sqlite_where=text("outcome in ('ordered', 'paid')"),
            postgresql_where=text("outcome in ('ordered', 'paid')"),
        ),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(AppendOnlyId, primary_key=True)
    bank_file_id: Mapped[int] = mapped_column(ForeignKey("helpdesk_bank_file.id"))
    sequence: Mapped[int] = mapped_column(Integer)
    payment_id: Mapped[int] = mapped_column(ForeignKey("helpdesk_payment.id"), index=True)
    bank_code: Mapped[str] = mapped_column(String(4))
    branch_code: Mapped[str] = mapped_column(String(3))
    account_kind: Mapped[str] = mapped_column(String(1))
    account_number: Mapped[str] = mapped_column(String(7))
    holder_kana: Mapped[str] = mapped_column(String(30))
    amount_yen: Mapped[int] = mapped_column(BigInteger)
    outcome: Mapped[str] = mapped_column(String(10), default="ordered")
    outcome_on: Mapped[date | None] = mapped_column(Date)
    outcome_reason: Mapped[str] = mapped_column(String(200), default="")
    result_file_id: Mapped[int | None] = mapped_column(
        ForeignKey("helpdesk_bank_file.id", name="fk_helpdesk_transfer_row_result_file_id")
    )

    payment: Mapped[Payment] = relationship()
