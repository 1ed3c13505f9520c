"""The totals of the areas from what is imported: the last versions count, what is missing is named at once."""

import pytest
from sqlalchemy import delete

from helpdesk.errors import Refused
from helpdesk.register.models import AreaDemand, AuctionResult
from helpdesk.settlement.area_contributions import area_contributions
from tests.helpdesk.contributing import AREAS, YEAR


def test_areas_come_to_the_national_total_in_the_order_of_their_codes(retail, session) -> None:
    found = area_contributions(session, YEAR, None)
    assert sum(found.totals.values()) == 5_832 * 1_001 * 45
    assert tuple(found.totals) == AREAS
    assert found.warnings == ()
    for row in found.rows():
        parts = ("utility_share_yen", "transitional_deduction_yen", "retailers_total_yen")
        assert int(row["area_total_yen"]) == sum(int(row[name]) for name in parts)
        assert row["transitional_deduction_yen"] == "7"


def test_a_correction_counts_and_an_additional_auction_adds(retail, session) -> None:
    before = area_contributions(session, YEAR, None)
    of = {"fiscal_year": YEAR, "area": "北海道", "recorded_at": retail.now}
    session.add(AreaDemand(version=2, h3_demand_kw=1_003, transitional_deduction_yen=8, **of))
    session.add(AuctionResult(auction="additional", version=1, quantity_kw=45, price_yen_per_kw=1_000, **of))
    session.flush()
    found = area_contributions(session, YEAR, None)
    assert sum(found.totals.values()) - sum(before.totals.values()) == 45_000
    assert found.deductions["北海道"] == 8
    assert found.utility_shares == before.utility_shares


def test_what_is_missing_or_does_not_fit_is_named(retail, session) -> None:
    with pytest.raises(Refused) as refused:
        area_contributions(session, 2030, None)
    assert [each.where for each in refused.value.problems] == ["2030年度 オークション結果", "2030年度 H3需要"]
    session.execute(delete(AuctionResult).where(AuctionResult.area.in_(["東京", "中部"])))
    with pytest.raises(Refused) as refused:
        area_contributions(session, YEAR, None)
    assert [each.where for each in refused.value.problems] == ["2026年度 オークション結果"] * 2
    assert "東京のメインオークションの行がありません" in refused.value.problems[0].message


def test_an_area_whose_deduction_is_above_its_total_is_not_computed(retail, session) -> None:
    of = {"fiscal_year": YEAR, "area": "北海道", "recorded_at": retail.now, "version": 2}
    session.add(AreaDemand(h3_demand_kw=1, transitional_deduction_yen=10**12, **of))
    session.flush()
    with pytest.raises(Refused, match="北海道: 小売電気事業者の負担総額が負"):
        area_contributions(session, YEAR, None)
