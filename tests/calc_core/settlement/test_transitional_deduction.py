"""Transitional deduction: never more than the contract is worth, nothing without a coefficient, in any order the same."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calc_core.catalogue import evaluate
from calc_core.errors import InputRefused

RULE = "settlement/transitional_deduction"
coefficients = st.lists(st.fractions(min_value=0, max_value=1, max_denominator=1_000), max_size=4)


def deduction(price: int, kw: int, of: object) -> int:
    inputs = {"price_yen_per_kw": price, "contract_kw": kw, "coefficients": of}
    return evaluate(RULE, 2024, inputs).value


@given(st.integers(0, 20_000), st.integers(1, 10**7), coefficients)
def test_it_lies_between_nothing_and_the_worth_of_the_contract(price: int, kw: int, of: list) -> None:
    assert 0 <= deduction(price, kw, of) <= price * kw
    assert deduction(price, kw, of) == deduction(price, kw, of[::-1])
    assert deduction(price, kw, [*of, 1]) == deduction(price, kw, of)


def test_without_a_coefficient_nothing_is_taken_off_and_with_zero_everything() -> None:
    assert deduction(5_832, 1_000, []) == 0
    assert deduction(5_832, 1_000, ["0.5", 0]) == 5_832_000


def test_the_floor_is_taken_once_and_marked_as_a_policy() -> None:
    result = evaluate(RULE, 2024, {"price_yen_per_kw": 10, "contract_kw": 1, "coefficients": ["1/3", "1/2"]})
    assert (result.value, result.steps[1].value) == (8, Fraction(1, 6))
    assert "not published" in result.steps[-1].policy


def test_every_coefficient_that_is_wrong_is_named() -> None:
    with pytest.raises(InputRefused) as refused:
        deduction(1, 0, ["1.1", "-0.5", "0.9", True])
    assert [each.where for each in refused.value.problems] == [
        "contract_kw",
        "coefficients[0]",
        "coefficients[1]",
        "coefficients[3]",
    ]
    for no_list in ("0.9", {"a": 1}, 0):
        with pytest.raises(InputRefused, match="数の一覧"):
            deduction(1, 1, no_list)
