"""請求・支払: what follows from a statement that is issued and answered: an invoice or a payment, set-offs, the entry.

An invoice is due so many calendar days after it is issued, moved to the next bank day (policy). A payment is made on the
last bank day of the payment month (4月分 in September), or on the next bank day where that has passed (policy). What is set
off is a receipt that settles the invoices the statement names, the longest due first.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from calc_core.fiscal_year import calendar_month, last_day_of_month, payment_month
from cases.business_calendar import BANK, Holidays
from cases.history import Person
from cases.numbering import next_value
from helpdesk.clock import in_japan
from helpdesk.errors import Problem, Refused
from helpdesk.ledger.account_history import Happened, lock_ledger
from helpdesk.ledger.allocating import write_allocation
from helpdesk.ledger.balances import open_yen
from helpdesk.ledger.journal import post
from helpdesk.ledger.models import Invoice, Receipt
from helpdesk.ledger.payments import PaymentEntry, payment_recorded, record_payments
from helpdesk.ledger.posting import receipt_draft
from helpdesk.settlement.answers import CONFIRMED, OBJECTED, SILENT, is_superseded
from helpdesk.settlement.approval import statement_place
from helpdesk.settlement.booking import book_statements
from helpdesk.settlement.changed_since import changes_since
from helpdesk.settlement.models import STATES, WHOLE_YEAR, BusinessStatement

NEVER_BILLED = ("provisional",)  # 仮算定 announces an amount and asks for nothing
KIND_OF_FAMILY = {
    "capacity": "statement",
    "contribution": "contribution",
    "utility_share": "utility_share",
    "surcharge": "surcharge",
    "refund": "contribution",  # only where differences outweigh what is given back
}
_LETTER = {"statement": "S", "contribution": "C", "utility_share": "U", "surcharge": "X"}
SET_OFF = "相殺（支払通知による）"


@dataclass(frozen=True, slots=True)
class Billed:
    """請求・支払したもの: the invoice or the payment (or neither, where nothing is left), and what happened."""

    invoice: Invoice | None
    payment_id: int | None
    set_off_yen: int
    happened: list[Happened]


def billing_problems(
    session: Session, statement: BusinessStatement, *, without_answer: bool
) -> list[Problem]:
    """Everything that stands against billing a statement. `without_answer`: somebody goes on though it has none."""
    place = statement_place(statement)
    if statement.family in NEVER_BILLED:
        return [Problem(place, "仮算定の通知は請求しません")]
    if statement.newest and statement.state != "issued":
        words = f"「{STATES[statement.state]}」です。通知した精算だけを請求・支払に進められます"
        return [Problem(place, words)]
    found = changes_since(session, statement)
    if statement.answer == OBJECTED:
        found.append("異議申立てがあります。取下げか決定を待ってください")
    elif statement.answer not in (CONFIRMED, SILENT) and not without_answer:
        found.append("事業者の確認がありません。確認を待つか、進める理由を入力して実行してください")
    if is_superseded(session, statement):
        found.append("訂正後の通知が出ています。精算を計算し直し、新しい版を承認してください")
    return [Problem(place, words) for words in dict.fromkeys(found)]


def bill(
    session: Session,
    statement: BusinessStatement,
    *,
    due_days: int,
    holidays: Holidays,
    go_on_reason: str = "",
    by: Person,
    now: datetime,
) -> Billed:
    """請求・支払 of a held statement, flushed: invoice or payment, set-off, entry, state.

    Raises `Refused` with everything that stands against it; the ledger is locked until the transaction ends.
    """
    lock_ledger(session)
    problems = billing_problems(session, statement, without_answer=bool(go_on_reason.strip()))
    if problems:
        raise Refused(problems)
    today = in_japan(now).date()
    statement.state, statement.billed_at = "billed", now
    statement.billed_by_id, statement.billed_by_name = by.id, by.display_name
    session.flush()
    book_statements(session, [statement], by=by, now=now)
    happened = _set_off(session, statement, today, by=by, now=now)
    invoice, payment_id = None, None
    if statement.total_yen < 0:
        due_on = BANK.next_open_day(today + timedelta(days=due_days), holidays)
        invoice = _invoice(session, statement, issued_on=today, due_on=due_on, now=now)
        happened.append(_invoice_recorded(invoice))
    elif statement.total_yen > 0:
        entry = PaymentEntry(
            statement.business_id,
            statement.total_yen,
            pay_day(statement.fiscal_year, statement.delivery_month, today, holidays),
            statement_id=statement.id,
        )
        [payment] = record_payments(session, [entry], by=by, now=now)
        payment_id = payment.id
        happened.append(payment_recorded(payment))
    content = {
        "statement": statement.id,
        "number": statement.number,
        "version": statement.version,
        "total_yen": statement.total_yen,
        "set_off_yen": statement.offset_yen,
        "answer": statement.answer,
        "invoice": invoice.id if invoice else None,
        "payment": payment_id,
        "go_on_reason": "" if statement.answer else go_on_reason.strip(),
    }
    happened.append(Happened(statement.business_id, "statement_billed", content))
    return Billed(invoice, payment_id, statement.offset_yen, happened)


def pay_day(fiscal_year: int, delivery_month: int, today: date, holidays: Holidays) -> date:
    """The last bank day of the payment month (of a whole year: of this month); where it has passed the next bank day."""
    whole_year = delivery_month == WHOLE_YEAR
    month = (today.year, today.month) if whole_year else payment_month(fiscal_year, delivery_month)
    last = last_day_of_month(*month)
    while not BANK.is_open_day(last, holidays).open:
        last -= timedelta(days=1)
    return last if last > today else BANK.next_open_day(today + timedelta(days=1), holidays)


def _invoice(
    session: Session, statement: BusinessStatement, *, issued_on: date, due_on: date, now: datetime
) -> Invoice:
    kind = KIND_OF_FAMILY[statement.family]
    made = Invoice(
        number=_number(session, statement, kind),
        business_id=statement.business_id,
        kind=kind,
        fiscal_year=statement.fiscal_year,
        delivery_month=statement.delivery_month or None,
        notified_result_id=statement.notified_result_id,
        amount_yen=-statement.total_yen,
        issued_on=issued_on,
        due_on=due_on,
        statement_id=statement.id,
        note=f"{statement.number}による",
        recorded_at=now,
    )
    session.add(made)
    session.flush()
    return made


def _number(session: Session, statement: BusinessStatement, kind: str) -> str:
    """`請求書 S2026-04-0001`: a letter and digits, so that a payer's words name this invoice and no notice.

    A number that an imported invoice bears already is passed over.
    """
    period = f"{statement.fiscal_year}"
    if statement.delivery_month != WHOLE_YEAR:
        year, month = calendar_month(statement.fiscal_year, statement.delivery_month)
        period = f"{year}-{month:02d}"
    while True:
        serial = next_value(session, f"invoice:{kind}:{period}")
        number = f"{_LETTER[kind]}{period}-{serial:04d}"
        if session.scalar(select(Invoice.id).where(Invoice.number == number)) is None:
            return number


def _invoice_recorded(invoice: Invoice) -> Happened:
    content = {
        "invoice": invoice.id,
        "number": invoice.number,
        "kind": invoice.kind,
        "amount_yen": invoice.amount_yen,
        "issued_on": invoice.issued_on,
        "due_on": invoice.due_on,
        "statement": invoice.statement_id,
    }
    return Happened(invoice.business_id, "invoice_recorded", content)


def _set_off(
    session: Session, statement: BusinessStatement, today: date, *, by: Person, now: datetime
) -> list[Happened]:
    """相殺: one receipt of what is set off, allocated as the statement says; nothing where nothing is."""
    if not statement.offset_yen:
        return []
    planned = [(session.get_one(Invoice, each), yen) for each, yen in statement.sources["set_off"]]
    owed = open_yen(session, [invoice for invoice, _ in planned])
    short = [invoice for invoice, yen in planned if owed[invoice.id] < yen]
    if short or sum(yen for _, yen in planned) != statement.offset_yen:
        numbers = "、".join(invoice.number for invoice in short) or (statement.number or "")
        words = f"相殺する請求書（{numbers}）の残額が計算と違います。精算を計算し直してください"
        raise Refused([Problem(statement_place(statement), words)])
    receipt = Receipt(
        reference=f"相殺 {statement.number}",
        business_id=statement.business_id,
        payer_name_kana="",
        amount_yen=statement.offset_yen,
        received_on=today,
        origin="setoff",
        statement_id=statement.id,
        recorded_at=now,
        recorded_by_id=by.id,
        recorded_by_name=by.display_name,
    )
    session.add(receipt)
    session.flush()
    post(session, [receipt_draft(receipt)], by=by, now=now)
    content = {"receipt": receipt.id, "reference": receipt.reference, "amount_yen": receipt.amount_yen}
    content |= {"received_on": today, "payer": "", "statement": statement.id}
    happened = [Happened(statement.business_id, "receipt_recorded", content)]
    for invoice, yen in planned:
        happened.append(write_allocation(session, receipt, invoice, yen, by=by, now=now, reason=SET_OFF))
    return happened
