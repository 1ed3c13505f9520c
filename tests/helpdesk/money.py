"""Invoices and receipts for tests, through the real services."""

from datetime import date

from sqlalchemy.orm import Session

from cases.history import SYSTEM
from helpdesk.desk import Desk
from helpdesk.ledger.invoices import InvoiceEntry, record_invoices
from helpdesk.ledger.models import Invoice, Receipt
from helpdesk.ledger.receipts import ReceiptEntry, record_receipts

ISSUED = date(2026, 6, 1)


def invoice_entry(
    number: str, business_id: int, amount_yen: int, due_on: date, **changed: object
) -> InvoiceEntry:
    """An invoice of the contribution of April."""
    values: dict = {
        "kind": "contribution",
        "fiscal_year": 2026,
        "delivery_month": 4,
        "issued_on": min(ISSUED, due_on),
    }
    return InvoiceEntry(
        number=number, business_id=business_id, amount_yen=amount_yen, due_on=due_on, **(values | changed)
    )


def add_invoice(
    session: Session,
    desk: Desk,
    number: str,
    business_id: int,
    amount_yen: int,
    due_on: date,
    **changed: object,
) -> Invoice:
    """One invoice, recorded."""
    entry = invoice_entry(number, business_id, amount_yen, due_on, **changed)
    [made] = record_invoices(session, [entry], now=desk.clock()).new
    return made


def receipt_entry(
    reference: str, amount_yen: int, *, business_id: int | None = None, on: date, payer: str = ""
) -> ReceiptEntry:
    """A receipt as the bank tells it."""
    return ReceiptEntry(reference, business_id, payer, amount_yen, on)


def add_receipt(
    session: Session,
    desk: Desk,
    reference: str,
    amount_yen: int,
    *,
    business_id: int | None = None,
    on: date = date(2026, 6, 29),
    payer: str = "",
) -> Receipt:
    """One receipt, booked and not allocated."""
    entry = receipt_entry(reference, amount_yen, business_id=business_id, on=on, payer=payer)
    [made] = record_receipts(session, [entry], by=SYSTEM, now=desk.clock()).new
    return made
