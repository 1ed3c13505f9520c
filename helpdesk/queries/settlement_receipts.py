"""入金・消込の画面: each receipt that waits with the likeliest invoice, and which of them only need to be looked over."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from helpdesk.ledger.candidates import Candidate, Comparison
from helpdesk.ledger.lists import ReceiptRow
from helpdesk.ledger.models import Allocation, AllocationReversal, Invoice, Payment
from helpdesk.ledger.reversing import reversed_references, told_reversed


@dataclass(frozen=True, slots=True)
class Waiting:
    """一件の入金, with its likeliest candidate; `is_obvious`: it stands before all others for amount and payer."""

    row: ReceiptRow
    candidate: Candidate | None
    is_obvious: bool

    @property
    def may_be_chosen(self) -> bool:
        """Whether it can be ticked; what pays several invoices together is opened."""
        return self.candidate is not None and not self.candidate.together

    @property
    def choice(self) -> str:
        """What a tick says: which receipt, how much, for which invoice."""
        assert self.candidate is not None
        return f"{self.row.receipt.id}:{self.candidate.take_yen}:{self.candidate.invoice.number}"


def with_candidates(session: Session, rows: Sequence[ReceiptRow]) -> list[Waiting]:
    """The rows of a page with their candidates, in a fixed number of statements; of two that would take the same
    invoice only the first is obvious."""
    if not any(row.left_yen for row in rows):
        return [Waiting(row, None, is_obvious=False) for row in rows]
    compared, taken, found = Comparison(session), set(), []
    for row in rows:
        proposed = compared.candidates(row.receipt, row.left_yen) if row.left_yen else []
        obvious = compared.obvious(proposed, row.left_yen)
        is_free = obvious is not None and obvious.invoice.id not in taken
        if obvious is not None and is_free:
            taken.add(obvious.invoice.id)
        found.append(Waiting(row, proposed[0] if proposed else None, is_obvious=is_free))
    return found


def together_of(proposed: Sequence[Candidate]) -> list[Candidate]:
    """The candidates that come to the receipt's amount together, of the likeliest sum."""
    first = next((each for each in proposed if each.together), None)
    return [each for each in proposed if first is not None and each.together == first.together]


def refunds_of(session: Session, receipt_id: int) -> Sequence[Payment]:
    """返金 of a receipt, in their order."""
    return session.scalars(select(Payment).where(Payment.receipt_id == receipt_id).order_by(Payment.id)).all()


def likely_payee(session: Session, receipt_id: int) -> int | None:
    """返金先 that is proposed: the business of the invoices that the receipt pays, where they are one's."""
    found = session.scalars(
        select(Invoice.business_id)
        .join(Allocation, Allocation.invoice_id == Invoice.id)
        .outerjoin(AllocationReversal, AllocationReversal.allocation_id == Allocation.id)
        .where(Allocation.receipt_id == receipt_id, AllocationReversal.id.is_(None))
        .distinct()
    ).all()
    return found[0] if len(found) == 1 else None


def reversed_note(session: Session, reference: str) -> str | None:
    """入金の取消 of the receipt of this reference, in words; None: it was not reversed."""
    reversal = reversed_references(session, [reference]).get(reference)
    return f"取引番号「{reference}」の入金は{told_reversed(reversal)}" if reversal else None
