"""The audit finds what does not agree, where it stands, and nothing else."""

from datetime import date

from sqlalchemy import insert, text

from helpdesk.ledger.allocating import allocate
from helpdesk.ledger.book_audit import audit, has_entries
from helpdesk.ledger.journal import Draft, credit, debit, post
from helpdesk.ledger.models import BankFile, Invoice, JournalEntry, Payment, PeriodClosing, TransferRow
from helpdesk.ledger.posting import payment_draft, transfer_paid_draft, transfer_returned_draft
from tests.helpdesk.money import add_invoice, add_receipt

DUE = date(2026, 6, 26)
ON = date(2026, 6, 29)


def told(session) -> list[tuple[str, str]]:
    return [(each.where, each.message) for each in audit(session)]


def test_invoices_receipts_and_allocations_leave_nothing_to_find(
    session, desk, clerk, kitahama, minato
) -> None:
    assert not has_entries(session)
    invoice = add_invoice(session, desk, "KY-1", kitahama, 900, DUE)
    add_invoice(session, desk, "KY-2", minato, 500, DUE, kind="late_interest")
    receipt = add_receipt(session, desk, "B-1", 1_000)
    allocate(session, receipt, invoice, 700, by=clerk, now=desk.clock())
    assert has_entries(session)
    assert told(session) == []


def test_a_payment_back_its_transfer_and_the_return_of_it_agree_at_every_step(
    session, desk, clerk, kitahama
) -> None:
    receipt = add_receipt(session, desk, "B-1", 1_000, business_id=kitahama)
    payment = Payment(
        number="P-1",
        business_id=kitahama,
        receipt_id=receipt.id,
        amount_yen=400,
        pay_on=ON,
        recorded_at=desk.clock(),
    )
    file = BankFile(
        kind="transfer_request",
        file_name="a",
        sha256="0",
        rows=1,
        new=1,
        known=0,
        amount_yen=400,
        made_at=desk.clock(),
        made_by_name="経理",
    )
    session.add_all([payment, file])
    session.flush()
    post(session, [payment_draft(payment, receipt, happened_on=ON)], by=clerk, now=desk.clock())
    assert told(session) == []
    transfer = TransferRow(
        bank_file_id=file.id,
        sequence=1,
        payment_id=payment.id,
        bank_code="0001",
        branch_code="001",
        account_kind="1",
        account_number="1234567",
        holder_kana="ｷﾀﾊﾏ",
        amount_yen=400,
        outcome="paid",
    )
    session.add(transfer)
    session.flush()
    assert [where for where, _ in told(session)] == ["110 普通預金", "211 未払金 P001 北浜エナジー株式会社"]
    post(session, [transfer_paid_draft(transfer, payment, happened_on=ON)], by=clerk, now=desk.clock())
    assert told(session) == []
    transfer.outcome = "returned"
    session.flush()
    post(session, [transfer_returned_draft(transfer, payment, happened_on=ON)], by=clerk, now=desk.clock())
    assert told(session) == []


def test_an_invoice_that_bypassed_the_books_is_found_with_account_and_business(
    session, desk, kitahama
) -> None:
    values = {"number": "KY-9", "business_id": kitahama, "kind": "penalty", "fiscal_year": 2026}
    session.execute(
        insert(Invoice).values(
            **values, amount_yen=5_000, issued_on=DUE, due_on=DUE, note="", recorded_at=desk.clock()
        )
    )
    words = "帳簿は 0円、台帳（請求・入金・支払）は 5,000円です"
    assert told(session) == [("122 差引請求未収金 P001 北浜エナジー株式会社", words)]


def test_an_entry_without_a_cause_and_lines_that_were_tampered_with_are_found(session, desk, clerk) -> None:
    lines = [debit("bank", 100), credit("contribution_deposit", 100)]
    draft = Draft("receipt", "理由なし", "nothing:1", ON, None, lines)
    [entry] = post(session, [draft], by=clerk, now=desk.clock())
    assert told(session) == [("110 普通預金", "帳簿は 100円、台帳（請求・入金・支払）は 0円です")]
    session.execute(text("update helpdesk_journal_line set debit_yen = 90 where debit_yen = 100"))
    assert (f"仕訳 {entry.number}", "借方 90円と貸方 100円が一致しません") in told(session)


def test_a_closed_month_that_has_other_entries_than_when_it_was_closed_is_found(
    session, desk, clerk, kitahama
) -> None:
    add_invoice(session, desk, "KY-1", kitahama, 900, DUE)
    values = {"period": "2026-06", "entries": 1, "debit_yen": 900, "credit_yen": 900, "checks": []}
    session.add(PeriodClosing(**values, closed_at=desk.clock(), closed_by_name="経理"))
    session.flush()
    assert told(session) == []
    session.execute(text("update helpdesk_journal_entry set period = '2026-07'"))
    assert told(session) == [("2026-06の締め", "締めたときの仕訳は 1件、今は 0件です")]
    assert session.query(JournalEntry).count() == 1
