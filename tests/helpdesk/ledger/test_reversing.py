"""A receipt that was taken back counts nowhere any more, stays to be seen, and is not taken back twice or half."""

from datetime import date

import pytest
from sqlalchemy import select

from helpdesk.errors import Conflict, Refused
from helpdesk.ledger.allocating import allocate
from helpdesk.ledger.balances import left_yen, open_yen
from helpdesk.ledger.book_audit import audit
from helpdesk.ledger.closing import OK
from helpdesk.ledger.closing_checks import ledger_checks
from helpdesk.ledger.lists import allocations_of_receipt, count_left, receipt_list
from helpdesk.ledger.matching import match_new_receipts
from helpdesk.ledger.models import BankFile, JournalEntry, Payment, TransferRow
from helpdesk.ledger.payments import PaymentEntry, record_payments
from helpdesk.ledger.posting import payment_draft
from helpdesk.ledger.receipts import ReceiptEntry, record_receipts
from helpdesk.ledger.reversing import reversals_of, reverse_receipt
from helpdesk.ledger.statement import accounts, statement
from tests.helpdesk.money import add_invoice, add_receipt, receipt_entry

DUE, TODAY = date(2026, 7, 31), date(2026, 6, 30)


def test_what_it_paid_is_open_again_and_nothing_is_left_of_it(session, desk, clerk, kitahama) -> None:
    invoices = [add_invoice(session, desk, number, kitahama, 600, DUE) for number in ("KY-0001", "KY-0002")]
    receipt = add_receipt(session, desk, "B-1", 1_300, business_id=kitahama)
    for each in invoices:
        allocate(session, receipt, each, 600, by=clerk, now=desk.clock())
    happened = reverse_receipt(session, receipt, reason=" 金額の  誤り ", by=clerk, now=desk.clock())
    assert [each.kind for each in happened] == ["allocation_reversed"] * 2 + ["receipt_reversed"]
    assert list(open_yen(session, invoices).values()) == [600, 600]
    assert left_yen(session, [receipt]) == {receipt.id: 0}
    assert {each.reason for each in allocations_of_receipt(session, receipt.id)} == {
        "入金の取消：金額の 誤り"
    }
    reversal = reversals_of(session, [receipt.id])[receipt.id]
    assert (reversal.reason, reversal.reversed_on, reversal.reversed_by_id) == ("金額の 誤り", TODAY, 5)
    entry = session.scalars(select(JournalEntry).order_by(JournalEntry.id.desc())).first()
    assert (entry.kind, entry.source_key) == ("receipt_reversed", f"receipt_reversal:{reversal.id}")
    assert [(line.account, line.debit_yen, line.credit_yen) for line in entry.lines] == [
        ("210", 1_300, 0),
        ("110", 0, 1_300),
    ]
    assert audit(session) == []
    assert match_new_receipts(session, by=clerk, now=desk.clock()) == []


def test_the_account_shows_the_receipt_and_what_took_it_back(session, desk, clerk, kitahama) -> None:
    invoice = add_invoice(session, desk, "KY-0001", kitahama, 700, DUE)
    receipt = add_receipt(session, desk, "B-1", 700, business_id=kitahama)
    stays = add_receipt(session, desk, "B-2", 40, business_id=kitahama)
    allocate(session, receipt, invoice, 700, by=clerk, now=desk.clock())
    reverse_receipt(session, receipt, reason="別会社", by=clerk, now=desk.clock())
    assert [(line.kind, line.amount_yen, line.unsettled_yen) for line in statement(session, kitahama)] == [
        ("invoice", 700, 700),
        ("receipt", -700, 0),
        ("receipt", -40, 40),
        ("receipt_reversal", 700, 0),
    ]
    [row] = accounts(session)
    assert (row.received_yen, row.open_yen, row.unallocated_yen, row.balance_yen) == (40, 700, 40, 660)
    assert row.balance_yen == statement(session, kitahama)[-1].balance_yen
    assert count_left(session) == 1
    shown, _ = receipt_list(session, only_left=False)
    assert [(each.receipt.id, each.left_yen, each.is_reversed) for each in shown] == [
        (stays.id, 40, False),
        (receipt.id, 0, True),
    ]
    assert [each.receipt.id for each in receipt_list(session, only_left=True)[0]] == [stays.id]


