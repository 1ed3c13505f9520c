"""One slot's shortfall: equal to the clause computed slowly, for any supply, capacity and multiplier."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calc_core.catalogue import evaluate
from calc_core.errors import InputRefused

RULE = "assessment/outage_plan"
kilowatts = st.integers(min_value=0, max_value=2**31 - 1)


@given(kilowatts, st.integers(min_value=1, max_value=2**31 - 1), st.integers(min_value=0, max_value=127))
def test_the_shortfall_is_the_missing_share_of_the_capacity_times_the_multiplier(
    offered: int, assessed: int, multiplier: int
) -> None:
    inputs = {"offered_kw": offered, "assessed_kw": assessed, "multiplier": multiplier}
    share = 1 - Fraction(offered, assessed) if offered < assessed else Fraction(0)
    assert evaluate(RULE, 2025, inputs).value == multiplier * share


def test_a_mean_supply_may_be_a_fraction() -> None:
    assert evaluate(RULE, 2025, {"offered_kw": "65/2", "assessed_kw": "100"}).value == Fraction(27, 40)


@pytest.mark.parametrize("multiplier", ["-1", "128", "1.5", "five"])
def test_a_multiplier_is_a_whole_number_from_0_to_127(multiplier: str) -> None:
    with pytest.raises(InputRefused, match="multiplier"):
        evaluate(RULE, 2025, {"offered_kw": 1, "assessed_kw": 1, "multiplier": multiplier})


@pytest.mark.parametrize("assessed", ["0", "-5", "0.5"])
def test_a_capacity_that_nothing_can_be_divided_by_is_refused(assessed: str) -> None:
    with pytest.raises(InputRefused, match="assessed_kw"):
        evaluate(RULE, 2025, {"offered_kw": 1, "assessed_kw": assessed})
