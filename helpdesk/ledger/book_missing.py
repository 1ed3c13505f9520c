"""未起票の計上: what is in the ledger and not in the books yet: the rows of instances from before there were books."""

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

from sqlalchemy import Select, String, cast, literal, select
from sqlalchemy.orm import InstrumentedAttribute, Session, joinedload

from cases import history
from cases.history import Person
from helpdesk.ledger.account_history import LEDGER, lock_ledger
from helpdesk.ledger.journal import Draft, post
from helpdesk.ledger.models import Allocation, AllocationReversal, Invoice, JournalEntry, Receipt
from helpdesk.ledger.posting import allocation_draft, invoice_draft, receipt_draft, reversal_draft

_ROWS_AT_ONCE = 1_000


def book_missing(session: Session, *, by: Person, now: datetime) -> dict[str, int]:
    """Book every invoice without a statement, receipt, allocation and reversal that has no entry; how many of each."""
    lock_ledger(session)
    booked = {}
    for source, rows, draft in _KINDS:
        count = 0
        for drafts in _batches(session, source, rows, draft):
            count += len(post(session, drafts, by=by, now=now))
        if count:
            booked[source] = count
    if booked:
        history.record(session, LEDGER, "books_completed", booked, by=by, now=now)
    return booked


def _batches(
    session: Session, source: str, rows: Select, draft: Callable[[Any], Draft | None]
) -> Iterator[list[Draft]]:
    [entity] = {each["entity"] for each in rows.column_descriptions}
    last = 0
    while True:
        asked = rows.where(entity.id > last, ~_entry_exists(source, entity.id))
        found = session.scalars(asked.order_by(entity.id).limit(_ROWS_AT_ONCE)).all()
        if not found:
            return
        last = found[-1].id
        yield [made for row in found if (made := draft(row)) is not None]


def _entry_exists(source: str, row_id: InstrumentedAttribute[int]) -> Any:
    key = literal(f"{source}:").concat(cast(row_id, String))
    return select(JournalEntry.id).where(JournalEntry.source_key == key).exists()


def _allocation(allocation: Allocation) -> Draft:
    return allocation_draft(allocation, allocation.receipt, allocation.invoice)


def _reversal(reversal: AllocationReversal) -> Draft:
    allocation = reversal.allocation
    return reversal_draft(reversal, allocation, allocation.receipt, allocation.invoice)


_BOTH_SIDES = (joinedload(Allocation.receipt), joinedload(Allocation.invoice))
_KINDS: tuple[tuple[str, Select, Callable[[Any], Draft | None]], ...] = (
    ("invoice", select(Invoice).where(Invoice.statement_id.is_(None)), invoice_draft),
    ("receipt", select(Receipt), receipt_draft),
    ("allocation", select(Allocation).options(*_BOTH_SIDES), _allocation),
    (
        "reversal",
        select(AllocationReversal).options(joinedload(AllocationReversal.allocation).options(*_BOTH_SIDES)),
        _reversal,
    ),
)
