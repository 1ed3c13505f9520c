"""One account's lines with the running balance, page after page, and month by month."""

from datetime import date

from helpdesk.ledger.account_ledger import account_ledger, month_end_balances
from helpdesk.ledger.chart_of_accounts import account
from helpdesk.ledger.journal import credit, debit, post
from tests.helpdesk.ledger.test_journal import draft

DAYS = [date(2026, 4, 10), date(2026, 5, 2), date(2026, 5, 2), date(2026, 5, 1), date(2026, 6, 9)]


def seven_lines(session, desk, clerk, kitahama) -> None:
    """Of the suspense account: five entries of 100 to 500 yen; the last also takes 40 and 60 from it again."""
    drafts = [draft(f"e-{at}", 100 * at, on=on) for at, on in enumerate(DAYS, 1)]
    lines = [
        credit("suspense", 500),
        debit("suspense", 40),
        debit("suspense", 60),
        debit("bank", 400, kitahama),
    ]
    drafts[-1] = draft("e-5", on=DAYS[-1], lines=lines)
    post(session, drafts, by=clerk, now=desk.clock())


def test_lines_stand_by_day_with_the_balance_after_each(session, desk, clerk, kitahama) -> None:
    seven_lines(session, desk, clerk, kitahama)
    found = account_ledger(session, account("suspense"), "2026-05", "2026-06")
    assert found.before_yen == 100
    told = [
        (each.booked_on.isoformat(), each.credit_yen - each.debit_yen, each.balance_yen)
        for each in found.lines
    ]
    assert told == [
        ("2026-05-01", 400, 500),
        ("2026-05-02", 200, 700),
        ("2026-05-02", 300, 1_000),
        ("2026-06-09", 500, 1_500),
        ("2026-06-09", -40, 1_460),
        ("2026-06-09", -60, 1_400),
    ]
    assert found.after is None


def test_pages_go_on_where_the_last_one_ended_whatever_their_length(session, desk, clerk, kitahama) -> None:
    seven_lines(session, desk, clerk, kitahama)
    whole = account_ledger(session, account("suspense"), "2026-05", "2026-06", limit=None).lines
    for limit in (1, 2, 4, 5):
        pages, after = [], ""
        while after is not None:
            page = account_ledger(
                session, account("suspense"), "2026-05", "2026-06", after=after, limit=limit
            )
            assert page.before_yen == (pages[-1].balance_yen if pages else 100)
            pages += page.lines
            after = page.after
        assert pages == whole
    wrong = account_ledger(session, account("suspense"), "2026-05", "2026-06", after="no cursor")
    assert wrong.lines == whole


def test_the_lines_of_one_business_have_a_balance_of_their_own(session, desk, clerk, kitahama) -> None:
    seven_lines(session, desk, clerk, kitahama)
    found = account_ledger(session, account("bank"), "2026-04", "2026-06", business_id=kitahama)
    assert [(each.debit_yen, each.balance_yen, each.business_name) for each in found.lines] == [
        (400, 400, "北浜エナジー株式会社")
    ]


def test_months_without_an_entry_keep_the_balance_of_the_month_before(session, desk, clerk, kitahama) -> None:
    seven_lines(session, desk, clerk, kitahama)
    told = month_end_balances(session, account("suspense"), "2026-05", "2026-08")
    assert told == [("2026-05", 1_000), ("2026-06", 1_400), ("2026-07", 1_400), ("2026-08", 1_400)]
