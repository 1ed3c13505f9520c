"""自動消込: receipts that nobody has touched pay invoices where there is no doubt (`undoubted`); the others wait.

A receipt of which an allocation was reversed or something was given back, a set-off, one that names an invoice already
paid and the rest of an overpayment are left to a person; one that was taken back pays nothing.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from cases.history import Person
from cases.models import Business
from helpdesk.ledger.account_history import Happened, lock_ledger
from helpdesk.ledger.allocating import write_allocations
from helpdesk.ledger.balances import is_reversed, paid_yen
from helpdesk.ledger.models import Allocation, Invoice, Payment, Receipt
from helpdesk.ledger.payer_names import Payers, number_letters
from helpdesk.ledger.undoubted import OpenInvoice, undoubted

_ROWS_ASKED = 500


def match_new_receipts(session: Session, *, by: Person, now: datetime) -> list[Happened]:
    """Allocate all receipts that nobody has touched yet, where there is no doubt."""
    lock_ledger(session)
    receipts = _untouched(session)
    if not receipts:
        return []
    payers = known_payers(session)
    found = undoubted(receipts, open_invoices(session), payers, _numbers(session, receipts, payers))
    return write_allocations(session, found, by=by, now=now)


def open_invoices(session: Session, *conditions: ColumnElement[bool]) -> list[OpenInvoice]:
    """Invoices that are not fully paid, the earliest due first."""
    remaining = Invoice.amount_yen - paid_yen()
    rows = session.execute(
        select(Invoice, remaining).where(remaining > 0, *conditions).order_by(Invoice.due_on, Invoice.id)
    )
    return [OpenInvoice(row[0], row[1]) for row in rows]


def known_payers(session: Session) -> Payers:
    """All businesses by the names that a bank may tell."""
    return Payers(session.execute(select(Business.id, Business.name, Business.name_kana)))


def _untouched(session: Session) -> Sequence[Receipt]:
    allocated = select(Allocation.id).where(Allocation.receipt_id == Receipt.id)
    given_back = select(Payment.id).where(Payment.receipt_id == Receipt.id)
    return session.scalars(
        select(Receipt).where(
            Receipt.origin == "bank", ~allocated.exists(), ~given_back.exists(), ~is_reversed()
        )
    ).all()


def _numbers(session: Session, receipts: Iterable[Receipt], payers: Payers) -> dict[int, list[str]]:
    """The letters of all invoices, paid ones too, of the businesses that these receipts are from."""
    found = {each.business_id or payers.the_one(each.payer_name_kana) for each in receipts} - {None}
    known = sorted(each for each in found if each is not None)
    numbers: dict[int, list[str]] = defaultdict(list)
    for start in range(0, len(known), _ROWS_ASKED):
        asked = select(Invoice.business_id, Invoice.number).where(
            Invoice.business_id.in_(known[start : start + _ROWS_ASKED])
        )
        for business_id, number in session.execute(asked):
            numbers[business_id].append(number_letters(number))
    return numbers
