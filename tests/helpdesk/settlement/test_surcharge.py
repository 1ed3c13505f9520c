"""What was not paid is borne by the others, when the year is billed."""

from datetime import timedelta

import pytest

from calc_core.fiscal_year import DELIVERY_MONTHS
from helpdesk.errors import Refused
from helpdesk.settlement.derivation import explain
from helpdesk.settlement.surcharge import compute_surcharge, uncollected
from tests.helpdesk.contributing import OVERDUE, YEAR, bill_months, everywhere, figure, owe, pay

SHARES = everywhere({"R1": {}, "R2": {"contract_kw": "70"}, "R3": {"contract_kw": "11"}})


def billed_year(retail, session) -> None:
    retail.share(session, DELIVERY_MONTHS, SHARES)
    for month in DELIVERY_MONTHS:
        retail.settle(session, "contribution", month)
    bill_months(session, "contribution")


def test_the_others_bear_what_is_open_by_what_they_bore(retail, session) -> None:
    billed_year(retail, session)
    paid = retail.newest(session, "contribution", 4, "R1")
    owe(session, retail, paid, paid_yen=-paid.total_yen)
    with pytest.raises(Refused, match="未回収の容量拠出金がない"):
        compute_surcharge(session, YEAR, on=OVERDUE)
    invoice = owe(session, retail, retail.newest(session, "contribution", 5, "R3"), paid_yen=1)
    assert [each.invoice_id for each in uncollected(session, YEAR, on=OVERDUE)] == [invoice.id]
    retail.settle(session, "surcharge")
    one, other = (retail.newest(session, "surcharge", 0, code) for code in ("R1", "R2"))
    assert -(one.total_yen + other.total_yen) == invoice.amount_yen - 1
    assert one.total_yen < other.total_yen < 0
    assert figure(one, "area.全エリア.amount_yen") == str(invoice.amount_yen - 1)
    assert explain(session, one).is_reproduced
    assert explain(session, other).is_reproduced
    computed = compute_surcharge(session, YEAR, on=OVERDUE)
    assert retail.businesses["R3"] not in {each.business_id for each in computed.statements}
    assert computed.inputs["invoices"] == [[invoice.id, invoice.number, invoice.amount_yen - 1]]


def test_what_is_not_due_yet_is_not_uncollected(retail, session) -> None:
    billed_year(retail, session)
    invoice = owe(session, retail, retail.newest(session, "contribution", 5, "R3"))
    assert uncollected(session, YEAR, on=invoice.due_on) == []
    with pytest.raises(Refused, match="支払期限を過ぎた未回収"):
        compute_surcharge(session, YEAR, on=invoice.due_on)
    on = invoice.due_on + timedelta(days=1)
    other = owe(session, retail, retail.newest(session, "contribution", 6, "R2"))
    other.due_on = on
    session.flush()
    computed = compute_surcharge(session, YEAR, on=on)
    assert computed.inputs["on"] == on.isoformat()
    assert [number for _, number, _ in computed.inputs["invoices"]] == [invoice.number]
    bearing = {each.business_id for each in computed.statements}
    assert bearing == {retail.businesses["R1"], retail.businesses["R2"]}


def test_money_that_comes_in_later_is_settled_a_year_later(retail, session) -> None:
    billed_year(retail, session)
    invoice = owe(session, retail, retail.newest(session, "contribution", 5, "R3"))
    retail.settle(session, "surcharge")
    bill_months(session, "surcharge", [0])
    pay(session, retail, invoice, 1_001)
    items = retail.settle(session, "surcharge").items
    assert sum(each.yen for each in items) == 1_001
    assert {(each.for_year, each.for_month) for each in items} == {(YEAR + 1, 0)}


def test_a_year_that_is_not_billed_and_one_in_which_everybody_owes_are_refused(retail, session) -> None:
    with pytest.raises(Refused, match="まだ計算していません"):
        compute_surcharge(session, YEAR, on=OVERDUE)
    billed_year(retail, session)
    for code in ("R1", "R2", "R3"):
        owe(session, retail, retail.newest(session, "contribution", 4, code))
    with pytest.raises(Refused, match="未回収のない小売電気事業者がない"):
        compute_surcharge(session, YEAR, on=OVERDUE)
