"""The contract amount: price times capacity, less its deductions."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calc_core.catalogue import evaluate
from calc_core.errors import InputRefused

RULE = "settlement/contract_amount"
amounts = st.integers(min_value=0, max_value=10**11)


@given(
    st.integers(min_value=0, max_value=20_000), st.integers(min_value=1, max_value=10**7), amounts, amounts
)
def test_the_amount_is_price_times_capacity_less_both_deductions(
    price: int, kw: int, deduction: int, reduction: int
) -> None:
    inputs = {
        "price_yen_per_kw": price,
        "contract_kw": kw,
        "transitional_deduction_yen": deduction,
        "coordination_reduction_yen": reduction,
    }
    result = evaluate(RULE, 2025, inputs)
    assert result.value == price * kw - deduction - reduction
    assert bool(result.warnings) == (result.value < 0)


def test_the_basis_of_penalties_is_marked_as_policy_where_the_amount_is_reduced() -> None:
    inputs = {"price_yen_per_kw": 10, "contract_kw": 10, "transitional_deduction_yen": 0}
    assert not any(step.policy for step in evaluate(RULE, 2025, inputs).steps)
    reduced = evaluate(RULE, 2025, inputs | {"coordination_reduction_yen": 5})
    assert "penalty_basis = before_coordination_reduction" in reduced.steps[-1].policy


@pytest.mark.parametrize(
    ("name", "value"), [("contract_kw", "0"), ("contract_kw", "1.5"), ("price_yen_per_kw", "-1")]
)
def test_a_contract_without_whole_capacity_or_with_a_negative_price_is_refused(name: str, value: str) -> None:
    inputs = {"price_yen_per_kw": 10, "contract_kw": 10, "transitional_deduction_yen": 0}
    with pytest.raises(InputRefused, match=name):
        evaluate(RULE, 2025, inputs | {name: value})
