"""Penalties that came in go back to the retailers, when the year is billed."""

import pytest

from calc_core.fiscal_year import DELIVERY_MONTHS
from helpdesk.errors import Refused
from helpdesk.settlement.derivation import explain
from helpdesk.settlement.refund import compute_refund
from tests.helpdesk.contributing import YEAR, bill_months, everywhere, figure
from tests.helpdesk.settling import build_market

SHARES = everywhere({"R1": {}, "R2": {"contract_kw": "70"}, "R3": {"contract_kw": "0"}})


def settled_year(retail, session, penalty: int) -> None:
    market = build_market(session, now=retail.now, plants={"P001": ("R-1",)})
    market.fix(session, {("R-1", month): (10_000, penalty) for month in DELIVERY_MONTHS})
    retail.share(session, DELIVERY_MONTHS, SHARES)
    for month in DELIVERY_MONTHS:
        market.settle(session, month)
        retail.settle(session, "contribution", month)


def test_the_pool_is_given_back_to_the_yen_and_says_where_it_comes_from(retail, session) -> None:
    settled_year(retail, session, 101)
    with pytest.raises(Refused) as refused:
        compute_refund(session, YEAR)
    assert [each.where.split(" ")[1] for each in refused.value.problems] == [
        "容量確保契約金額・経済的ペナルティ",
        "容量拠出金（小売電気事業者）",
    ]
    for family in ("capacity", "contribution"):
        bill_months(session, family)
    retail.settle(session, "refund")
    one, other = (retail.newest(session, "refund", 0, code) for code in ("R1", "R2"))
    assert one.total_yen + other.total_yen == 12 * 101
    assert (one.direction, figure(one, "refund_total_yen")) == ("pay", str(one.total_yen))
    assert figure(one, "penalty_netted_yen") == figure(one, "area.全エリア.pool_yen") == "1212"
    assert explain(session, one).is_reproduced
    assert explain(session, other).is_reproduced
    computed = compute_refund(session, YEAR)
    assert computed.totals["pool_yen"] == "1212"
    assert len(computed.statements) == 2


def test_where_nothing_came_in_there_is_nothing_to_give_back(retail, session) -> None:
    settled_year(retail, session, 0)
    for family in ("capacity", "contribution"):
        bill_months(session, family)
    with pytest.raises(Refused, match="還元する額がありません"):
        compute_refund(session, YEAR)
