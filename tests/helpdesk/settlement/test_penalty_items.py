"""What later differences change of penalties goes through the account of the penalties: it holds what is to be refunded."""

from random import Random

import pytest
from sqlalchemy import func, select

from cases.history import SYSTEM
from helpdesk.ledger.chart_of_accounts import code_of
from helpdesk.ledger.models import JournalLine
from helpdesk.settlement.booking import book_statements
from helpdesk.settlement.lists import newest_statements
from helpdesk.settlement.models import SettlementItem
from helpdesk.settlement.penalty_items import penalties_lowered
from helpdesk.settlement.penalty_receipts import penalty_receipts
from tests.helpdesk.contributing import YEAR, owe
from tests.helpdesk.settling import PLANTS, bill, build_market

CODES = [code for codes in PLANTS.values() for code in codes]


def drawn(random: Random, month: int) -> dict[tuple[str, int], tuple[int, int]]:
    """Payments and penalties of a month; some penalties above the payment, some given back."""
    return {(code, month): (random.randint(0, 5_000), random.randint(-500, 9_000)) for code in CODES}


def booked_yen(session) -> int:
    """還元預り金."""
    found = select(func.sum(JournalLine.credit_yen - JournalLine.debit_yen)).where(
        JournalLine.account == code_of("refund_deposit")
    )
    return int(session.scalar(found) or 0)


def bill_month(session, retail, month: int) -> None:
    """Billed and booked, and what is invoiced is paid at once."""
    statements = newest_statements(session, "capacity", YEAR, month)
    for statement in statements:
        bill(session, statement)
        if statement.total_yen < 0:
            owe(session, retail, statement, paid_yen=-statement.total_yen)
    book_statements(session, statements, by=SYSTEM, now=retail.now)


@pytest.mark.parametrize("seed", range(4))
def test_the_account_holds_what_is_to_be_refunded_whatever_is_computed_again(
    retail, session, seed: int
) -> None:
    random, market = Random(seed), build_market(session, now=retail.now)
    months = (4, 5, 6, 7)
    for month in months:
        market.fix(session, drawn(random, month))
        market.settle(session, month)
        bill_month(session, retail, month)
        for earlier in months[: months.index(month) + 1 if month != months[-1] else 0]:
            if random.random() < 0.7:
                market.fix(session, drawn(random, earlier))
                market.settle(session, earlier)
    assert session.scalar(select(func.count(SettlementItem.id))) > 2
    receipts = penalty_receipts(session, YEAR)
    assert booked_yen(session) == receipts.received_yen - receipts.repaid_yen


def test_only_the_penalty_part_of_a_difference_is_of_the_penalties(retail, session) -> None:
    market = build_market(session, now=retail.now)
    plain = {(code, 4): (1_000, 0) for code in CODES}
    market.fix(session, plain | {("R-1", 4): (1_000, 300)})
    market.settle(session)
    bill_month(session, retail, 4)
    for payment, penalty in ((900, 100), (950, 160)):
        market.fix(session, {("R-1", 4): (payment, penalty)})
        market.settle(session)
    market.fix(session, {(code, 5): (1_000, 0) for code in CODES})
    market.settle(session, 5)
    one, other = newest_statements(session, "capacity", YEAR, 5)
    assert [each["yen"] for each in one.inputs["adjustments"]] == [100, -10]
    assert (penalties_lowered(session, one), penalties_lowered(session, other)) == (140, 0)
