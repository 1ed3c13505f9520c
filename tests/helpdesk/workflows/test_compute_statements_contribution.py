"""Contributions from the imported inputs to the books: computed by a worker, approved, told, confirmed, invoiced, booked."""

import pytest
from sqlalchemy import func, select

from helpdesk.desk import Desk
from helpdesk.documents.models import IssuedDocument
from helpdesk.ledger.book_audit import audit
from helpdesk.ledger.chart_of_accounts import code_of
from helpdesk.ledger.models import Invoice, JournalEntry, JournalLine, Payment
from helpdesk.settlement.derivation import explain
from helpdesk.settlement.models import SettlementItem, SettlementRun
from helpdesk.workflows.compute_statements import request_settlement
from tests.helpdesk.chain import Chain
from tests.helpdesk.contributing import YEAR, Retail, build_retail, everywhere

SHARES = everywhere({"P001": {}, "P002": {"contract_kw": "71.3"}})


@pytest.fixture
def chain(desk: Desk) -> Chain:
    return Chain(desk)


@pytest.fixture
def retail(desk: Desk, chain: Chain) -> Retail:
    """The two businesses of the chain are retailers in every area."""
    with desk.database.write_session() as session:
        made = build_retail(session, now=desk.clock(), retailers=())
        retail = Retail({**made.businesses, **chain.market.businesses}, made.now)
        retail.share(session, [4, 5], SHARES)
    return retail


def compute(chain: Chain, family: str, month: int) -> dict:
    of = {"family": family, "fiscal_year": YEAR, "delivery_month": month}
    chain.do(request_settlement, **of, by=chain["payment_staff"])
    return chain.work().result


def test_a_month_is_invoiced_and_booked_with_its_remainder_and_corrected_in_the_next(
    chain: Chain, retail: Retail
) -> None:
    told = compute(chain, "contribution", 4)
    assert (told["new_versions"], told["refused"], told["warnings"]) == (2, [], [])
    [run] = chain.rows(SettlementRun)
    billed = chain.whole_month(family="contribution").result
    assert (billed["invoices"], billed["payments"], billed["refused"]) == (2, 0, [])
    invoices = chain.rows(Invoice)
    assert sum(each.amount_yen for each in invoices) == int(run.totals["month_yen"])
    assert {each.kind for each in invoices} == {"contribution"}
    assert {each.kind for each in chain.rows(IssuedDocument)} >= {"invoice"}
    with chain.desk.database.read_session() as session:
        assert audit(session) == []
        remainder = session.scalars(select(JournalEntry).where(JournalEntry.kind == "remainder")).one()
        lines = session.scalars(select(JournalLine).where(JournalLine.entry_id == remainder.id)).all()
        assert sum(line.debit_yen for line in lines) == int(run.totals["remainder_yen"]) > 0
    with chain.desk.database.write_session() as session:
        retail.share(session, [4], everywhere({"P001": {"contract_kw": "60"}}), version=2)
    told = compute(chain, "contribution", 4)
    assert (told["items"], told["items_for"]) == (2, [[YEAR, 5]])
    compute(chain, "contribution", 5)
    assert chain.whole_month(month=5, family="contribution").result["refused"] == []
    may = {each.business_id: each for each in chain.newest(5, "contribution")}
    for item in chain.rows(SettlementItem):
        assert may[item.business_id].sources["items"] == [item.id]
    with chain.desk.database.read_session() as session:
        assert audit(session) == []
        booked = select(func.sum(JournalLine.debit_yen - JournalLine.credit_yen))
        of_remainder = booked.where(JournalLine.account == code_of("remainder"))
        last = {each.delivery_month: int(each.totals["remainder_yen"]) for each in chain.rows(SettlementRun)}
        assert session.scalar(of_remainder) == sum(last.values())  # also of what was computed anew


@pytest.mark.any_database
def test_a_utility_and_a_provisional_year_are_told_and_only_the_utility_is_invoiced(
    chain: Chain, retail: Retail
) -> None:
    assert compute(chain, "utility_share", 4)["new_versions"] == 9
    chain.approve_all(family="utility_share")
    chain.issue(family="utility_share")
    billed = chain.bill(family="utility_share", reason="確認の期限を過ぎたため").result
    assert (billed["invoices"], billed["refused"]) == (9, [])
    assert compute(chain, "provisional", 0)["new_versions"] == 2
    chain.approve_all(family="provisional", month=0)
    assert chain.issue(family="provisional", month=0).result["refused"] == []
    assert len(chain.rows(Invoice)) == 9
    assert chain.rows(Payment) == []
    with chain.desk.database.read_session() as session:
        for each in chain.newest(0, "provisional"):
            assert explain(session, session.merge(each, load=False)).is_reproduced
        assert audit(session) == []


@pytest.mark.any_database
def test_missing_inputs_are_told_by_the_task(chain: Chain) -> None:
    of = {"family": "contribution", "fiscal_year": YEAR, "delivery_month": 4}
    task = chain.do(request_settlement, **of, by=chain["payment_staff"])
    with pytest.raises(AssertionError):
        chain.work()
    with chain.desk.database.read_session() as session:
        assert "オークション結果" in session.get_one(type(task), task.id).error
