"""支払の記録: what is to be transferred to businesses, each with its number; which of it is not on its way yet?

A payment comes from a statement, once, or gives an overpayment back. What became of it is told by its transfers.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session, joinedload

from cases.history import Person
from cases.numbering import next_value
from helpdesk.errors import NotFound, Problem, Refused
from helpdesk.ledger.account_history import Happened, lock_ledger
from helpdesk.ledger.already_recorded import differing
from helpdesk.ledger.models import Payment, TransferRow

TITLE = "支払"
IN_FORCE = ("ordered", "paid")  # outcomes of a transfer that leave no room for another one

_COLUMNS = {"business_id": "事業者", "amount_yen": "支払額"}
_ASKED_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class PaymentEntry:
    """一件の支払, checked: of a statement, or giving (part of) a receipt back: exactly one of the two."""

    business_id: int
    amount_yen: int
    pay_on: date
    statement_id: int | None = None
    receipt_id: int | None = None


def record_payments(
    session: Session, entries: Sequence[PaymentEntry], *, by: Person, now: datetime
) -> list[Payment]:
    """The payments of these entries in their order, numbered by the month of `pay_on`; one that exists is returned.

    A statement is paid once: a second entry of it finds the first one, and is refused (`Refused`) when it says another
    business or amount. How much of a receipt may be given back is the caller's question, under the ledger's lock.
    """
    lock_ledger(session)
    there = _of_statements(session, [each.statement_id for each in entries if each.statement_id is not None])
    problems = [problem for each in entries for problem in _differences(each, there)]
    if problems:
        raise Refused(problems)
    payments = []
    for entry in entries:
        payment = there.get(entry.statement_id) if entry.statement_id is not None else None
        if payment is None:
            payment = _row(session, entry, by, now)
            session.add(payment)
        if entry.statement_id is not None:
            there[entry.statement_id] = payment
        payments.append(payment)
    session.flush()
    return payments


def payment_recorded(payment: Payment) -> Happened:
    """What the account's history says of a new payment; the workflow that recorded it writes it."""
    content = {
        "payment": payment.id,
        "number": payment.number,
        "amount_yen": payment.amount_yen,
        "pay_on": payment.pay_on,
        "statement": payment.statement_id,
        "receipt": payment.receipt_id,
    }
    return Happened(payment.business_id, "payment_recorded", content)


def not_on_its_way() -> ColumnElement[bool]:
    """Which payments may be ordered: those without a transfer that waits for its result or is paid."""
    in_force = select(TransferRow.id).where(
        TransferRow.payment_id == Payment.id, TransferRow.outcome.in_(IN_FORCE)
    )
    return ~in_force.correlate(Payment).exists()


def payable(session: Session, on: date) -> list[Payment]:
    """The payments to be made by this day that are not on their way, in the order of their day."""
    asked = (
        select(Payment)
        .where(Payment.pay_on <= on, not_on_its_way())
        .options(joinedload(Payment.business))
        .order_by(Payment.pay_on, Payment.id)
    )
    return list(session.scalars(asked))


def payment_by_id(session: Session, payment_id: int) -> Payment:
    """The payment, or `NotFound`."""
    payment = session.get(Payment, payment_id)
    if payment is None:
        raise NotFound("その支払は登録されていません")
    return payment


def _of_statements(session: Session, statement_ids: Sequence[int]) -> dict[int, Payment]:
    found: dict[int, Payment] = {}
    for start in range(0, len(statement_ids), _ASKED_AT_ONCE):
        some = statement_ids[start : start + _ASKED_AT_ONCE]
        rows = session.scalars(select(Payment).where(Payment.statement_id.in_(some)))
        found |= {row.statement_id: row for row in rows if row.statement_id is not None}
    return found


def _differences(entry: PaymentEntry, there: dict[int, Payment]) -> list[Problem]:
    recorded = there.get(entry.statement_id) if entry.statement_id is not None else None
    labels = differing(entry, recorded, _COLUMNS) if recorded else ""
    if recorded is None or not labels:
        return []
    words = (
        f"この精算の支払「{recorded.number}」は登録済みで、{labels}が登録と違います。精算を確かめてください"
    )
    return [Problem("支払", words)]


def _row(session: Session, entry: PaymentEntry, by: Person, now: datetime) -> Payment:
    month = f"{entry.pay_on:%Y-%m}"
    serial = next_value(session, f"payment:{month}")
    return Payment(
        number=f"{TITLE} 第{month}-{serial:04d}号",
        business_id=entry.business_id,
        statement_id=entry.statement_id,
        receipt_id=entry.receipt_id,
        amount_yen=entry.amount_yen,
        pay_on=entry.pay_on,
        recorded_at=now,
        recorded_by_id=by.id,
        recorded_by_name=by.display_name,
    )
