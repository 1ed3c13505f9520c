"""Surcharge and refund: order does not matter, the ratios need no sum of one, everything wrong is said at once."""

from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from calc_core.catalogue import evaluate
from calc_core.errors import InputRefused
from tests.calc_core.drawn_inputs import shared_amount

RULES = {"settlement/uncollected_surcharge": "surcharge_yen", "settlement/refund": "refund_yen"}


@pytest.mark.parametrize("rule", RULES)
@settings(max_examples=25)
@given(drawn=shared_amount(), chance=st.randoms(use_true_random=False), scale=st.integers(1, 1000))
def test_neither_the_order_nor_the_scale_of_the_ratios_changes_a_yen(
    rule: str, drawn: Any, chance: Any, scale: int
) -> None:
    inputs, _ = drawn
    otherwise = [
        row | {"ratio": row["ratio"] / scale}
        for row in chance.sample(inputs["shares"], len(inputs["shares"]))
    ]
    result = evaluate(rule, 2026, inputs)
    assert evaluate(rule, 2026, inputs | {"shares": otherwise}).values == result.values
    assert result.value == sum(result.values[RULES[rule]].values()) == inputs["amount_yen"]
    assert list(result.values[RULES[rule]]) == sorted(row["business"] for row in inputs["shares"])


@pytest.mark.parametrize("rule", RULES)
def test_a_business_twice_and_ratios_of_nothing_are_refused(rule: str) -> None:
    shares = [{"business": "A", "ratio": 0}, {"business": "A", "ratio": 0}]
    with pytest.raises(InputRefused) as caught:
        evaluate(rule, 2025, {"amount_yen": "-1", "shares": shares})
    messages = [(problem.where, problem.message) for problem in caught.value.problems]
    assert [where for where, _ in messages] == ["amount_yen", "shares", "shares"]
    assert "「A」が2回" in messages[1][1]
    assert "合計が0" in messages[2][1]


def test_the_formula_is_marked_as_a_policy() -> None:
    result = evaluate(
        "settlement/refund", 2025, {"amount_yen": 1, "shares": [{"business": "A", "ratio": "1/3"}]}
    )
    assert result.steps[0].inputs["ratio"] == [Fraction(1, 3)]
    assert "最大剰余法" in result.steps[0].policy
