"""A statement is paid once, under a number of its month; what is on its way is not payable."""

from datetime import date

import pytest

from cases.history import SYSTEM
from helpdesk.errors import NotFound, Refused
from helpdesk.ledger.models import BankFile, TransferRow
from helpdesk.ledger.payments import (
    PaymentEntry,
    payable,
    payment_by_id,
    payment_recorded,
    record_payments,
)
from tests.helpdesk.paying import PAY_ON, add_payment, add_statement


def transfer(session, desk, payment, outcome: str, sequence: int = 1) -> TransferRow:
    file = BankFile(
        kind="transfer_request",
        file_name="a.txt",
        sha256=f"{payment.id:03d}{sequence:061d}",
        rows=1,
        new=1,
        known=0,
        amount_yen=payment.amount_yen,
        made_at=desk.clock(),
        made_by_name="",
    )
    session.add(file)
    session.flush()
    row = TransferRow(
        bank_file_id=file.id,
        sequence=sequence,
        payment_id=payment.id,
        bank_code="0999",
        branch_code="001",
        account_kind="1",
        account_number="0012345",
        holder_kana="ｱ",
        amount_yen=payment.amount_yen,
        outcome=outcome,
    )
    session.add(row)
    session.flush()
    return row


def test_a_statement_is_paid_once_however_often_it_is_asked_for(session, desk, kitahama) -> None:
    statement = add_statement(session, desk, kitahama, 700)
    entry = PaymentEntry(kitahama, 700, PAY_ON, statement_id=statement.id)
    [first] = record_payments(session, [entry], by=SYSTEM, now=desk.clock())
    again = record_payments(session, [entry, entry], by=SYSTEM, now=desk.clock())
    assert [each.id for each in again] == [first.id, first.id]
    assert first.number == "支払 第2026-07-0001号"
    assert payment_recorded(first).content["amount_yen"] == 700


def test_another_amount_for_a_paid_statement_is_refused(session, desk, kitahama) -> None:
    payment = add_payment(session, desk, kitahama, 700)
    entry = PaymentEntry(kitahama, 701, PAY_ON, statement_id=payment.statement_id)
    with pytest.raises(Refused, match="支払額が登録と違います"):
        record_payments(session, [entry], by=SYSTEM, now=desk.clock())


def test_numbers_count_within_the_month_of_payment(session, desk, kitahama, minato) -> None:
    numbers = [
        add_payment(session, desk, business, 1, month=month, on=on).number
        for business, month, on in (
            (kitahama, 4, PAY_ON),
            (minato, 4, PAY_ON),
            (minato, 5, date(2026, 8, 31)),
        )
    ]
    assert numbers == ["支払 第2026-07-0001号", "支払 第2026-07-0002号", "支払 第2026-08-0001号"]


def test_payable_is_what_falls_due_and_is_neither_waiting_nor_paid(session, desk, kitahama) -> None:
    made = [add_payment(session, desk, kitahama, month, month=month) for month in (4, 5, 6, 7, 8)]
    later = add_payment(session, desk, kitahama, 9, month=9, on=date(2026, 9, 30))
    for payment, outcome in zip(made, ("ordered", "paid", "failed", "returned"), strict=False):
        transfer(session, desk, payment, outcome)
    assert [each.amount_yen for each in payable(session, PAY_ON)] == [6, 7, 8]
    assert later in payable(session, date(2026, 9, 30))


def test_a_payment_that_is_not_there_is_not_found(session) -> None:
    with pytest.raises(NotFound, match="登録されていません"):
        payment_by_id(session, 999)
