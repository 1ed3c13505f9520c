"""口座: one business's invoices, receipts and what went back, by day, with the running balance; all of it derived."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import Session

from cases.models import Business
from helpdesk.ledger.balances import in_force, is_reversed, paid_yen, used_yen, whole_yen
from helpdesk.ledger.models import Allocation, Invoice, Payment, Receipt, ReceiptReversal


@dataclass(frozen=True, slots=True)
class StatementLine:
    """One line: an invoice adds to what is owed, a receipt takes from it, its repayment or reversal adds again."""

    on: date
    kind: str  # invoice | receipt | refund | receipt_reversal
    id: int
    label: str
    note: str
    amount_yen: int  # signed: what it does to the balance
    balance_yen: int
    unsettled_yen: int  # open on the invoice, not allocated of the receipt


@dataclass(frozen=True, slots=True)
class AccountRow:
    """残高一覧の一行: what a business was billed, what came in (and stayed) and went back, what is open and not allocated."""

    business_id: int
    code: str
    name: str
    billed_yen: int
    received_yen: int
    open_yen: int
    unallocated_yen: int
    refunded_yen: int = 0

    @property
    def balance_yen(self) -> int:
        """What the business owes in all; negative: it has paid too much."""
        return self.billed_yen - self.received_yen + self.refunded_yen


def statement(session: Session, business_id: int) -> list[StatementLine]:
    """The account from its beginning, in six statements.

    A receipt of an unknown payer counts where it was allocated, and where it was given back.
    """
    entries: list[tuple[date, int, int, StatementLine]] = []
    invoices = session.execute(
        select(Invoice, Invoice.amount_yen - paid_yen()).where(Invoice.business_id == business_id)
    )
    for invoice, open_yen in invoices:
        line = StatementLine(
            invoice.issued_on, "invoice", invoice.id, invoice.number, "", invoice.amount_yen, 0, open_yen
        )
        entries.append((line.on, 0, invoice.id, line))
    refunds = _refunds(session, business_id)
    unknown = _of_unknown(session, business_id, refunds)
    for receipt, amount_yen, left_yen in [*_own(session, business_id), *unknown]:
        line = StatementLine(
            receipt.received_on,
            "receipt",
            receipt.id,
            receipt.reference,
            receipt.payer_name_kana,
            -amount_yen,
            0,
            left_yen,
        )
        entries.append((line.on, 1, receipt.id, line))
    for payment, receipt in refunds:
        note = f"入金 {receipt.reference} の返金"
        line = StatementLine(
            payment.pay_on, "refund", receipt.id, payment.number, note, payment.amount_yen, 0, 0
        )
        entries.append((line.on, 2, payment.id, line))
    for reversal, receipt in _reversed(session, business_id):
        on, why, yen = reversal.reversed_on, reversal.reason, receipt.amount_yen
        line = StatementLine(on, "receipt_reversal", receipt.id, receipt.reference, why, yen, 0, 0)
        entries.append((line.on, 3, reversal.id, line))
    return _with_balance([line for *_, line in sorted(entries, key=lambda entry: entry[:3])])


def accounts(session: Session, *, after_code: str = "", limit: int = 50, text: str = "") -> list[AccountRow]:
    """The businesses that have an account, by code, from after a code on: one statement."""
    billed = _per_business(Invoice.amount_yen, Invoice.business_id == Business.id, Invoice)
    stayed = and_(Receipt.business_id == Business.id, ~is_reversed())
    own = _per_business(Receipt.amount_yen, stayed, Receipt)
    paid = (
        select(whole_yen(Allocation.amount_yen))
        .join(Invoice, Invoice.id == Allocation.invoice_id)
        .where(Invoice.business_id == Business.id, in_force())
        .correlate(Business)
        .scalar_subquery()
    )
    of_unknown = (
        select(whole_yen(Allocation.amount_yen))
        .join(Invoice, Invoice.id == Allocation.invoice_id)
        .join(Receipt, Receipt.id == Allocation.receipt_id)
        .where(Invoice.business_id == Business.id, Receipt.business_id.is_(None), in_force())
        .correlate(Business)
        .scalar_subquery()
    )
    back = _refunded()
    back_of_unknown = _refunded(Receipt.business_id.is_(None))
    has_one = or_(
        select(Invoice.id).where(Invoice.business_id == Business.id).exists(),
        select(Receipt.id).where(Receipt.business_id == Business.id).exists(),
        select(Payment.id)
        .where(Payment.business_id == Business.id, Payment.receipt_id.is_not(None))
        .exists(),
    )
    sums = (billed, own, paid, of_unknown, back, back_of_unknown)
    asked = select(Business.id, Business.code, Business.name, *sums).where(
        has_one, Business.code > after_code
    )
    if text:
        asked = asked.where(or_(Business.name.contains(text, autoescape=True), Business.code == text))
    rows = session.execute(asked.order_by(Business.code).limit(limit))
    return [
        AccountRow(
            row[0],
            row[1],
            row[2],
            billed_yen=row[3],
            received_yen=row[4] + row[6] + row[8],
            open_yen=row[3] - row[5],
            unallocated_yen=row[4] - (row[5] - row[6]) - (row[7] - row[8]),
            refunded_yen=row[7],
        )
        for row in rows
    ]


def _per_business(amount: ColumnElement, condition: ColumnElement[bool], of: type) -> ColumnElement[int]:
    return select(whole_yen(amount)).where(condition).correlate(Business).select_from(of).scalar_subquery()


def _own(session: Session, business_id: int) -> list[tuple[Receipt, int, int]]:
    rows = session.execute(
        select(Receipt, Receipt.amount_yen - used_yen()).where(Receipt.business_id == business_id)
    )
    return [(receipt, receipt.amount_yen, left_yen) for receipt, left_yen in rows]


def _of_unknown(
    session: Session, business_id: int, refunds: Sequence[tuple[Payment, Receipt]]
) -> list[tuple[Receipt, int, int]]:
    """What receipts of unknown payers paid of this business's invoices or was given back to it."""
    allocated = session.execute(
        select(Receipt, whole_yen(Allocation.amount_yen))
        .join(Allocation, Allocation.receipt_id == Receipt.id)
        .join(Invoice, Invoice.id == Allocation.invoice_id)
        .where(Invoice.business_id == business_id, Receipt.business_id.is_(None), in_force())
        .group_by(Receipt)
    )
    amounts: dict[Receipt, int] = {row[0]: row[1] for row in allocated}
    for payment, receipt in refunds:
        if receipt.business_id is None:
            amounts[receipt] = amounts.get(receipt, 0) + payment.amount_yen
    return [(receipt, amount_yen, 0) for receipt, amount_yen in amounts.items()]


