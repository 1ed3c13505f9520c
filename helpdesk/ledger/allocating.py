"""消込: so many yen of a receipt pay an invoice, never more than either has left; a wrong one is reversed, not deleted."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from cases.history import Person
from helpdesk.errors import Conflict, NotFound, Problem, Refused
from helpdesk.ledger.account_history import Happened, lock_ledger
from helpdesk.ledger.balances import left_yen, open_yen
from helpdesk.ledger.journal import post
from helpdesk.ledger.models import Allocation, AllocationReversal, Invoice, Receipt
from helpdesk.ledger.posting import allocation_draft, reversal_draft

BY_HAND = "担当者の指定"


@dataclass(frozen=True, slots=True)
class Allotment:
    """消込の案: so many yen of a receipt for an invoice, checked, and why."""

    receipt: Receipt
    invoice: Invoice
    amount_yen: int
    reason: str


def allocate(
    session: Session,
    receipt: Receipt,
    invoice: Invoice,
    amount_yen: int,
    *,
    by: Person,
    now: datetime,
    reason: str = BY_HAND,
) -> Happened:
    """Let a part of a receipt pay an invoice. Raises `Refused` when either has less left, or the businesses differ."""
    [happened] = allocate_several(session, [Allotment(receipt, invoice, amount_yen, reason)], by=by, now=now)
    return happened


def allocate_several(
    session: Session, wanted: Sequence[Allotment], *, by: Person, now: datetime
) -> list[Happened]:
    """All of these allocations, or none: `Refused` names every one for which not enough is left, one after another."""
    lock_ledger(session)
    left = left_yen(session, list({each.receipt.id: each.receipt for each in wanted}.values()))
    owed = open_yen(session, list({each.invoice.id: each.invoice for each in wanted}.values()))
    problems = []
    for each in wanted:
        receipt, invoice, amount_yen = each.receipt, each.invoice, each.amount_yen
        problems += _problems(
            receipt, invoice, amount_yen, left=left[receipt.id], owed=owed[invoice.id], many=len(wanted) > 1
        )
        left[receipt.id] -= amount_yen
        owed[invoice.id] -= amount_yen
    if problems:
        raise Refused(problems)
    return write_allocations(session, wanted, by=by, now=now)


def write_allocation(
    session: Session,
    receipt: Receipt,
    invoice: Invoice,
    amount_yen: int,
    *,
    by: Person,
    now: datetime,
    reason: str,
) -> Happened:
    """One allocation that has been checked under the ledger's lock."""
    allotment = Allotment(receipt, invoice, amount_yen, reason)
    [happened] = write_allocations(session, [allotment], by=by, now=now)
    return happened


def write_allocations(
    session: Session, allotments: Sequence[Allotment], *, by: Person, now: datetime
) -> list[Happened]:
    """The rows and the entries of allocations that have been checked under the ledger's lock, in their order."""
    made = [
        Allocation(
            receipt_id=each.receipt.id,
            invoice_id=each.invoice.id,
            amount_yen=each.amount_yen,
            allocated_at=now,
            allocated_by_id=by.id,
            allocated_by_name=by.display_name,
        )
        for each in allotments
    ]
    session.add_all(made)
    session.flush()
    both = list(zip(made, allotments, strict=True))
    drafts = [allocation_draft(allocation, each.receipt, each.invoice) for allocation, each in both]
    post(session, drafts, by=by, now=now)
    return [
        Happened(
            each.invoice.business_id,
            "receipt_allocated",
            _content(allocation, each.receipt, each.invoice) | {"reason": each.reason},
        )
        for allocation, each in both
    ]


def reverse(session: Session, allocation_id: int, *, reason: str, by: Person, now: datetime) -> Happened:
    """消込の取消: the allocation counts no more. Needs a reason; the second one is told that it is done (`Conflict`)."""
    lock_ledger(session)
    allocation = session.get(Allocation, allocation_id)
    if allocation is None:
        raise NotFound("その消込は登録されていません")
    why = " ".join(reason.split())[:500]
    if not why:
        raise Refused([Problem("取消の理由", "消込を取り消すには理由を入力してください")])
    done = session.scalars(
        select(AllocationReversal).where(AllocationReversal.allocation_id == allocation.id)
    ).one_or_none()
    if done is not None:
        raise Conflict(f"この消込は{done.reversed_by_name}さんがすでに取り消しています")
    reversal = AllocationReversal(
        allocation_id=allocation.id,
        reason=why,
        reversed_at=now,
        reversed_by_id=by.id,
        reversed_by_name=by.display_name,
    )
    session.add(reversal)
    session.flush()
    draft = reversal_draft(reversal, allocation, allocation.receipt, allocation.invoice)
    post(session, [draft], by=by, now=now)
    content = _content(allocation, allocation.receipt, allocation.invoice) | {"reason": why}
    return Happened(allocation.invoice.business_id, "allocation_reversed", content)


def _problems(
    receipt: Receipt, invoice: Invoice, amount_yen: int, *, left: int, owed: int, many: bool
) -> list[Problem]:
    problems = []
    which = f"入金 {receipt.reference} の" if many else ""
    if receipt.business_id is not None and receipt.business_id != invoice.business_id:
        words = f"請求書「{invoice.number}」は、この入金の事業者への請求ではありません。請求書番号を確かめてください"
        problems.append(Problem(f"{which}請求書番号", words))
    if amount_yen <= 0:
        problems.append(Problem(f"{which}消込額", "1円以上にしてください"))
    if amount_yen > left:
        words = f"この入金の未消込額は {max(left, 0):,}円です。それ以下にしてください"
        problems.append(Problem(f"{which}消込額", words))
    if amount_yen > owed:
        words = f"請求書「{invoice.number}」の残額は {max(owed, 0):,}円です。それ以下にしてください"
        problems.append(Problem(f"{which}消込額", words))
    return problems


def _content(allocation: Allocation, receipt: Receipt, invoice: Invoice) -> dict:
    return {
        "allocation": allocation.id,
        "receipt": receipt.id,
        "reference": receipt.reference,
        "invoice": invoice.id,
        "number": invoice.number,
        "amount_yen": allocation.amount_yen,
    }
