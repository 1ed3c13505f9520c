"""A month goes through the pages, from fixed results to a payment: each person presses what the page offers."""

import pytest

from helpdesk.ledger.models import Payment
from helpdesk.register.month_results import newest
from helpdesk.register.result_fixing import fix
from helpdesk.settlement.models import BusinessStatement
from helpdesk.task_worker import run_next
from helpdesk.workflows import bill_statements, compute_statements, issue_statements
from tests.helpdesk.assessed import month, record
from tests.helpdesk.browser import said
from tests.world import YEAR, World

MONTH = "/statements/2026/4"
CHAIN = ("payment_staff", "payment_head", "accounting_staff", "accounting_head")


def work(world: World) -> None:
    """A worker does what waits."""
    desk = world.desk
    handlers = {
        compute_statements.KIND: lambda run: compute_statements.run_settlement(desk, run),
        issue_statements.KIND: lambda run: issue_statements.run_issue(desk, run),
        bill_statements.KIND: lambda run: bill_statements.run_billing(desk, run),
    }
    assert run_next(desk.database, handlers, clock=desk.clock, holder="test")


@pytest.mark.any_database
def test_a_month_is_computed_approved_by_four_issued_confirmed_and_paid(enter, people, world: World) -> None:
    own = world.businesses["P001"]
    with world.desk.database.write_session() as session:
        record(session, [month(each, own) for each in world.resources.values()], now=world.clock())
        results = newest(session, YEAR, delivery_month=4)
        fix(session, results, by=people["payment_head"], now=world.clock())
    staff = enter("payment_staff")
    assert staff.post(f"{MONTH}/capacity/compute", {"code": ""}).status_code == 302
    work(world)
    assert "計算済 1" in said(staff.get(MONTH))
    for login in CHAIN:
        person = enter(login)
        page = person.get(f"{MONTH}/capacity").text
        sent = {
            name: page.partition(f'name="{name}" value="')[2].partition('"')[0] for name in ("shown", "step")
        }
        told = said(person.post(f"{MONTH}/capacity/approve", {**sent, "do": "all"}, follow_redirects=True))
        assert "を 1 件について行いました" in told, login
    assert "通知を発行する" in said(staff.get(MONTH))
    staff.post(f"{MONTH}/capacity/issue")
    work(world)
    with world.desk.database.read_session() as session:
        made = session.query(BusinessStatement).one()
    business = enter("business_user")
    assert made.number is not None
    assert made.number in said(business.get("/portal/statements/"))
    document = business.get(f"/portal/statements/{made.id}/document/pdf")
    assert document.data.startswith(b"%PDF")
    business.post(f"/portal/statements/{made.id}/confirm")
    enter("accounting_staff").post(f"{MONTH}/capacity/bill")
    work(world)
    page = said(staff.get(MONTH))
    assert "（請求書 0・支払 1・相殺 0）" in page
    assert "入金・振込の完了待ち 1 件" in page
    with world.desk.database.read_session() as session:
        payment = session.query(Payment).one()
    assert payment.amount_yen == made.total_yen
    shown = said(staff.get(f"/statements/{made.id}?explain=1"))
    assert payment.number in shown
    assert "記録された金額と一致します" in shown
    assert f"{payment.amount_yen:,} 円 を" in said(business.get(f"/portal/statements/{made.id}"))
