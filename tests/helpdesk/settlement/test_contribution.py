"""A month of each retailer over all areas, with remainders, corrections and items."""

import pytest

from calc_core.fiscal_year import DELIVERY_MONTHS
from helpdesk.errors import Refused
from helpdesk.settlement.contribution import compute_contribution
from helpdesk.settlement.derivation import explain
from tests.helpdesk.contributing import AREAS, YEAR, bill_months, everywhere, figure

THREE = everywhere({"R1": {}, "R2": {"peak_kw_summer": "1/3"}, "R3": {"contract_kw": "113.7"}})


def test_statements_and_remainder_come_to_a_twelfth_of_every_area(retail, session) -> None:
    retail.share(session, [4], THREE)
    computed = compute_contribution(session, YEAR, 4)
    assert [each.business_id for each in computed.statements] == sorted(
        retail.businesses[code] for code in ("R1", "R2", "R3")
    )
    billed = -sum(each.net_yen for each in computed.statements)
    twelfths = sum(int(row["retailers_total_yen"]) // 12 for row in computed.inputs["areas"])
    assert billed == int(computed.totals["month_yen"])
    assert billed + int(computed.totals["remainder_yen"]) == twelfths
    assert [row["area"] for row in computed.inputs["areas"]] == list(AREAS)
    assert all((row["retailers"], row["kw"]) == (3, "195") for row in computed.inputs["areas"])


def test_a_year_of_months_and_remainders_comes_to_the_totals_of_all_areas(retail, session) -> None:
    retail.share(session, DELIVERY_MONTHS, THREE)
    months = [compute_contribution(session, YEAR, month) for month in DELIVERY_MONTHS]
    spent = sum(int(each.totals[name]) for each in months for name in ("month_yen", "remainder_yen"))
    assert spent == int(months[0].totals["retailers_total_yen"])


def test_a_statement_explains_itself_by_area_and_names_no_other_retailer(retail, session) -> None:
    retail.share(session, [10], THREE)
    assert len(retail.settle(session, "contribution", 10).new) == 3
    for code in ("R1", "R2", "R3"):
        statement = retail.newest(session, "contribution", 10, code)
        explained = explain(session, statement)
        assert explained.is_reproduced
        assert [part.area for part in explained.parts] == list(AREAS)
        assert int(figure(statement, "contribution_yen")) == -statement.total_yen
        others = [row["business"] for row in statement.inputs["areas"][0]["inputs"]["retailers"]]
        assert others == [code, "他の小売電気事業者（2者の合計）"]
    assert figure(retail.newest(session, "contribution", 10, "R2"), "area.九州.kw_after_change") == "90"


def test_only_the_areas_where_a_retailer_is_stand_in_its_statement(retail, session) -> None:
    retail.share(session, [4], THREE | {("東京", "R1"): {"contract_kw": "0"}})
    alone = {key: kw for key, kw in THREE.items() if key[1] == "R1" or key[0] == "九州"}
    retail.share(session, [5], alone)
    retail.settle(session, "contribution", 4)
    retail.settle(session, "contribution", 5)
    april, may = (retail.newest(session, "contribution", month, "R1") for month in (4, 5))
    assert figure(april, "area.東京.month_yen") == "0"
    assert [row["area"] for row in may.inputs["areas"]] == list(AREAS)
    assert len(may.inputs["areas"][0]["inputs"]["retailers"]) == 1
    assert explain(session, april).is_reproduced
    assert explain(session, may).is_reproduced
    other = retail.newest(session, "contribution", 5, "R2")
    assert [row["area"] for row in other.inputs["areas"]] == ["九州"]


def test_after_the_invoice_the_difference_is_a_line_of_the_next_month(retail, session) -> None:
    retail.share(session, [4, 5], THREE)
    retail.settle(session, "contribution", 4)
    assert retail.settle(session, "contribution", 4).unchanged == 3
    bill_months(session, "contribution", [4])
    retail.share(session, [4], everywhere({"R1": {"contract_kw": "60"}}), version=2)
    items = retail.settle(session, "contribution", 4).items
    assert [(each.for_month, each.yen > 0) for each in items] == [(5, True), (5, False), (5, False)]
    retail.settle(session, "contribution", 5)
    statement = retail.newest(session, "contribution", 5, "R1")
    [own] = [each for each in items if each.business_id == statement.business_id]
    assert statement.sources == {"items": [own.id]}
    assert statement.net_yen == own.yen - int(figure(statement, "contribution_yen"))
    assert figure(statement, "adjustments_yen") == str(own.yen)
    assert explain(session, statement).is_reproduced


def test_a_retailer_that_is_gone_comes_to_nothing_instead_of_standing(retail, session) -> None:
    retail.share(session, [4], everywhere({"R1": {}, "R2": {}}))
    retail.settle(session, "contribution", 4)
    retail.share(session, [4], everywhere({"R2": {"contract_kw": "0"}}), version=2)
    done = retail.settle(session, "contribution", 4)
    assert (len(done.new), done.replaced) == (2, 2)
    gone = retail.newest(session, "contribution", 4, "R2")
    assert (gone.net_yen, gone.direction, gone.version) == (0, "none", 2)


def test_one_retailer_is_computed_as_among_all(retail, session) -> None:
    retail.share(session, [4], THREE)
    every = {each.business_id: each for each in compute_contribution(session, YEAR, 4).statements}
    wanted = retail.businesses["R3"]
    alone = compute_contribution(session, YEAR, 4, business_id=wanted)
    assert alone.statements == [every[wanted]]
    with pytest.raises(Refused, match="請求する小売電気事業者がありません"):
        compute_contribution(session, YEAR, 4, business_id=retail.businesses["T1"])


def test_everything_missing_is_named_at_once(retail, session) -> None:
    shares = {key: kw for key, kw in THREE.items() if key[0] != "四国"}
    retail.share(session, [4], shares | {("東北", "R2"): {"peak_kw_summer": "", "contract_kw_at_peak": ""}})
    with pytest.raises(Refused) as refused:
        compute_contribution(session, YEAR, 4)
    assert [each.where for each in refused.value.problems] == [
        "2026年度4月分 負担割合 東北",
        "2026年度4月分 四国",
    ]
    assert "「R2」に夏季ピークがありません" in refused.value.problems[0].message


def test_the_policy_of_the_peak_is_taken_from_what_is_configured(retail, session) -> None:
    retail.share(session, [10], THREE)
    annual = {"settlement/contribution_share": {"peak_basis": "annual"}}
    by_season, by_year = (
        compute_contribution(session, YEAR, 10, parameters=each).inputs["areas"][0]["kw"]
        for each in (None, annual)
    )
    assert (by_season, by_year) == ("265", "284")
