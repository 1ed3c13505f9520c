"""延滞利息の請求: what late payments cost is invoiced, once each invoice is paid in full, where a rate is configured.

The number of such an invoice follows from the one that was paid late, so asking twice bills nothing twice. All of it is
one commit.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from cases.business_calendar import BANK, Holidays, load_holidays
from helpdesk.clock import in_japan
from helpdesk.desk import Desk
from helpdesk.errors import Problem, Refused
from helpdesk.ledger.account_history import lock_ledger, write_account_history
from helpdesk.ledger.balances import in_force, paid_yen
from helpdesk.ledger.invoices import InvoiceEntry, record_invoices
from helpdesk.ledger.late_interest import KIND, LateInterest, late_interest
from helpdesk.ledger.models import Allocation, Invoice, Receipt
from helpdesk.users.permissions import Person, require

TITLE = "延滞利息"


@dataclass(frozen=True, slots=True)
class Billable:
    """請求できる延滞利息: the invoice that was paid late, and what that costs."""

    invoice: Invoice
    interest: LateInterest


def bill_late_interest(
    session: Session, desk: Desk, *, by: Person, invoice_id: int | None = None
) -> list[Invoice]:
    """Invoice all that can be, or that of one invoice. Raises `Refused` where there is nothing (any more)."""
    require(by, "bill_statements", "延滞利息を請求する")
    lock_ledger(session)
    now = desk.clock()
    today, holidays = in_japan(now).date(), load_holidays(session)
    found = billable(session, today=today, holidays=holidays, invoice_id=invoice_id)
    if not found:
        words = "請求できる延滞利息はありません。全額が入金され、年率（annual_rate）が設定された請求書だけが対象です"
        raise Refused([Problem(TITLE, words)])
    due_on = BANK.next_open_day(today + timedelta(days=desk.settings.invoice_due_days), holidays)
    entries = [_entry(each, today, due_on) for each in found]
    recorded = record_invoices(session, entries, by=by, now=now)
    write_account_history(session, recorded.happened, by=by, now=now)
    session.commit()
    return recorded.new


def billable(
    session: Session, *, today: date, holidays: Holidays, invoice_id: int | None = None
) -> Sequence[Billable]:
    """Invoices that are paid in full, late, with interest that has not been invoiced, in a fixed number of statements."""
    paid_late = (
        select(Allocation.id)
        .join(Receipt, Receipt.id == Allocation.receipt_id)
        .where(Allocation.invoice_id == Invoice.id, Receipt.received_on > Invoice.due_on, in_force())
    )
    asked = select(Invoice).where(
        Invoice.kind != KIND, Invoice.amount_yen == paid_yen(), paid_late.correlate(Invoice).exists()
    )
    if invoice_id is not None:
        asked = asked.where(Invoice.id == invoice_id)
    billed = set(session.scalars(select(Invoice.number).where(Invoice.kind == KIND)))
    paid = [
        each
        for each in session.scalars(asked.order_by(Invoice.due_on, Invoice.id))
        if interest_number(each) not in billed
    ]
    interest = late_interest(session, paid, today=today, holidays=holidays)
    return [
        Billable(each, interest[each.id])
        for each in paid
        if each.id in interest and interest[each.id].interest_yen
    ]


def interest_number(invoice: Invoice) -> str:
    """請求書 L2026-000012, of the invoice of this id: a letter and digits that a payer can name."""
    return f"請求書 L{invoice.fiscal_year}-{invoice.id:06d}"


def _entry(each: Billable, today: date, due_on: date) -> InvoiceEntry:
    invoice = each.invoice
    return InvoiceEntry(
        number=interest_number(invoice),
        business_id=invoice.business_id,
        kind=KIND,
        fiscal_year=invoice.fiscal_year,
        delivery_month=invoice.delivery_month,
        amount_yen=each.interest.interest_yen,
        issued_on=today,
        due_on=due_on,
        note=f"請求書 {invoice.number}（支払期限 {invoice.due_on.isoformat()}）の延滞利息",
    )