def test_a_receipt_never_allocated_is_not_matched_after_it_was_taken_back(
    session, desk, clerk, kitahama
) -> None:
    receipt = add_receipt(session, desk, "B-1", 700, business_id=kitahama)
    reverse_receipt(session, receipt, reason="誤り", by=clerk, now=desk.clock())
    invoice = add_invoice(session, desk, "KY-0001", kitahama, 700, DUE)
    assert match_new_receipts(session, by=clerk, now=desk.clock()) == []
    with pytest.raises(Refused, match="未消込額は 0円"):
        allocate(session, receipt, invoice, 1, by=clerk, now=desk.clock())
    checks = {each.label: each for each in ledger_checks(session, until=TODAY)}
    assert checks["未消込の入金"].state == OK
    assert checks["帳簿と台帳の照合"].state == OK


def test_it_needs_a_reason_and_is_taken_back_once(session, desk, clerk) -> None:
    receipt = add_receipt(session, desk, "B-1", 700)
    with pytest.raises(Refused, match="理由を入力してください"):
        reverse_receipt(session, receipt, reason="　 ", by=clerk, now=desk.clock())
    reverse_receipt(session, receipt, reason="誤り", by=clerk, now=desk.clock())
    with pytest.raises(Conflict, match="経理 花子さんがすでに取り消しています"):
        reverse_receipt(session, receipt, reason="誤り", by=clerk, now=desk.clock())
    assert audit(session) == []


def test_the_same_receipt_again_is_known_and_said_to_be_reversed(session, desk, clerk, kitahama) -> None:
    receipt = add_receipt(session, desk, "B-1", 700, business_id=kitahama)
    reverse_receipt(session, receipt, reason="二重の入力", by=clerk, now=desk.clock())
    entry = receipt_entry("B-1", 700, business_id=kitahama, on=receipt.received_on)
    again = record_receipts(session, [entry], by=clerk, now=desk.clock())
    assert (again.new, again.known, list(again.reversed_)) == ([], 1, ["B-1"])
    other = receipt_entry("B-1", 701, business_id=kitahama, on=receipt.received_on)
    with pytest.raises(Refused, match=r"取り消されていて、入金額がその記録と違います.*「-2」などを付けて"):
        record_receipts(session, [other], by=clerk, now=desk.clock())


def test_a_setoff_goes_with_its_statement(session, desk, clerk, kitahama) -> None:
    entry = ReceiptEntry("相殺-1", kitahama, "", 5, TODAY, origin="setoff")
    [setoff] = record_receipts(session, [entry], by=clerk, now=desk.clock()).new
    with pytest.raises(Refused, match="相殺は銀行からの入金ではないため、取り消せません"):
        reverse_receipt(session, setoff, reason="誤り", by=clerk, now=desk.clock())
    session.rollback()  # a set-off without its statement is nothing the books know


@pytest.mark.parametrize(
    ("outcome", "words"),
    [
        (None, "まだ振り込まれていません"),
        ("returned", "まだ振り込まれていません"),
        ("ordered", "を銀行に依頼済みです"),
        ("paid", "は振込済みです"),
    ],
)
def test_a_receipt_of_which_money_goes_back_is_not_taken_back(
    session, desk, clerk, kitahama, outcome: str | None, words: str
) -> None:
    receipt = add_receipt(session, desk, "B-1", 700, business_id=kitahama)
    entry = PaymentEntry(kitahama, 300, DUE, receipt_id=receipt.id)
    [payment] = record_payments(session, [entry], by=clerk, now=desk.clock())
    assert payment_draft(payment, receipt, happened_on=TODAY) is not None
    if outcome:
        _transfer(session, desk, payment, outcome)
    with pytest.raises(Refused, match=f"返金「{payment.number}」（300円）.*{words}"):
        reverse_receipt(session, receipt, reason="誤り", by=clerk, now=desk.clock())
    assert reversals_of(session, [receipt.id]) == {}
    session.rollback()


def _transfer(session, desk, payment: Payment, outcome: str) -> None:
    file = BankFile(
        kind="transfer_request", file_name="a", sha256="0", made_by_name="経理", made_at=desk.clock()
    )
    file.rows = file.new = file.known = file.amount_yen = 0
    session.add(file)
    session.flush()
    account = {"bank_code": "0", "branch_code": "0", "account_kind": "1", "account_number": "1"}
    row = TransferRow(bank_file_id=file.id, sequence=1, payment_id=payment.id, **account, holder_kana="ｱ")
    row.amount_yen, row.outcome = payment.amount_yen, outcome
    session.add(row)
    session.flush()
