"""A utility's months: twelve of them come to its areas' shares; March needs the eleven before it."""

from datetime import date

import pytest
from sqlalchemy import delete

from calc_core.fiscal_year import DELIVERY_MONTHS
from helpdesk.errors import Refused
from helpdesk.register.models import AreaDemand, AreaUtility
from helpdesk.settlement.area_contributions import area_contributions
from helpdesk.settlement.derivation import explain
from helpdesk.settlement.utility_share import compute_utility_share
from tests.helpdesk.contributing import YEAR, bill_months, figure


def test_a_year_of_months_comes_to_the_share_to_the_yen(retail, session) -> None:
    shares = area_contributions(session, YEAR, None).utility_shares
    for month in DELIVERY_MONTHS:
        assert len(retail.settle(session, "utility_share", month).new) == 9
    billed = [retail.newest(session, "utility_share", month, "T3") for month in DELIVERY_MONTHS]
    assert -sum(each.total_yen for each in billed) == shares["東京"]
    march = billed[-1]
    assert figure(march, "area.東京.cumulative_yen") == str(shares["東京"])
    assert figure(march, "area.東京.remaining_yen") == "0"
    assert all(explain(session, each).is_reproduced for each in billed)


def test_march_before_the_others_names_the_missing_months(retail, session) -> None:
    retail.settle(session, "utility_share", 4)
    with pytest.raises(Refused) as refused:
        compute_utility_share(session, YEAR, 3)
    assert len(refused.value.problems) == 9
    message = refused.value.problems[0].message
    assert message.startswith("5月分・6月分")
    assert "2月分をまだ計算していない" in message


def test_an_area_without_a_utility_is_named_and_the_others_are_computed(retail, session) -> None:
    session.execute(delete(AreaUtility).where(AreaUtility.area == "四国"))
    computed = compute_utility_share(session, YEAR, 4)
    assert [each.where for each in computed.refused] == ["2026年度4月分 四国"]
    assert len(computed.statements) == 8
    assert [row["area"] for row in computed.inputs["areas"] if "month_yen" not in row] == ["四国"]


def test_who_runs_the_grid_at_the_end_of_the_month_is_invoiced(retail, session) -> None:
    session.add(
        AreaUtility(
            area="北海道",
            valid_from=date(YEAR, 5, 31),
            version=1,
            business_id=retail.businesses["T9"],
            recorded_at=retail.now,
        )
    )
    session.flush()
    for month in (4, 5):
        retail.settle(session, "utility_share", month)
    may = retail.newest(session, "utility_share", 5, "T9")
    assert [row["area"] for row in may.inputs["areas"]] == ["北海道", "九州"]
    april_yen = figure(retail.newest(session, "utility_share", 4, "T1"), "area.北海道.month_yen")
    assert may.inputs["areas"][0]["inputs"]["billed_before_yen"] == int(april_yen)


def test_what_changed_after_the_invoice_is_settled_once_and_march_takes_the_rest(retail, session) -> None:
    months = DELIVERY_MONTHS[:-1]
    for month in months:
        retail.settle(session, "utility_share", month)
    bill_months(session, "utility_share", [4])
    of = {"fiscal_year": YEAR, "area": "北海道", "recorded_at": retail.now, "version": 2}
    session.add(AreaDemand(h3_demand_kw=901, transitional_deduction_yen=7, **of))
    session.flush()
    items = retail.settle(session, "utility_share", 4).items
    assert [(each.business_id, each.for_month) for each in items] == [(retail.businesses["T1"], 5)]
    for month in (*months[1:], 3):
        retail.settle(session, "utility_share", month)
    year = [retail.newest(session, "utility_share", month, "T1") for month in DELIVERY_MONTHS]
    share = area_contributions(session, YEAR, None).utility_shares["北海道"]
    assert -sum(each.total_yen for each in year) == share
    assert all(explain(session, each).is_reproduced for each in year)
