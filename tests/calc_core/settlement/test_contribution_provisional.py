"""The provisional year: yearly amounts and remainder come to the total; it says that it is provisional."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from calc_core.catalogue import evaluate
from calc_core.errors import InputRefused
from tests.calc_core.drawn_inputs import contribution_provisional

RULE = "settlement/contribution_provisional"


@settings(max_examples=25)
@given(contribution_provisional(), st.randoms(use_true_random=False))
def test_nothing_is_lost_and_the_order_does_not_matter(drawn: Any, chance: Any) -> None:
    inputs, _ = drawn
    result = evaluate(RULE, 2026, inputs)
    assert result.value == sum(result.values["year_yen"].values())
    assert result.value + result.values["remainder_yen"] == inputs["retailers_total_yen"]
    assert 0 <= result.values["remainder_yen"] < len(inputs["retailers"])
    assert "仮算定" in result.warnings[0]
    shuffled = chance.sample(inputs["retailers"], len(inputs["retailers"]))
    assert evaluate(RULE, 2026, inputs | {"retailers": shuffled}) == result


def test_a_retailer_without_summer_peak_and_one_named_twice_are_refused_together() -> None:
    retailers = [{"business": name, "peak_kw_summer": kw} for name, kw in (("A", 0), ("B", 1), ("B", 1))]
    with pytest.raises(InputRefused) as caught:
        evaluate(RULE, 2026, {"retailers_total_yen": 1, "retailers": retailers})
    assert [problem.message[:12] for problem in caught.value.problems] == [
        "「B」が2回あります。1",
        "「A」に夏季ピークがあり",
    ]


@pytest.mark.parametrize("retailers", [[], [{"business": "A", "peak_kw_summer": 0, "substitute_kw": 0}]])
def test_retailers_without_any_kw_are_refused(retailers: list) -> None:
    with pytest.raises(InputRefused, match="合計が0"):
        evaluate(RULE, 2026, {"retailers_total_yen": 1, "retailers": retailers})
