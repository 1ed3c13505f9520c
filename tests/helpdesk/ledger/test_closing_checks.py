"""What waits in the ledger is counted up to the end of the period; books that do not agree are a blocker."""

from datetime import date

from sqlalchemy import text

from helpdesk.ledger.allocating import allocate
from helpdesk.ledger.closing import BLOCKER, OK, WARNING
from helpdesk.ledger.closing_checks import ledger_checks
from helpdesk.ledger.journal import post
from helpdesk.ledger.models import BankFile, Payment, TransferRow
from helpdesk.ledger.posting import payment_draft, transfer_paid_draft
from tests.helpdesk.money import add_invoice, add_receipt

JUNE = date(2026, 6, 30)
ON = date(2026, 6, 29)


def told(session, until: date = JUNE) -> dict[str, tuple[str, str]]:
    return {each.label: (each.state, each.words) for each in ledger_checks(session, until=until)}


def test_with_nothing_waiting_everything_is_fine(session) -> None:
    assert {state for state, _ in told(session).values()} == {OK}


def test_receipts_with_something_left_are_told_until_the_period_ends(session, desk, clerk, kitahama) -> None:
    invoice = add_invoice(session, desk, "KY-1", kitahama, 900, JUNE)
    receipt = add_receipt(session, desk, "B-1", 1_000, business_id=kitahama, on=ON)
    add_receipt(session, desk, "B-2", 70, on=date(2026, 7, 1))
    words = "1件 1,000円が残っています。請求書に消し込むか、返金を決めてください"
    assert told(session)["未消込の入金"] == (WARNING, words)
    allocate(session, receipt, invoice, 900, by=clerk, now=desk.clock())
    assert "1件 100円" in told(session)["未消込の入金"][1]
    assert "2件 170円" in told(session, date(2026, 7, 31))["未消込の入金"][1]


def test_payments_and_transfers_wait_until_the_bank_has_told(session, desk, clerk, kitahama) -> None:
    receipt = add_receipt(session, desk, "B-1", 400, business_id=kitahama, on=ON)
    of_receipt = {"business_id": kitahama, "receipt_id": receipt.id, "amount_yen": 400}
    payment = Payment(number="P-1", **of_receipt, pay_on=JUNE, recorded_at=desk.clock())
    file = BankFile(kind="transfer_request", file_name="a", sha256="0", value_on=JUNE, made_by_name="経理")
    file.rows = file.new = 1
    file.known, file.amount_yen, file.made_at = 0, 400, desk.clock()
    session.add_all([payment, file])
    session.flush()
    post(session, [payment_draft(payment, receipt, happened_on=ON)], by=clerk, now=desk.clock())
    assert told(session)["未振込の支払"][0] == WARNING
    assert told(session, date(2026, 6, 29))["未振込の支払"][0] == OK
    account = {"bank_code": "0001", "branch_code": "001", "account_kind": "1", "account_number": "1234567"}
    transfer = TransferRow(
        bank_file_id=file.id, sequence=1, payment=payment, **account, holder_kana="ｱ", amount_yen=400
    )
    session.add(transfer)
    session.flush()
    assert [told(session)[label][0] for label in ("未振込の支払", "結果待ちの振込")] == [OK, WARNING]
    transfer.outcome = "paid"
    session.flush()
    post(session, [transfer_paid_draft(transfer, payment, happened_on=ON)], by=clerk, now=desk.clock())
    assert {state for state, _ in told(session).values()} == {OK}


def test_books_that_do_not_agree_block_with_what_was_found(session, desk, kitahama) -> None:
    for at in range(5):
        add_receipt(session, desk, f"B-{at}", 100, business_id=kitahama, on=ON)
    session.execute(text("update helpdesk_journal_line set debit_yen = 90 where debit_yen = 100"))
    state, words = told(session)["帳簿と台帳の照合"]
    assert state == BLOCKER
    assert words.startswith("仕訳 2026-000001: 借方 90円と貸方 100円が一致しません。")
    assert "ほか 3件。" in words
