"""A retailer's months: with their remainders they come to the total of the year; the order of retailers does not matter."""

from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from calc_core.catalogue import evaluate
from calc_core.errors import InputRefused
from calc_core.fiscal_year import DELIVERY_MONTHS
from tests.calc_core.drawn_inputs import contribution_share, totals

RULE = "settlement/contribution_share"


def retailer(business: str, **more: Any) -> dict[str, Any]:
    same = {"peak_kw_summer": 3, "peak_kw_winter": 2, "contract_kw_at_peak": 5, "contract_kw": 5}
    return {"business": business, **same} | more


def share(retailers: list, month: int = 4, total: int = 1_200, parameters: Any = None) -> Any:
    inputs = {"retailers_total_yen": total, "delivery_month": month, "retailers": retailers}
    return evaluate(RULE, 2026, inputs, parameters)


@settings(max_examples=25)
@given(totals, contribution_share())
def test_months_and_remainders_of_a_year_come_to_the_total_and_no_remainder_is_negative(
    total: int, drawn: Any
) -> None:
    months = [share(drawn[0]["retailers"], month, total) for month in DELIVERY_MONTHS]
    assert sum(each.value + each.values["remainder_yen"] for each in months) == total
    assert all(each.values["remainder_yen"] >= 0 for each in months)
    fewer = len(drawn[0]["retailers"])
    assert all(each.values["remainder_yen"] < fewer for each in months[:-1])
    assert months[-1].values["remainder_yen"] < fewer + 12


@settings(max_examples=25)
@given(contribution_share(), st.randoms(use_true_random=False))
def test_the_order_of_retailers_does_not_matter(drawn: Any, chance: Any) -> None:
    inputs, _ = drawn
    result = evaluate(RULE, 2026, inputs)
    shuffled = chance.sample(inputs["retailers"], len(inputs["retailers"]))
    assert evaluate(RULE, 2026, inputs | {"retailers": shuffled}) == result
    assert result.value == sum(result.values["month_yen"].values())


def test_the_peak_changes_with_the_season_and_with_the_policy() -> None:
    for month, kw in ((4, 3), (9, 3), (10, 2), (12, 2), (1, 2), (3, 2)):
        assert share([retailer("A")], month).values["kw_after_change"] == {"A": kw}
    annual = {RULE: {"peak_basis": "annual"}}
    assert share([retailer("A")], 10, parameters=annual).values["kw_after_change"] == {"A": 3}


def test_a_retailer_without_the_peak_of_the_season_is_named_with_everything_else_that_is_wrong() -> None:
    retailers = [
        retailer("NEW", peak_kw_winter=0),
        retailer("ZERO", contract_kw_at_peak=0),
        retailer("TWICE"),
        retailer("TWICE"),
    ]
    with pytest.raises(InputRefused) as caught:
        share(retailers, 10, total=-1)
    found = {problem.message for problem in caught.value.problems}
    assert any("「NEW」に冬季ピークがありません" in message for message in found)
    assert any("「ZERO」のピーク時の契約電力が0" in message for message in found)
    assert any("「TWICE」が2回" in message for message in found)
    assert {problem.where for problem in caught.value.problems} == {"retailers_total_yen", "retailers"}
    assert share([*retailers[:1], retailer("B")], 4).value == 100


def test_what_stands_in_for_a_missing_peak_is_not_changed_by_contracts() -> None:
    new = retailer("NEW", peak_kw_summer=0, contract_kw_at_peak=0, contract_kw=99, substitute_kw="1.5")
    result = share([new, retailer("B", peak_kw_summer="1.5")])
    assert result.values["kw_after_change"] == {"B": Fraction(3, 2), "NEW": Fraction(3, 2)}
    assert result.values["month_yen"] == {"B": 50, "NEW": 50}


def test_a_retailer_without_a_peak_says_its_substitute_alone_and_one_with_a_peak_its_contracts() -> None:
    result = share([{"business": "NEW", "substitute_kw": 3}, retailer("B")])
    assert result.values["month_yen"] == {"B": 50, "NEW": 50}
    with pytest.raises(InputRefused) as caught:
        share([{"business": "NEW"}, {"business": "B", "peak_kw_summer": 3, "contract_kw_at_peak": 5}])
    told = [problem.message for problem in caught.value.problems]
    assert [
        "「NEW」に夏季ピークがありません" in told[0],
        "「B」の対象月の契約電力がありません" in told[1],
    ] == [
        True,
        True,
    ]


def test_a_policy_that_cannot_be_used_is_refused_before_anything_is_asked_of_it() -> None:
    with pytest.raises(InputRefused, match="peak_basis"):
        share([retailer("A")], parameters={RULE: {"peak_basis": "monthly"}})


@pytest.mark.parametrize("retailers", [[], [retailer("A", contract_kw=0)]])
def test_an_area_without_any_kw_is_refused(retailers: list) -> None:
    with pytest.raises(InputRefused, match="合計が0"):
        share(retailers)


def test_a_thousand_retailers_over_different_contracts_are_explained_in_a_few_steps() -> None:
    retailers = [
        retailer(
            f"R{n:04}", peak_kw_summer=1_000 + n, contract_kw_at_peak=10_007 + 2 * n, contract_kw=9_000 + n
        )
        for n in range(1_000)
    ]
    result = share(retailers, total=711_500_000_000)
    assert result.value + result.values["remainder_yen"] == 711_500_000_000 // 12
    assert len(result.steps) == 4
    assert result.to_json()["steps"][1]["unit"] == "kw"
