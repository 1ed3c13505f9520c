"""入金の取消: a receipt that the bank took back, or that was typed wrongly, counts no more; why can one not be taken back?

Both rows stay. What it paid is open again first; money of it that is being given back (返金), or was, keeps it from being
reversed. A set-off (相殺) is no money that came in: it goes with its statement.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from cases.history import Person
from helpdesk.clock import in_japan
from helpdesk.errors import Conflict, Problem, Refused
from helpdesk.ledger.account_history import Happened, lock_ledger
from helpdesk.ledger.allocating import reverse
from helpdesk.ledger.balances import in_force
from helpdesk.ledger.journal import post
from helpdesk.ledger.models import Allocation, Payment, Receipt, ReceiptReversal, TransferRow
from helpdesk.ledger.payments import IN_FORCE
from helpdesk.ledger.posting import receipt_reversed_draft

WHAT: Final = "入金の取消"
_ASKED_AT_ONCE = 500
_SETOFF = "相殺は銀行からの入金ではないため、取り消せません。相殺を行った精算を確かめてください"


def reverse_receipt(
    session: Session,
    receipt: Receipt,
    *,
    reason: str,
    by: Person,
    now: datetime,
    bank_file_id: int | None = None,
) -> list[Happened]:
    """Reverse what it paid, then the receipt itself, and book it. `bank_file_id` names the file that told it.

    Raises `Refused` without a reason or where it may not be; the second one is told that it is done (`Conflict`).
    """
    lock_ledger(session)
    done = reversals_of(session, [receipt.id]).get(receipt.id)
    if done is not None:
        raise Conflict(f"この入金は{done.reversed_by_name}さんがすでに取り消しています")
    why = " ".join(reason.split())[:500]
    problems = [] if why else [Problem("取消の理由", "入金を取り消すには理由を入力してください")]
    problems += why_not(session, receipt)
    if problems:
        raise Refused(problems)
    asked = select(Allocation.id).where(Allocation.receipt_id == receipt.id, in_force())
    allocation_ids = session.scalars(asked.order_by(Allocation.id)).all()
    happened = [reverse(session, each, reason=f"{WHAT}：{why}", by=by, now=now) for each in allocation_ids]
    reversal = ReceiptReversal(
        receipt_id=receipt.id,
        bank_file_id=bank_file_id,
        reason=why,
        reversed_on=in_japan(now).date(),
        reversed_at=now,
        reversed_by_id=by.id,
        reversed_by_name=by.display_name,
    )
    session.add(reversal)
    session.flush()
    post(session, [receipt_reversed_draft(reversal, receipt)], by=by, now=now)
    return [*happened, _happened(reversal, receipt)]


def why_not(session: Session, receipt: Receipt) -> list[Problem]:
    """Why the receipt may not be reversed; empty: it may."""
    if receipt.origin != "bank":
        return [Problem(WHAT, _SETOFF)]
    transfer = (
        select(TransferRow.outcome)
        .where(TransferRow.payment_id == Payment.id, TransferRow.outcome.in_(IN_FORCE))
        .correlate(Payment)
        .scalar_subquery()
    )
    asked = select(Payment.number, Payment.amount_yen, transfer).where(Payment.receipt_id == receipt.id)
    return [
        Problem(WHAT, f"この入金の返金「{number}」（{amount_yen:,}円）{_WHERE[outcome]}")
        for number, amount_yen, outcome in session.execute(asked.order_by(Payment.id))
    ]


_WHERE: Final = {
    None: "が決まっていて、まだ振り込まれていません。返金のある入金は取り消せません。"
    "振込の依頼に入れずに、経理責任者に連絡してください",
    "ordered": "を銀行に依頼済みです。返金のある入金は取り消せません。銀行に依頼の取消を求め、経理責任者に連絡してください",
    "paid": "は振込済みです。返金のある入金は取り消せません。事業者に返還を求め、経理責任者に連絡してください",
}


def reversals_of(session: Session, receipt_ids: Sequence[int]) -> dict[int, ReceiptReversal]:
    """Which of these receipts were reversed, by receipt id."""
    found: dict[int, ReceiptReversal] = {}
    for start in range(0, len(receipt_ids), _ASKED_AT_ONCE):
        some = receipt_ids[start : start + _ASKED_AT_ONCE]
        rows = session.scalars(select(ReceiptReversal).where(ReceiptReversal.receipt_id.in_(some)))
        found |= {row.receipt_id: row for row in rows}
    return found


def reversed_references(session: Session, references: Sequence[str]) -> dict[str, ReceiptReversal]:
    """Which receipts of these references were reversed, by reference."""
    found: dict[str, ReceiptReversal] = {}
    for start in range(0, len(references), _ASKED_AT_ONCE):
        asked = select(Receipt.reference, ReceiptReversal).join(Receipt)
        some = references[start : start + _ASKED_AT_ONCE]
        found |= {row[0]: row[1] for row in session.execute(asked.where(Receipt.reference.in_(some)))}
    return found


def told_reversed(reversal: ReceiptReversal) -> str:
    """入金の取消 in words that follow the receipt's name."""
    day = reversal.reversed_on.isoformat()
    return f"{day} に取り消されています（{reversal.reason}）。もう一度は記録しません"


def _happened(reversal: ReceiptReversal, receipt: Receipt) -> Happened:
    content = {
        "receipt": receipt.id,
        "reference": receipt.reference,
        "amount_yen": receipt.amount_yen,
        "reason": reversal.reason,
        "reversal": reversal.id,
        "bank_file": reversal.bank_file_id,
    }
    return Happened(receipt.business_id, "receipt_reversed", content)
