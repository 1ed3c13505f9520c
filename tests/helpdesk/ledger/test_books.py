"""The trial balance and the balances by business say what the entries say."""

from datetime import date

from helpdesk.ledger.allocating import allocate
from helpdesk.ledger.books import balances, months_booked, trial_balance
from helpdesk.ledger.journal import post
from tests.helpdesk.ledger.test_journal import draft
from tests.helpdesk.money import add_invoice, add_receipt

MAY, JUNE = date(2026, 5, 20), date(2026, 6, 20)


def some_money(session, desk, clerk, kitahama, minato) -> None:
    """May: two invoices; June: receipts of a known and an unknown payer, and an allocation."""
    first = add_invoice(session, desk, "K-1", kitahama, 900, MAY, issued_on=MAY)
    add_invoice(session, desk, "K-2", minato, 500, MAY, kind="penalty", issued_on=MAY)
    receipt = add_receipt(session, desk, "B-1", 1_000, business_id=kitahama, on=JUNE)
    add_receipt(session, desk, "B-2", 30, on=JUNE)
    allocate(session, receipt, first, 700, by=clerk, now=desk.clock())


def rows(session, first: str, last: str) -> dict[str, tuple[int, int, int, int]]:
    return {
        each.account.code: (each.opening_yen, each.debit_yen, each.credit_yen, each.closing_yen)
        for each in trial_balance(session, first, last)
        if (each.opening_yen, each.debit_yen, each.credit_yen) != (0, 0, 0)
    }


def test_the_trial_balance_has_opening_turnover_and_closing(session, desk, clerk, kitahama, minato) -> None:
    some_money(session, desk, clerk, kitahama, minato)
    assert rows(session, "2026-06", "2026-06") == {
        "110": (0, 1_030, 0, 1_030),
        "121": (900, 0, 700, 200),
        "122": (500, 0, 0, 500),
        "210": (0, 700, 1_030, 330),
        "221": (900, 0, 0, 900),
        "222": (500, 0, 0, 500),
    }
    assert rows(session, "2026-04", "2026-05")["121"] == (0, 900, 0, 900)
    assert months_booked(session) == ("2026-05", "2026-06")


def test_debits_equal_credits_in_turnover_and_in_balances(session, desk, clerk, kitahama, minato) -> None:
    some_money(session, desk, clerk, kitahama, minato)
    post(session, [draft("minus", -4_000, on=JUNE)], by=clerk, now=desk.clock())  # an overdrawn account
    table = trial_balance(session, "2026-06", "2026-06")
    assert sum(each.debit_yen for each in table) == sum(each.credit_yen for each in table)
    debit_yen = sum(each.debit_balance_yen for each in table)
    assert debit_yen == sum(each.credit_balance_yen for each in table)
    [bank] = [each for each in table if each.account.key == "bank"]
    assert (bank.closing_yen, bank.debit_balance_yen, bank.credit_balance_yen) == (-2_970, 0, 2_970)
    session.rollback()


def test_an_empty_trial_balance_names_every_account(session) -> None:
    assert [each.closing_yen for each in trial_balance(session, "2026-04", "2026-06")] == [0] * 13
    assert months_booked(session) is None


def test_balances_stand_by_business_with_unknown_payers_first(session, desk, clerk, kitahama, minato) -> None:
    some_money(session, desk, clerk, kitahama, minato)
    told = [(each.code, each.name, each.balances) for each in balances(session, "2026-06")]
    assert told == [
        ("", "支払人不明", {"210": 30}),
        ("P001", "北浜エナジー株式会社", {"121": 200, "210": 300, "221": 900}),
        ("P002", "みなと発電株式会社", {"122": 500, "222": 500}),
    ]
    assert [each.code for each in balances(session, "2026-05")] == ["P001", "P002"]
    assert balances(session, "2026-04") == []


def test_balances_are_found_by_name_or_code_and_paged_by_code(session, desk, clerk, kitahama, minato) -> None:
    some_money(session, desk, clerk, kitahama, minato)
    assert [each.code for each in balances(session, "2026-06", text="みなと")] == ["P002"]
    assert [each.code for each in balances(session, "2026-06", text="P001")] == ["P001"]
    assert [each.code for each in balances(session, "2026-06", limit=1)] == ["", "P001"]
    assert [each.code for each in balances(session, "2026-06", after_code="P001", limit=1)] == ["P002"]
