"""残高: what is open on an invoice and left of a receipt; always derived from the allocations in force, never stored.

What is given back of a receipt (返金, a `Payment` of it) is used up as well, from the moment it is decided; of a receipt
that was reversed (入金の取消) nothing is left.
"""

from collections.abc import Sequence

from sqlalchemy import BigInteger, ColumnElement, case, cast, func, select, union_all
from sqlalchemy.orm import InstrumentedAttribute, Session

from helpdesk.ledger.models import (
    Allocation,
    AllocationReversal,
    Invoice,
    Payment,
    Receipt,
    ReceiptReversal,
)

_ROWS_ASKED = 500


def in_force() -> ColumnElement[bool]:
    """Which allocations count: those that are not reversed."""
    reversal = select(AllocationReversal.id).where(AllocationReversal.allocation_id == Allocation.id)
    return ~reversal.correlate(Allocation).exists()


def is_reversed() -> ColumnElement[bool]:
    """Whether a `Receipt` of the statement around it was taken back (入金の取消)."""
    reversal = select(ReceiptReversal.id).where(ReceiptReversal.receipt_id == Receipt.id)
    return reversal.correlate(Receipt).exists()


def whole_yen(amount: ColumnElement | InstrumentedAttribute) -> ColumnElement[int]:
    """A sum of yen as an integer on both databases (PostgreSQL would make it a numeric); 0 of nothing."""
    return cast(func.coalesce(func.sum(amount), 0), BigInteger)


def paid_yen() -> ColumnElement[int]:
    """What has been paid on an `Invoice` of the statement around it."""
    paid = select(whole_yen(Allocation.amount_yen)).where(Allocation.invoice_id == Invoice.id, in_force())
    return paid.correlate(Invoice).scalar_subquery()


def used_yen() -> ColumnElement[int]:
    """What has been allocated or given back of a `Receipt` of the statement around it; all of a reversed one."""
    used = select(whole_yen(Allocation.amount_yen)).where(Allocation.receipt_id == Receipt.id, in_force())
    back = select(whole_yen(Payment.amount_yen)).where(Payment.receipt_id == Receipt.id)
    gone = case((is_reversed(), Receipt.amount_yen), else_=0)
    return used.correlate(Receipt).scalar_subquery() + back.correlate(Receipt).scalar_subquery() + gone


def open_yen(session: Session, invoices: Sequence[Invoice]) -> dict[int, int]:
    """What is still open, by invoice id."""
    paid = _allocated(session, Allocation.invoice_id, [invoice.id for invoice in invoices])
    return {invoice.id: invoice.amount_yen - paid.get(invoice.id, 0) for invoice in invoices}


def left_yen(session: Session, receipts: Sequence[Receipt]) -> dict[int, int]:
    """What is neither allocated nor given back yet (未消込), by receipt id."""
    ids = [receipt.id for receipt in receipts]
    used, gone = _allocated(session, Allocation.receipt_id, ids), _gone(session, ids)
    return {each.id: each.amount_yen - used.get(each.id, 0) - gone.get(each.id, 0) for each in receipts}


def _gone(session: Session, receipt_ids: Sequence[int]) -> dict[int, int]:
    """What was decided to be given back (返金) or was taken back (入金の取消), by receipt id; only those of which something was."""
    found: dict[int, int] = {}
    for start in range(0, len(receipt_ids), _ROWS_ASKED):
        some = receipt_ids[start : start + _ROWS_ASKED]
        both = union_all(
            select(Payment.receipt_id, Payment.amount_yen).where(Payment.receipt_id.in_(some)),
            select(Receipt.id, Receipt.amount_yen)
            .join(ReceiptReversal, ReceiptReversal.receipt_id == Receipt.id)
            .where(Receipt.id.in_(some)),
        ).subquery()
        asked = select(both.c.receipt_id, whole_yen(both.c.amount_yen)).group_by(both.c.receipt_id)
        found |= {row[0]: row[1] for row in session.execute(asked)}
    return found


def _allocated(session: Session, side: InstrumentedAttribute[int], ids: Sequence[int]) -> dict[int, int]:
    found: dict[int, int] = {}
    for start in range(0, len(ids), _ROWS_ASKED):
        asked = (
            select(side, whole_yen(Allocation.amount_yen))
            .where(side.in_(ids[start : start + _ROWS_ASKED]), in_force())
            .group_by(side)
        )
        found |= {row[0]: row[1] for row in session.execute(asked)}
    return found
