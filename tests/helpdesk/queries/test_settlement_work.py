"""What waits is told to whoever does it, and to nobody else."""

import pytest

from helpdesk.queries.settlement_work import SettlementWork, settlement_work
from tests.helpdesk.paying import PAY_ON, add_payment, add_statement


@pytest.mark.parametrize(
    ("login", "expected"),
    [
        ("payment_staff", SettlementWork(to_issue=1)),
        ("accounting_staff", SettlementWork(to_issue=1, to_bill=3, to_transfer=1)),
        ("operator", SettlementWork()),
    ],
)
def test_each_is_told_what_waits_for_him_or_her(desk, businesses, people, login, expected) -> None:
    with desk.database.write_session() as session:
        add_payment(session, desk, businesses["P001"], 700, month=4)
        add_statement(session, desk, businesses["P002"], 800, month=5)
        add_statement(session, desk, businesses["P001"], 900, month=6)
        add_statement(session, desk, businesses["P001"], 950, month=7).state = "fixed"
    with desk.database.read_session() as session:
        assert settlement_work(session, people[login], today=PAY_ON) == expected


def test_home_leads_to_what_waits(enter, desk, businesses) -> None:
    with desk.database.write_session() as session:
        add_statement(session, desk, businesses["P001"], 950, month=7).state = "fixed"
    page = enter("payment_staff").get("/").text
    assert "通知を待つ精算" in page
    assert "請求・支払を待つ精算" not in page