def _refunds(session: Session, business_id: int) -> Sequence[tuple[Payment, Receipt]]:
    """返金: what was given back to the business, and of which receipts."""
    rows = session.execute(
        select(Payment, Receipt)
        .join(Receipt, Receipt.id == Payment.receipt_id)
        .where(Payment.business_id == business_id)
    )
    return [(row[0], row[1]) for row in rows]


def _reversed(session: Session, business_id: int) -> Sequence[tuple[ReceiptReversal, Receipt]]:
    """入金の取消: which of the business's own receipts were taken back; of an unknown payer's nothing counts any more."""
    rows = session.execute(
        select(ReceiptReversal, Receipt)
        .join(Receipt, Receipt.id == ReceiptReversal.receipt_id)
        .where(Receipt.business_id == business_id)
    )
    return [(row[0], row[1]) for row in rows]


def _refunded(*conditions: ColumnElement[bool]) -> ColumnElement[int]:
    """What was given back to a `Business` of the statement around it."""
    return (
        select(whole_yen(Payment.amount_yen))
        .join(Receipt, Receipt.id == Payment.receipt_id)
        .where(Payment.business_id == Business.id, *conditions)
        .correlate(Business)
        .scalar_subquery()
    )


def _with_balance(lines: list[StatementLine]) -> list[StatementLine]:
    balance, told = 0, []
    for line in lines:
        balance += line.amount_yen
        told.append(
            StatementLine(
                line.on,
                line.kind,
                line.id,
                line.label,
                line.note,
                line.amount_yen,
                balance,
                line.unsettled_yen,
            )
        )
    return told
