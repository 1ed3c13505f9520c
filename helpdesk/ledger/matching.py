"""自動消込: which invoice a receipt pays when there is no doubt; whatever leaves a doubt waits for a person.

No doubt: the text of the receipt names one open invoice (its number); or the business is known and exactly one of its
open invoices, or all of them together, have just this amount. A receipt of which an allocation was reversed, one that
names an invoice already paid and the rest of an overpayment are left to a person.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from cases.history import Person
from helpdesk.ledger.account_history import Happened, lock_ledger
from helpdesk.ledger.allocating import write_allocation
from helpdesk.ledger.balances import paid_yen
from helpdesk.ledger.models import Allocation, Invoice, Receipt
from helpdesk.ledger.payer_names import Words, number_letters

BY_NUMBER = "請求書番号の記載"
BY_AMOUNT = "事業者と金額の一致"
BY_TOTAL = "事業者の未払合計との一致"


@dataclass
class OpenInvoice:
    """An invoice with what is still open on it while receipts are matched."""

    invoice: Invoice
    open_yen: int

    @cached_property
    def letters(self) -> str:
        """Its number as texts are searched for it."""
        return number_letters(self.invoice.number)


@dataclass(slots=True)
class _Books:
    """What the receipts are compared with."""

    open: list[OpenInvoice]
    of_business: dict[int, list[OpenInvoice]]
    numbers: dict[int, list[str]]  # letters of all invoices of a business, paid ones too
    happened: list[Happened] = field(default_factory=list)


def match_new_receipts(session: Session, *, by: Person, now: datetime) -> list[Happened]:
    """Allocate all receipts that nobody has touched yet, where there is no doubt; the oldest first."""
    lock_ledger(session)
    receipts = _untouched(session)
    if not receipts:
        return []
    books = _books(session, receipts)
    for receipt in receipts:
        found, reason = _unambiguous(receipt, books)
        left = receipt.amount_yen
        for each in found:
            amount_yen = min(left, each.open_yen)
            books.happened.append(
                write_allocation(
                    session, receipt, each.invoice, amount_yen, by=by, now=now, reason=f"自動（{reason}）"
                )
            )
            left -= amount_yen
            each.open_yen -= amount_yen
    return books.happened


def receipt_text(receipt: Receipt) -> str:
    """Where a payer's words stand."""
    return f"{receipt.reference} {receipt.payer_name_kana}"


def open_invoices(session: Session, *conditions: ColumnElement[bool]) -> list[OpenInvoice]:
    """Invoices that are not fully paid, the earliest due first."""
    remaining = Invoice.amount_yen - paid_yen()
    rows = session.execute(
        select(Invoice, remaining).where(remaining > 0, *conditions).order_by(Invoice.due_on, Invoice.id)
    )
    return [OpenInvoice(row[0], row[1]) for row in rows]


def _untouched(session: Session) -> Sequence[Receipt]:
    touched = select(Allocation.id).where(Allocation.receipt_id == Receipt.id)
    return session.scalars(
        select(Receipt).where(~touched.exists()).order_by(Receipt.received_on, Receipt.id)
    ).all()


def _books(session: Session, receipts: Iterable[Receipt]) -> _Books:
    found = open_invoices(session)
    of_business: dict[int, list[OpenInvoice]] = defaultdict(list)
    for each in found:
        of_business[each.invoice.business_id].append(each)
    payers = sorted({receipt.business_id for receipt in receipts if receipt.business_id is not None})
    numbers: dict[int, list[str]] = defaultdict(list)
    for start in range(0, len(payers), 500):
        asked = select(Invoice.business_id, Invoice.number).where(
            Invoice.business_id.in_(payers[start : start + 500])
        )
        for business_id, number in session.execute(asked):
            numbers[business_id].append(number_letters(number))
    return _Books(found, of_business, numbers)


def _unambiguous(receipt: Receipt, books: _Books) -> tuple[list[OpenInvoice], str]:
    """The invoices that a receipt pays without doubt, and why there is none."""
    words, business_id = Words(receipt_text(receipt)), receipt.business_id
    named = [each for each in books.open if each.open_yen and words.mention(each.letters)]
    if any(business_id not in (None, each.invoice.business_id) for each in named):
        return [], ""
    if len(named) == 1 or (named and sum(each.open_yen for each in named) == receipt.amount_yen):
        return named, BY_NUMBER
    if named or business_id is None:
        return [], ""
    if any(words.mention(number) for number in books.numbers[business_id]):
        return [], ""  # names an invoice that is paid already
    own = [each for each in books.of_business[business_id] if each.open_yen]
    exact = [each for each in own if each.open_yen == receipt.amount_yen]
    if len(exact) == 1:
        return exact, BY_AMOUNT
    if len(own) > 1 and sum(each.open_yen for each in own) == receipt.amount_yen:
        return own, BY_TOTAL
    return [], ""
