"""The year of contributions as a page: what it leads to, who may open it, and an empty year says how to begin."""

import pytest

from tests.helpdesk.browser import said
from tests.helpdesk.many_statements import YEAR, add_run
from tests.world import World

AREA = {
    "area": "東京",
    "h3_demand_kw": "1234",
    "area_total_yen": "2400",
    "utility_share_yen": "120",
    "transitional_deduction_yen": "80",
    "retailers_total_yen": "2200",
    "month_yen": "180",
    "remainder_yen": "3",
}


@pytest.mark.any_database
def test_a_year_of_contributions_shows_who_bears_what_and_leads_to_its_months(
    desk, enter, world: World
) -> None:
    with desk.database.write_session() as session:
        earlier = {**AREA, "retailers_total_yen": "2100"}
        add_run(session, desk, "contribution", 4, inputs={"areas": [earlier]}, totals={"month_yen": "180"})
        add_run(session, desk, "contribution", 5, inputs={"areas": [AREA]}, totals={"month_yen": "180"})
    staff = enter("operator")
    page = staff.get(f"/statements/contribution/{YEAR}")
    told = said(page)
    assert "5月分の計算" in told
    assert "東京 1,234 kW 2,400 円 120 円 80 円 2,200 円 360 円 6 円 1,834 円 120 円" in told
    assert "総額が変わる前に計算した月があります" in told
    assert 'href="/statements/2026/5/contribution"' in page.text
    assert f'href="/statements/contribution/{YEAR}"' in staff.get(f"/statements/?year={YEAR}").text


@pytest.mark.any_database
def test_an_empty_year_says_how_to_begin_and_who_may_not_see_money_is_not_let_in(enter, world) -> None:
    page = enter("operator").get("/statements/contribution/2031")
    assert "2031年度の容量拠出金はまだ計算していません" in said(page)
    assert enter("operator").get("/statements/contribution/1999").status_code == 404
    assert enter("reserve_margin_operator").get(f"/statements/contribution/{YEAR}").status_code == 403
