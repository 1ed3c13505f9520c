"""Issued and answered statements are billed: invoice, payment, set-off and entry, once each, also when killed."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest
from sqlalchemy import func, select

from cases.history import SYSTEM
from helpdesk import tasks
from helpdesk.desk import Desk
from helpdesk.documents.models import IssuedDocument
from helpdesk.errors import NotAllowed, Refused
from helpdesk.fail_points import EXIT_STATUS
from helpdesk.ledger.balances import open_yen
from helpdesk.ledger.book_audit import audit
from helpdesk.ledger.models import Allocation, Invoice, JournalEntry, JournalLine, Payment, Receipt
from helpdesk.ledger.receipts import ReceiptEntry
from helpdesk.settlement.models import SettlementItem
from helpdesk.task_models import Task
from helpdesk.workflows import bill_statements
from helpdesk.workflows.answer_statement import object_to_statement
from helpdesk.workflows.keep_ledger import enter_receipt
from tests.helpdesk.chain import Chain
from tests.helpdesk.crashing import Round


@pytest.fixture
def chain(desk: Desk) -> Chain:
    return Chain(desk)


@pytest.fixture
def answered(chain: Chain) -> Chain:
    """April is issued and confirmed: P001 gets 480,000 yen and tax, P002 owes 200,000 and tax."""
    chain.two_statements()
    chain.approve_all()
    chain.issue()
    chain.confirm()
    return chain


def test_a_month_makes_a_payment_and_an_invoice(answered: Chain) -> None:
    told = answered.bill().result
    assert (told["payments"], told["invoices"], told["refused"]) == (1, 1, [])
    [payment], [invoice] = answered.rows(Payment), answered.rows(Invoice)
    paid, owing = answered.newest()
    assert (payment.amount_yen, payment.statement_id) == (528_000, paid.id)
    assert payment.pay_on == date(2026, 9, 30)  # 4月分 is paid in September
    assert (invoice.amount_yen, invoice.kind, invoice.statement_id) == (220_000, "statement", owing.id)
    assert (invoice.issued_on, invoice.due_on) == (
        date(2026, 6, 30),
        date(2026, 7, 21),
    )  # the 20th is a holiday
    assert invoice.number == "S2026-04-0001"
    assert invoice.notified_result_id == owing.notified_result_id
    assert [each.state for each in (paid, owing)] == ["billed", "billed"]
    happened = ["invoice_recorded", "statement_billed", "invoice_mailed"]
    assert answered.events(f"account:{owing.business_id}")[-3:] == happened
    [mail] = answered.mails()[2:]
    assert (mail.to_address, mail.subject) == (
        "p002@example.jp",
        "S2026-04-0001 請求書発行のお知らせ（2026年度4月分）",
    )
    assert [each.kind for each in answered.rows(IssuedDocument)].count("invoice") == told["documents"] == 1


@pytest.mark.any_database
def test_what_is_objected_to_or_not_answered_waits_unless_somebody_goes_on_with_a_reason(
    chain: Chain,
) -> None:
    chain.contributions()
    chain.approve_all(family="contribution")
    chain.issue(family="contribution")
    told = chain.bill(family="contribution").result
    assert (told["invoices"], told["refused_count"]) == (0, 2)
    assert "事業者の確認がありません" in told["refused"][0][1]
    one, _ = chain.newest(family="contribution")
    chain.do(object_to_statement, one.id, grounds="需要が違います", by=chain["P001"])
    told = chain.bill(family="contribution", reason="期限を過ぎたため").result
    assert (told["invoices"], told["refused_count"]) == (1, 1)
    assert "異議申立てがあります" in told["refused"][0][1]
    [invoice] = chain.rows(Invoice)
    assert (invoice.kind, invoice.number, invoice.amount_yen) == ("contribution", "C2026-04-0001", 45_000)


@pytest.mark.any_database
def test_only_issued_statements_are_billed_by_those_who_may(chain: Chain) -> None:
    chain.contributions((-900_000, -1), 0, "provisional")
    with pytest.raises(Refused, match="仮算定の通知は請求しません"):
        chain.ask_to_bill(family="provisional", month=0)
    chain.contributions()
    with pytest.raises(Refused, match="通知した精算がありません"):
        chain.ask_to_bill(family="contribution")
    with pytest.raises(NotAllowed):
        chain.ask_to_bill(family="contribution", by="payment_staff")


@pytest.mark.any_database
def test_a_statement_of_nothing_is_billed_with_an_entry_of_its_gross_flows_only(chain: Chain) -> None:
    chain.fix({("R-1", 4): (400_000, 400_000), ("R-2", 4): (0, 0), ("R-3", 4): (0, 0)})
    chain.settle()
    told = chain.whole_month().result
    assert (told["nothing"], told["invoices"], told["payments"]) == (2, 0, 0)
    assert chain.rows(Invoice) == chain.rows(Payment) == []
    lines = chain.rows(JournalLine)
    assert sorted(each.debit_yen for each in lines) == [0, 400_000]


def test_a_payment_sets_off_what_the_business_owes_the_longest_due_first(answered: Chain) -> None:
    answered.bill()
    answered.fix({("R-1", 5): (1, 0), ("R-2", 5): (1, 0), ("R-3", 5): (150_000, 0)})
    answered.settle(5)
    assert answered.whole_month(month=5).result["set_off"] == 1
    may = answered.newest(5)[1]
    assert (may.offset_yen, may.total_yen) == (165_000, 0)
    [receipt], [allocation], [invoice] = (answered.rows(each) for each in (Receipt, Allocation, Invoice))
    assert (receipt.origin, receipt.statement_id, receipt.amount_yen) == ("setoff", may.id, 165_000)
    assert (allocation.invoice_id, allocation.amount_yen) == (invoice.id, 165_000)
    with answered.desk.database.read_session() as session:
        assert open_yen(session, [invoice])[invoice.id] == 55_000
        assert audit(session) == []


@pytest.mark.any_database
def test_a_debt_paid_meanwhile_is_computed_again_before_it_is_set_off(answered: Chain) -> None:
    answered.bill()
    answered.fix({("R-1", 5): (1, 0), ("R-2", 5): (1, 0), ("R-3", 5): (150_000, 0)})
    answered.settle(5)
    answered.approve_all(month=5)
    answered.issue(month=5)
    answered.confirm(month=5)
    owner = answered.market.businesses["P002"]
    entry = ReceiptEntry("T1", owner, "ﾋﾟｰ", 220_000, date(2026, 6, 30))
    answered.do(enter_receipt, entry, by=answered["manager"])
    told = answered.bill(month=5).result
    assert told["payments"] == 1
    [[where, message]] = told["refused"]
    assert where.startswith("P002発電")
    assert "未払の債務が変わりました" in message
    answered.settle(5)
    again = answered.newest(5)[1]
    assert (again.version, again.offset_yen, again.total_yen) == (2, 0, 165_000)


def test_a_difference_found_after_the_invoice_is_settled_with_the_next_month(answered: Chain) -> None:
    answered.bill()
    answered.fix({("R-3", 4): (100_000, 250_000)})
    answered.settle()
    [item] = answered.rows(SettlementItem)
    assert (item.yen, item.for_month) == (50_000, 5)
    assert answered.newest()[1].state == "billed"
    answered.fix({("R-1", 5): (1, 0), ("R-2", 5): (1, 0), ("R-3", 5): (0, 0)})
    answered.settle(5)
    may = answered.newest(5)[1]
    assert (may.net_yen, may.offset_yen) == (50_000, 55_000)
    assert answered.whole_month(month=5).result["set_off"] == 1


def test_two_workers_at_once_bill_a_statement_once(answered: Chain) -> None:
    task, one = answered.ask_to_bill(), answered.newest()[0]

    def bill_one(worker: int):
        return bill_statements._bill_one(answered.desk, one.id, task.input, {}, SYSTEM)

    with ThreadPoolExecutor(2) as workers:
        told = list(workers.map(bill_one, (1, 2)))
    assert sorted(each is None for each in told) == [False, True]
    assert len(answered.rows(Payment)) == len(answered.rows(JournalEntry)) == 1


@pytest.fixture(scope="module")
def killed_round():
    made = Round()
    yield made
    made.end()


@pytest.fixture
def setting_off(answered: Chain) -> Chain:
    """May waits to be billed: a payment, and one that is set off wholly."""
    answered.bill()
    answered.fix({("R-1", 5): (90_000, 0), ("R-2", 5): (0, 0), ("R-3", 5): (150_000, 0)})
    answered.settle(5)
    answered.approve_all(month=5)
    answered.issue(month=5)
    answered.confirm(month=5)
    return answered


@pytest.mark.parametrize(
    "place",
    [
        "statement_billing.billed:1",
        "statement_billing.before_commit:2",
        "statement_billing.committed:1",
        "task.handled",
    ],
)
def test_killed_anywhere_nothing_is_billed_twice_or_lost(
    setting_off: Chain, killed_round: Round, place: str
) -> None:
    setting_off.ask_to_bill(month=5)
    now = setting_off.desk.clock()
    assert killed_round.run(setting_off.desk, now=now, fail_point=place, work="tasks") == EXIT_STATUS
    setting_off.desk.clock.pass_by(seconds=int(tasks.LEASE_SECONDS) + 1)
    assert setting_off.work().state == "done"
    assert [each.state for each in setting_off.newest(5)] == ["billed", "billed"]
    counts = [len(setting_off.rows(each)) for each in (Payment, Invoice, Receipt, Allocation)]
    assert counts == [2, 1, 1, 1]
    with setting_off.desk.database.read_session() as session:
        of_may = select(func.count()).select_from(Task).where(Task.kind == "statement_billing")
        assert session.scalar(of_may) == 2
        kinds = select(JournalEntry.kind, func.count()).group_by(JournalEntry.kind)
        assert dict(session.execute(kinds).all()) == {"statement": 4, "setoff": 1, "allocation": 1}
        assert audit(session) == []
