"""請求と入金の一覧: lists of receipts and allocations for screens, each in a fixed number of statements, paged by key."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, func, or_, select, tuple_
from sqlalchemy.orm import Session

from cases.models import Business
from helpdesk.ledger.balances import is_reversed, used_yen
from helpdesk.ledger.models import Allocation, AllocationReversal, Invoice, Receipt

PAGE = 100


@dataclass(frozen=True, slots=True)
class ReceiptRow:
    """入金の一行, with what is not allocated of it; `is_reversed`: it was taken back (入金の取消)."""

    receipt: Receipt
    business_name: str | None
    left_yen: int
    is_reversed: bool = False


@dataclass(frozen=True, slots=True)
class AllocationRow:
    """消込の一行: what paid what; with its reversal, if it was reversed."""

    id: int
    amount_yen: int
    allocated_at: datetime
    allocated_by_name: str
    receipt_id: int
    reference: str
    received_on: date
    payer_name_kana: str
    invoice_id: int
    number: str
    invoice_business: str
    reversed_at: datetime | None
    reversed_by_name: str | None
    reason: str | None


def receipt_list(
    session: Session, *, only_left: bool, text: str = "", before: str = "", limit: int = PAGE
) -> tuple[list[ReceiptRow], str | None]:
    """Receipts, the newest first, and the cursor of the page after; `only_left`: those with something to allocate."""
    left = Receipt.amount_yen - used_yen()
    columns = (Receipt, Business.name, left, is_reversed())
    asked = select(*columns).outerjoin(Business, Business.id == Receipt.business_id)
    if only_left:
        asked = asked.where(left > 0)
    if text:
        words = (Receipt.reference, Receipt.payer_name_kana, Business.name)
        asked = asked.where(or_(*(column.contains(text, autoescape=True) for column in words)))
    cursor = _read_cursor(before)
    if cursor is not None:
        asked = asked.where(tuple_(Receipt.received_on, Receipt.id) < tuple_(*cursor))
    order = (Receipt.received_on.desc(), Receipt.id.desc())
    rows = [ReceiptRow(*row) for row in session.execute(asked.order_by(*order).limit(limit + 1))]
    shown = rows[:limit]
    last = shown[-1].receipt if len(rows) > limit else None
    return shown, f"{last.received_on.isoformat()}_{last.id}" if last else None


def count_left(session: Session) -> int:
    """未消込の入金: how many receipts wait for somebody to say what they pay."""
    waiting = select(func.count()).select_from(Receipt).where(Receipt.amount_yen - used_yen() > 0)
    return session.scalar(waiting) or 0


def allocations_of_invoices(session: Session, invoice_ids: Sequence[int]) -> list[AllocationRow]:
    """All allocations to these invoices, reversed ones too, in their order."""
    return _allocations(session, Allocation.invoice_id.in_(invoice_ids))


def allocations_of_receipt(session: Session, receipt_id: int) -> list[AllocationRow]:
    """All allocations of a receipt, reversed ones too, in their order."""
    return _allocations(session, Allocation.receipt_id == receipt_id)


def _allocations(session: Session, condition: ColumnElement[bool]) -> list[AllocationRow]:
    rows = session.execute(
        select(
            Allocation.id,
            Allocation.amount_yen,
            Allocation.allocated_at,
            Allocation.allocated_by_name,
            Receipt.id,
            Receipt.reference,
            Receipt.received_on,
            Receipt.payer_name_kana,
            Invoice.id,
            Invoice.number,
            Business.name,
            AllocationReversal.reversed_at,
            AllocationReversal.reversed_by_name,
            AllocationReversal.reason,
        )
        .join(Receipt, Receipt.id == Allocation.receipt_id)
        .join(Invoice, Invoice.id == Allocation.invoice_id)
        .join(Business, Business.id == Invoice.business_id)
        .outerjoin(AllocationReversal, AllocationReversal.allocation_id == Allocation.id)
        .where(condition)
        .order_by(Allocation.id)
    )
    return [AllocationRow(*row) for row in rows]


def _read_cursor(text: str) -> tuple[date, int] | None:
    day, _, number = text.partition("_")
    try:
        on = date.fromisoformat(day)
    except ValueError:
        return None
    return (on, int(number)) if number.isascii() and number.isdigit() and len(number) < 10 else None
