"""What a business still owes of its year: each yen once, whatever is paid or to be set off elsewhere."""

from dataclasses import replace
from datetime import date

import pytest

from cases.history import SYSTEM
from helpdesk.ledger.allocating import allocate
from helpdesk.ledger.invoices import record_invoices
from helpdesk.ledger.models import Invoice
from helpdesk.ledger.receipts import ReceiptEntry, record_receipts
from helpdesk.settlement.carried_debt import Debt, carried_debts, set_off
from tests.helpdesk.money import invoice_entry
from tests.helpdesk.settling import YEAR, Market, bill, computed_statement


@pytest.fixture
def session(database, market: Market):
    with database.open_session(writes=True) as session:
        yield session


def owe(session, market: Market, amount_yen: int, number: int = 4, **changed) -> Invoice:
    """An invoice of P001's statement."""
    given = {"kind": "statement", "delivery_month": number} | changed
    day = given.pop("due_on", date(2026, 7, 1))
    code = f"第{amount_yen}-{number}号"
    entry = invoice_entry(code, market.businesses["P001"], amount_yen, day, **given)
    [made] = record_invoices(session, [entry], now=market.now).new
    return made


def debts(session, market: Market, number: int = 5, year: int = YEAR) -> list[tuple[int, int]]:
    found = carried_debts(session, year, number).get(market.businesses["P001"], [])
    return [(debt.invoice_id, debt.yen) for debt in found]


def test_earlier_months_of_the_year_count_the_longest_due_first(session, market: Market) -> None:
    later = owe(session, market, 500, 4, due_on=date(2026, 8, 1))
    sooner = owe(session, market, 70, 5)
    owe(session, market, 900, 6)
    owe(session, market, 11, 4, kind="contribution")
    owe(session, market, 12, 3, fiscal_year=YEAR - 1)
    owe(session, market, 13, delivery_month=None)
    assert debts(session, market, 4) == []
    assert debts(session, market, 6) == [(sooner.id, 70), (later.id, 500)]
    assert carried_debts(session, YEAR, 6, business_id=market.businesses["P002"]) == {}
    assert debts(session, market, 4, YEAR + 1) == []


def test_what_is_paid_is_not_owed(session, market: Market) -> None:
    owed = owe(session, market, 500)
    entry = ReceiptEntry("入金1", market.businesses["P001"], "", 300, date(2026, 7, 1))
    [receipt] = record_receipts(session, [entry], by=SYSTEM, now=market.now).new
    allocate(session, receipt, owed, 200, by=SYSTEM, now=market.now)
    assert debts(session, market) == [(owed.id, 300)]
    allocate(session, receipt, owed, 100, by=SYSTEM, now=market.now)
    assert debts(session, market) == [(owed.id, 200)]


def test_what_an_earlier_month_is_to_set_off_is_not_counted_again(session, market: Market) -> None:
    first, second = owe(session, market, 500), owe(session, market, 600)
    taking = computed_statement(
        market.businesses["P001"],
        550,
        offset_yen=550,
        total_yen=0,
        sources={"set_off": [[first.id, 500], [second.id, 50]]},
    )
    [may] = market.record(session, [taking], 5).new
    assert debts(session, market, 6) == [(second.id, 550)]
    assert debts(session, market, 5) == [(first.id, 500), (second.id, 600)]  # its own plan does not bind it
    taking = replace(taking, sources={"set_off": [[second.id, 550]]})
    market.record(session, [taking], 6)
    assert debts(session, market, 5) == [(first.id, 500), (second.id, 600)]  # nor does a later month's
    bill(session, may)  # from here on what it settled stands in allocations
    assert debts(session, market, 6) == [(first.id, 500), (second.id, 600)]


@pytest.mark.any_database
def test_a_set_off_takes_the_longest_due_first() -> None:
    owed = [Debt(1, 30), Debt(2, 50)]
    assert set_off(owed, 0) == []
    assert set_off(owed, 30) == [[1, 30]]
    assert set_off(owed, 45) == [[1, 30], [2, 15]]
    assert set_off(owed, 80) == [[1, 30], [2, 50]]
