"""When a payment is made, and what may be billed."""

from datetime import date

import pytest

from cases.history import SYSTEM
from helpdesk.database import Database
from helpdesk.errors import Refused
from helpdesk.ledger.invoices import record_invoices
from helpdesk.ledger.models import INVOICE_KINDS
from helpdesk.settlement.billing import KIND_OF_FAMILY, NEVER_BILLED, bill, billing_problems, pay_day
from helpdesk.settlement.models import FAMILIES
from tests.helpdesk.money import invoice_entry
from tests.helpdesk.settling import Market, computed_statement

HOLIDAYS = {date(2026, 11, 23): "勤労感謝の日"}


def test_every_family_that_is_billed_has_its_kind_of_invoice() -> None:
    assert KIND_OF_FAMILY.keys() | set(NEVER_BILLED) == FAMILIES.keys()
    assert set(KIND_OF_FAMILY.values()) <= INVOICE_KINDS.keys()


@pytest.mark.parametrize(
    ("month", "today", "paid_on"),
    [
        (4, date(2026, 8, 3), date(2026, 9, 30)),  # 4月分 in September
        (6, date(2026, 9, 1), date(2026, 11, 30)),
        (7, date(2026, 9, 1), date(2026, 12, 30)),  # banks close on 31 December
        (5, date(2026, 10, 30), date(2026, 11, 2)),  # the day has come: the next bank day
        (5, date(2026, 11, 20), date(2026, 11, 24)),  # it has passed: the next bank day
        (3, date(2027, 6, 1), date(2027, 8, 31)),  # 3月分 in August
        (0, date(2026, 11, 2), date(2026, 11, 30)),  # of a whole year: this month
    ],
)
def test_a_payment_is_made_on_the_last_bank_day_of_its_month(month: int, today: date, paid_on: date) -> None:
    assert pay_day(2026, month, today, HOLIDAYS) == paid_on


@pytest.mark.any_database
def test_what_stands_against_billing_is_said_at_once(database: Database, market: Market) -> None:
    with database.write_session() as session:
        made = [computed_statement(each, -1_000) for each in market.businesses.values()]
        one, other = market.record(session, made, family="contribution").new
        [problem] = billing_problems(session, one, without_answer=True)
        assert problem.message == "「仮算定」です。通知した精算だけを請求・支払に進められます"
        one.state, one.number, one.answer = "issued", "第1号", "confirmed"
        other.state, other.number = "issued", "第2号"
        assert billing_problems(session, one, without_answer=False) == []
        assert billing_problems(session, other, without_answer=True) == []
        market.record(session, [computed_statement(one.business_id, -2_000)], family="contribution")
        session.refresh(one)
        with pytest.raises(Refused, match="新しい版があります"):
            bill(session, one, due_days=20, holidays={}, by=SYSTEM, now=market.now)


@pytest.mark.any_database
def test_a_number_that_an_imported_invoice_bears_is_passed_over(database: Database, market: Market) -> None:
    with database.write_session() as session:
        business_id = market.businesses["P001"]
        entry = invoice_entry("S2026-04-0001", business_id, 500, date(2026, 7, 31), kind="penalty")
        record_invoices(session, [entry], now=market.now)
        market.fix(session, {("R-1", 4): (0, 1_000), ("R-2", 4): (0, 0), ("R-3", 4): (0, 0)})
        one = next(each for each in market.settle(session).new if each.business_id == business_id)
        one.state, one.number, one.answer = "issued", "第1号", "confirmed"
        billed = bill(session, one, due_days=20, holidays={}, by=SYSTEM, now=market.now)
        assert billed.invoice is not None
        assert (billed.invoice.number, billed.invoice.amount_yen) == ("S2026-04-0002", 1_100)
