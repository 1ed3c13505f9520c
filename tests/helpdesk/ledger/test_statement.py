"""Accounts: running balance, receipts of unknown payers, and figures that always agree with each other."""

from datetime import date

from helpdesk.ledger.allocating import allocate
from helpdesk.ledger.balances import left_yen
from helpdesk.ledger.payments import PaymentEntry, record_payments
from helpdesk.ledger.statement import accounts, statement
from tests.helpdesk.money import add_invoice, add_receipt

DUE = date(2026, 7, 31)


def test_lines_run_by_day_and_the_balance_with_them(session, desk, clerk, kitahama) -> None:
    late = add_invoice(session, desk, "K-2", kitahama, 500, DUE, issued_on=date(2026, 6, 10))
    add_invoice(session, desk, "K-1", kitahama, 1_000, DUE, issued_on=date(2026, 5, 10))
    receipt = add_receipt(session, desk, "B-1", 700, business_id=kitahama, on=date(2026, 6, 10))
    allocate(session, receipt, late, 500, by=clerk, now=desk.clock())
    lines = statement(session, kitahama)
    assert [(line.label, line.amount_yen, line.balance_yen, line.unsettled_yen) for line in lines] == [
        ("K-1", 1_000, 1_000, 1_000),
        ("K-2", 500, 1_500, 0),
        ("B-1", -700, 800, 200),
    ]


def test_an_unknown_payers_receipt_counts_where_it_was_allocated(
    session, desk, clerk, kitahama, minato
) -> None:
    first = add_invoice(session, desk, "K-1", kitahama, 1_000, DUE)
    second = add_invoice(session, desk, "M-1", minato, 300, DUE)
    receipt = add_receipt(session, desk, "B-1", 2_000)
    allocate(session, receipt, first, 600, by=clerk, now=desk.clock())
    allocate(session, receipt, second, 300, by=clerk, now=desk.clock())
    assert [line.balance_yen for line in statement(session, kitahama)] == [1_000, 400]
    assert [line.balance_yen for line in statement(session, minato)] == [300, 0]
    rows = {row.code: row for row in accounts(session)}
    assert (rows["P001"].received_yen, rows["P001"].open_yen, rows["P001"].unallocated_yen) == (600, 400, 0)
    assert rows["P002"].balance_yen == 0


def test_the_overview_says_what_the_statements_say(session, desk, clerk, kitahama, minato) -> None:
    invoice = add_invoice(session, desk, "K-1", kitahama, 10**12, DUE)
    receipt = add_receipt(session, desk, "B-1", 10**12 + 5, business_id=kitahama)
    allocate(session, receipt, invoice, 10**12, by=clerk, now=desk.clock())
    add_receipt(session, desk, "B-2", 7, business_id=minato)
    for row in accounts(session):
        lines = statement(session, row.business_id)
        assert row.balance_yen == lines[-1].balance_yen
        assert row.open_yen - row.unallocated_yen == row.balance_yen
    assert [row.code for row in accounts(session, after_code="P001")] == ["P002"]
    assert [row.code for row in accounts(session, text="北浜")] == ["P001"]


def test_what_is_given_back_is_used_up_and_stands_in_the_account(
    session, desk, clerk, kitahama, minato
) -> None:
    invoice = add_invoice(session, desk, "K-1", kitahama, 1_000, DUE)
    known = add_receipt(session, desk, "B-1", 1_300, business_id=kitahama)
    unknown = add_receipt(session, desk, "B-2", 50)
    allocate(session, known, invoice, 1_000, by=clerk, now=desk.clock())
    entries = [
        PaymentEntry(kitahama, 300, date(2026, 7, 1), receipt_id=known.id),
        PaymentEntry(minato, 50, date(2026, 7, 1), receipt_id=unknown.id),
    ]
    record_payments(session, entries, by=clerk, now=desk.clock())
    assert left_yen(session, [known, unknown]) == {known.id: 0, unknown.id: 0}
    assert [(line.kind, line.amount_yen, line.balance_yen) for line in statement(session, kitahama)] == [
        ("invoice", 1_000, 1_000),
        ("receipt", -1_300, -300),
        ("refund", 300, 0),
    ]
    assert [line.balance_yen for line in statement(session, minato)] == [-50, 0]
    for row in accounts(session):
        assert (row.balance_yen, row.open_yen, row.unallocated_yen) == (0, 0, 0)
        assert row.refunded_yen == {"P001": 300, "P002": 50}[row.code]
