"""Money comes in, is allocated, or was allocated wrongly: the ledger changes and the late-payment cases follow.

Each step is committed once, with the events of cases first and those of the accounts after them.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from cases import late_payments
from cases.business_calendar import BANK, load_holidays
from cases.models import Business, LatePayment
from helpdesk.clock import in_japan
from helpdesk.desk import Desk
from helpdesk.errors import Problem, Refused
from helpdesk.fail_points import fail_point
from helpdesk.ledger import allocating
from helpdesk.ledger.account_history import Happened, lock_ledger, write_account_history
from helpdesk.ledger.allocating import Allotment
from helpdesk.ledger.balances import left_yen, open_yen
from helpdesk.ledger.invoices import invoice_by_number
from helpdesk.ledger.journal import post
from helpdesk.ledger.matching import match_new_receipts
from helpdesk.ledger.models import Invoice, Payment, Receipt
from helpdesk.ledger.payments import PaymentEntry, payment_recorded, record_payments
from helpdesk.ledger.posting import payment_draft
from helpdesk.ledger.receipts import ReceiptEntry, receipt_by_id, record_receipts
from helpdesk.ledger.reversing import reverse_receipt as take_receipt_back
from helpdesk.users.permissions import Person, require

_ROWS_ASKED = 500
PAID = "請求額の全額の入金を確認"
OPEN_AGAIN = "消込の取消により未入金に戻った"


def enter_receipt(
    session: Session, desk: Desk, entry: ReceiptEntry, *, by: Person
) -> tuple[Receipt | None, int]:
    """Book one receipt and match it where there is no doubt: the receipt (None: it was booked before) and matches."""
    require(by, "record_receipts", "入金を記録する")
    now = desk.clock()
    recorded = record_receipts(session, [entry], by=by, now=now)
    matched = match_new_receipts(session, by=by, now=now) if recorded.new else []
    finish(session, [*recorded.happened, *matched], by=by, now=now)
    session.commit()
    return (recorded.new[0] if recorded.new else None), len(matched)


def allocate_receipt(
    session: Session, desk: Desk, receipt_id: int, invoice_number: str, amount_yen: int, *, by: Person
) -> Invoice:
    """Let so many yen of a receipt pay the invoice of this number."""
    require(by, "record_receipts", "消込をする")
    lock_ledger(session)
    receipt, invoice = receipt_by_id(session, receipt_id), invoice_by_number(session, invoice_number)
    if invoice is None:
        words = f"請求書「{invoice_number.strip()[:60]}」は登録されていません。番号を確かめてください"
        raise Refused([Problem("請求書番号", words)])
    now = desk.clock()
    happened = allocating.allocate(session, receipt, invoice, amount_yen, by=by, now=now)
    finish(session, [happened], by=by, now=now)
    session.commit()
    return invoice


def allocate_receipts(
    session: Session, desk: Desk, wanted: Sequence[tuple[int, str, int]], *, by: Person
) -> int:
    """Let several receipts (id, invoice number, yen each) pay at once, all or nothing; how many allocations."""
    require(by, "record_receipts", "消込をする")
    lock_ledger(session)
    allotments, problems = [], []
    for receipt_id, number, amount_yen in wanted:
        receipt, invoice = session.get(Receipt, receipt_id), invoice_by_number(session, number)
        if receipt is None or invoice is None:
            words = "入金か請求書が登録されていません。画面を開き直してください"
            problems.append(Problem(f"請求書 {number.strip()[:60]}", words))
        else:
            allotments.append(Allotment(receipt, invoice, amount_yen, allocating.BY_HAND))
    if not wanted:
        problems.append(Problem("消込", "消し込む入金を選んでください"))
    if problems:
        raise Refused(problems)
    now = desk.clock()
    happened = allocating.allocate_several(session, allotments, by=by, now=now)
    finish(session, happened, by=by, now=now)
    session.commit()
    return len(happened)


def refund_receipt(
    session: Session,
    desk: Desk,
    receipt_id: int,
    amount_yen: int,
    *,
    business_id: int | None = None,
    by: Person,
) -> Payment:
    """過入金の返金: give so much of what is left of a receipt back; the next bank day pays it.

    `business_id` says to whom where the receipt's business is not recorded. Raises `Refused`, `NotFound`.
    """
    require(by, "record_receipts", "過入金を返金する")
    lock_ledger(session)
    receipt, now = receipt_by_id(session, receipt_id), desk.clock()
    payee = receipt.business_id or business_id
    left = left_yen(session, [receipt])[receipt.id]
    problems = []
    if receipt.origin != "bank":
        problems.append(Problem("返金", "相殺は銀行からの入金ではないため、返金できません"))
    if not 0 < amount_yen <= left:
        words = f"この入金の未消込額は {left:,}円です。1円以上、それ以下にしてください"
        problems.append(Problem("返金額", words))
    if payee is None or (receipt.business_id not in (None, business_id) and business_id is not None):
        problems.append(Problem("返金先", "入金をした事業者を選んでください"))
    elif session.get(Business, payee) is None:
        problems.append(Problem("返金先", "その事業者は登録されていません"))
    if problems or payee is None:
        raise Refused(problems)
    tomorrow = in_japan(now).date() + timedelta(days=1)
    pay_on = BANK.next_open_day(tomorrow, load_holidays(session))
    entry = PaymentEntry(payee, amount_yen, pay_on, receipt_id=receipt.id)
    [payment] = record_payments(session, [entry], by=by, now=now)
    draft = payment_draft(payment, receipt, happened_on=in_japan(now).date())
    post(session, [draft] if draft else [], by=by, now=now)
    write_account_history(session, [payment_recorded(payment)], by=by, now=now)
    session.commit()
    return payment


def reverse_allocation(session: Session, desk: Desk, allocation_id: int, reason: str, *, by: Person) -> None:
    """Take back a wrong allocation; a case that it had closed is opened again."""
    require(by, "record_receipts", "消込を取り消す")
    now = desk.clock()
    happened = allocating.reverse(session, allocation_id, reason=reason, by=by, now=now)
    finish(session, [happened], by=by, now=now)
    session.commit()


def reverse_receipt(session: Session, desk: Desk, receipt_id: int, reason: str, *, by: Person) -> int:
    """入金の取消: the receipt was typed wrongly, or the money is gone; how many allocations were reversed with it.

    Cases that it had closed are opened again. Raises `Refused`, `NotFound`; `Conflict` the second time.
    """
    require(by, "record_receipts", "入金を取り消す")
    lock_ledger(session)
    receipt, now = receipt_by_id(session, receipt_id), desk.clock()
    happened = take_receipt_back(session, receipt, reason=reason, by=by, now=now)
    finish(session, happened, by=by, now=now)
    fail_point("reverse_receipt.before_commit")
    session.commit()
    return sum("allocation" in each.content for each in happened)


def finish(session: Session, happened: Sequence[Happened], *, by: Person, now: datetime) -> int:
    """Let the cases follow what happened to invoices, then write the accounts' history; how many cases were settled."""
    touched = sorted({each.content["invoice"] for each in happened if "allocation" in each.content})
    settled = follow(session, touched, by=by, now=now)
    write_account_history(session, happened, by=by, now=now)
    return settled


def follow(session: Session, invoice_ids: Sequence[int], *, by: Person, now: datetime) -> int:
    """Settle the late payments whose invoice is paid now, open again those whose is not; how many were settled."""
    settled = 0
    for start in range(0, len(invoice_ids), _ROWS_ASKED):
        some = invoice_ids[start : start + _ROWS_ASKED]
        found = session.scalars(
            select(LatePayment)
            .where(LatePayment.invoice_reference.in_(some))
            .options(joinedload(LatePayment.case))
            .order_by(LatePayment.case_id)
        ).all()
        if not found:
            continue
        references = [late.invoice_reference for late in found]
        invoices = session.scalars(select(Invoice).where(Invoice.id.in_(references))).all()
        open_by_id = open_yen(session, invoices)
        for late in found:
            is_paid = open_by_id[late.invoice_reference] == 0
            if is_paid and late.settled_at is None:
                late_payments.settle(session, late, reason=PAID, by=by, now=now)
                settled += 1
            elif not is_paid and late.settled_at is not None:
                late_payments.unsettle(session, late, reason=OPEN_AGAIN, by=by, now=now)
    return settled
