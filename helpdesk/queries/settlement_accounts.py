"""口座の画面: one account as a page: its lines, its payments, the balance as a picture; and as a document."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from cases.models import Business
from helpdesk.documents.document import Column, Document, Fact, KeyValues, Table
from helpdesk.ledger.lists import AllocationRow, allocations_of_invoices
from helpdesk.ledger.models import TRANSFER_OUTCOMES, Payment, TransferRow
from helpdesk.ledger.statement import StatementLine, statement
from helpdesk.presentation import japanese_date
from helpdesk.queries.balance_plot import BalancePlot, balance_plot

KINDS = {"invoice": "請求", "receipt": "入金", "refund": "返金", "receipt_reversal": "入金の取消"}


@dataclass(frozen=True, slots=True)
class PaidOut:
    """この事業者への支払の一行, with what became of its last transfer."""

    payment: Payment
    state: str


@dataclass(frozen=True, slots=True)
class AccountPage:
    """口座の画面."""

    business: Business
    lines: Sequence[StatementLine]
    allocations: Sequence[AllocationRow]
    payments: Sequence[PaidOut]
    plot: BalancePlot | None

    @property
    def balance_yen(self) -> int:
        """What the business owes in all; negative: it has paid too much."""
        return self.lines[-1].balance_yen if self.lines else 0

    @property
    def open_yen(self) -> int:
        """未入金."""
        return sum(line.unsettled_yen for line in self.lines if line.kind == "invoice")

    @property
    def left_yen(self) -> int:
        """未消込."""
        return sum(line.unsettled_yen for line in self.lines if line.kind == "receipt")


def account_page(session: Session, business: Business, *, today: date) -> AccountPage:
    """The account in a fixed number of statements."""
    lines = statement(session, business.id)
    return AccountPage(
        business,
        lines,
        allocations_of_invoices(session, [line.id for line in lines if line.kind == "invoice"]),
        _payments(session, business.id),
        balance_plot([(line.on, line.balance_yen) for line in lines], today),
    )


def account_document(page: AccountPage, *, made_at: datetime, today: date, sender: str) -> Document:
    """取引明細書: the account as it stands, to be sent or kept."""
    rows = [
        [
            line.on,
            KINDS[line.kind],
            " ".join(part for part in (line.label, line.note) if part),
            line.amount_yen if line.kind == "invoice" else None,
            -line.amount_yen if line.kind != "invoice" else None,
            line.balance_yen,
        ]
        for line in page.lines
    ]
    columns = [
        Column("日付", "day", 12),
        Column("区分", width=12),
        Column("内容", width=40),
        Column("請求", "yen", 16),
        Column("入金", "yen", 16),
        Column("残高", "yen", 16),
    ]
    notes = ["残高は請求から入金を引いた額です。返金と入金の取消は入金の欄に負の額で示します。"]
    return Document(
        title="取引明細",
        subtitle=f"{page.business.name}（{page.business.code}）　{japanese_date(today)}現在",
        created=made_at,
        sender=[sender],
        blocks=[
            KeyValues(
                [
                    Fact("差引残高", page.balance_yen, "yen"),
                    Fact("未入金", page.open_yen, "yen"),
                    Fact("未消込の入金", page.left_yen, "yen"),
                ]
            ),
            Table("請求と入金の明細", columns, rows, notes),
        ],
    )


def _payments(session: Session, business_id: int) -> list[PaidOut]:
    """What is or was transferred to the business, the newest first."""
    newest = (
        select(TransferRow.outcome)
        .where(TransferRow.payment_id == Payment.id)
        .order_by(TransferRow.id.desc())
        .limit(1)
        .correlate(Payment)
        .scalar_subquery()
    )
    rows = session.execute(
        select(Payment, newest)
        .where(Payment.business_id == business_id)
        .order_by(Payment.pay_on.desc(), Payment.id.desc())
    )
    return [PaidOut(row[0], TRANSFER_OUTCOMES.get(row[1] or "", "振込前")) for row in rows]
