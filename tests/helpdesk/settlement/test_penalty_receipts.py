"""What of the penalties came in: netted, paid without its tax, given back; never more than was charged."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpdesk.ledger.models import Invoice
from helpdesk.settlement.lists import newest_statements
from helpdesk.settlement.penalty_receipts import PenaltyReceipts, came_in, penalty_receipts
from tests.helpdesk.contributing import YEAR, bill_months, owe, pay
from tests.helpdesk.settling import build_market


@pytest.mark.parametrize(
    ("charged", "net", "tax", "paid", "expected"),
    [
        (100, 500, 50, 0, (100, 0)),
        (100, 0, 0, 0, (100, 0)),
        (1_000, -200, -20, 0, (800, 0)),
        (1_000, -200, -20, 110, (800, 100)),
        (1_000, -200, -20, 220, (800, 200)),
        (1_000, -1_500, -150, 1_650, (0, 1_000)),  # another adjustment was claimed as well
        (0, -5, 0, 5, (0, 0)),
    ],
)
def test_what_was_netted_and_what_was_paid(charged, net, tax, paid, expected) -> None:
    assert came_in(charged, net, tax, paid) == expected


@settings(max_examples=60)
@given(st.integers(0, 10**9), st.integers(-(10**9), 10**9), st.integers(0, 100))
def test_never_more_than_was_charged_and_all_of_it_once_paid(charged: int, net: int, percent: int) -> None:
    tax = abs(net) // 10 * (1 if net >= 0 else -1)
    claim = max(-(net + tax), 0)
    assert sum(came_in(charged, net, tax, claim)) == charged
    netted, collected = came_in(charged, net, tax, claim * percent // 100)
    assert 0 <= netted + collected <= charged


def test_what_came_in_is_read_from_the_ledger(retail, session) -> None:
    market = build_market(session, now=retail.now)
    market.fix(session, {("R-1", 4): (1_000, 100), ("R-2", 4): (2_000, -30), ("R-3", 4): (50, 5_000)})
    market.fix(session, {("R-1", 5): (500, 70), ("R-2", 5): (0, 0), ("R-3", 5): (0, 0)})
    for month in (4, 5):
        market.settle(session, month)
    assert penalty_receipts(session, YEAR) == PenaltyReceipts()  # nothing is billed yet
    bill_months(session, "capacity", [4])
    [debtor] = newest_statements(session, "capacity", YEAR, 4, business_id=market.businesses["P002"])
    assert (debtor.net_yen, debtor.tax_yen) == (-4_950, -495)
    invoice = owe(session, retail, debtor)
    assert penalty_receipts(session, YEAR) == PenaltyReceipts(netted_yen=150, repaid_yen=30)
    pay(session, retail, invoice, 1_089)
    assert penalty_receipts(session, YEAR) == PenaltyReceipts(150, 990, 0, 30)
    pay(session, retail, invoice, 5_445 - 1_089)
    assert penalty_receipts(session, YEAR).received_yen == 5_100
    other = Invoice(
        number="P-1",
        business_id=market.businesses["P001"],
        kind="penalty",
        fiscal_year=YEAR,
        delivery_month=4,
        amount_yen=77,
        issued_on=invoice.issued_on,
        due_on=invoice.due_on,
        recorded_at=retail.now,
    )
    session.add(other)
    session.flush()
    pay(session, retail, other, 70)
    assert penalty_receipts(session, YEAR) == PenaltyReceipts(150, 4_950, 70, 30)


def test_a_penalty_that_came_down_after_the_invoice_is_given_back(retail, session) -> None:
    market = build_market(session, now=retail.now)
    market.fix(session, {("R-1", 4): (1_000, 100), ("R-2", 4): (0, 0), ("R-3", 4): (900, 10)})
    market.settle(session)
    bill_months(session, "capacity", [4])
    market.fix(session, {("R-1", 4): (1_000, 40), ("R-3", 4): (900, 15)})
    market.settle(session)
    assert penalty_receipts(session, YEAR) == PenaltyReceipts(netted_yen=115, repaid_yen=60)
