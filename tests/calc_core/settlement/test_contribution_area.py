"""The areas' contributions: they come to the national total; order does not matter; what does not fit is named."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from calc_core.areas import CAPACITY_AREAS
from calc_core.catalogue import evaluate
from calc_core.errors import InputRefused
from tests.calc_core.drawn_inputs import contribution_area

RULE = "settlement/contribution_area"


def of(area: str, **more: Any) -> dict[str, Any]:
    return {"auction": "main", "area": area, "quantity_kw": 100, "price_yen_per_kw": 10} | more


def demand(area: str, kw: int = 50) -> dict[str, Any]:
    return {"area": area, "h3_demand_kw": kw, "transitional_deduction_yen": 0}


@settings(max_examples=30)
@given(drawn=contribution_area(), chance=st.randoms(use_true_random=False))
def test_nothing_is_created_or_lost_whatever_the_order(drawn: Any, chance: Any) -> None:
    inputs, _ = drawn
    result = evaluate(RULE, 2026, inputs)
    national = sum(row["quantity_kw"] * row["price_yen_per_kw"] for row in inputs["auction"])
    deductions = {row["area"]: row["transitional_deduction_yen"] for row in inputs["areas"]}
    assert result.value == sum(result.values["area_total_yen"].values()) == national
    for area, total in result.values["area_total_yen"].items():
        parts = result.values["utility_share_yen"][area] + result.values["retailers_total_yen"][area]
        assert total == parts + deductions[area]
    shuffled = {name: chance.sample(rows, len(rows)) for name, rows in inputs.items()}
    again = evaluate(RULE, 2026, shuffled)
    assert (again.values, again.value) == (result.values, result.value)
    assert list(again.values["area_total_yen"]) == [area for area in CAPACITY_AREAS if area in deductions]


@pytest.mark.parametrize(
    ("auction", "areas", "words"),
    [
        ([of("東京"), of("東京")], [demand("東京")], "東京のメインオークションの行が2行"),
        ([of("東京", auction="additional")], [demand("東京")], "東京のメインオークションの行がありません"),
        ([of("東京"), of("九州")], [demand("東京")], "九州のH3需要がありません"),
        ([of("東京")], [demand("東京"), demand("東京")], "「東京」が2回"),
        ([of("東京")], [demand("東京", 0)], "H3需要の合計が0"),
        ([of("沖縄")], [demand("東京")], "北海道、東北"),
        ([of("東京", auction="主")], [demand("東京")], "main、additional"),
        ([of("東京", quantity_kw="1.5")], [demand("東京")], "整数"),
    ],
)
def test_what_does_not_fit_is_refused(auction: list, areas: list, words: str) -> None:
    with pytest.raises(InputRefused, match=words):
        evaluate(RULE, 2026, {"auction": auction, "areas": areas})


def test_an_area_that_is_left_out_is_pointed_out() -> None:
    every = {"auction": [of(area) for area in CAPACITY_AREAS], "areas": [demand(a) for a in CAPACITY_AREAS]}
    assert evaluate(RULE, 2026, every).warnings == ()
    one = evaluate(RULE, 2026, {"auction": [of("東京")], "areas": [demand("東京")]})
    assert "北海道、東北、中部" in one.warnings[0]


def test_a_deduction_above_the_total_is_pointed_out() -> None:
    areas = [demand("東京") | {"transitional_deduction_yen": 10**6}]
    assert "東京" in evaluate(RULE, 2026, {"auction": [of("東京")], "areas": areas}).warnings[-1]


def test_the_press_example_of_tokyo_is_met() -> None:
    auction = [of("東京", quantity_kw=70_000_000, price_yen_per_kw=10_000), of("九州", quantity_kw=0)]
    areas = [demand("東京", 55_870_000), demand("九州", 111_310_000)]
    found = evaluate(RULE, 2025, {"auction": auction, "areas": areas}).values["area_total_yen"]["東京"]
    assert round(found / 10**8, -1) == 2_340  # 億円, as published
