"""The coal penalty: nothing up to 50 %, then 20 % of the amount, weighted by installed kW where units are mixed."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calc_core.catalogue import evaluate
from calc_core.errors import InputRefused

RULE = "penalty/coal_curtailment"


@given(
    st.integers(min_value=0, max_value=10**12),
    st.integers(min_value=0, max_value=120),
    st.integers(min_value=0, max_value=10**6),
    st.integers(min_value=1, max_value=10**6),
)
def test_the_amount_is_a_fifth_by_share_of_coal_above_the_limit_only(
    amount: int, percent: int, coal: int, other: int
) -> None:
    total = coal + other
    inputs = {
        "contract_amount_yen": amount,
        "utilisation_percent": percent,
        "coal_kw": coal,
        "total_kw": total,
    }
    expected = amount * coal // (5 * total) if percent > 50 else 0
    assert evaluate(RULE, 2025, inputs).value == expected


def test_without_installed_kw_all_is_coal() -> None:
    inputs = {"contract_amount_yen": 11, "utilisation_percent": 51}
    assert evaluate(RULE, 2025, inputs).value == 2
    assert evaluate(RULE, 2025, inputs | {"coal_kw": "7/2"}).value == 2


def test_a_utilisation_that_was_not_rounded_counts_as_it_is() -> None:
    inputs = {"contract_amount_yen": 100, "utilisation_percent": Fraction(501, 10)}
    assert evaluate(RULE, 2025, inputs).value == 20


@pytest.mark.parametrize(
    ("kw", "place"),
    [
        ({"total_kw": 5}, "coal_kw"),
        ({"coal_kw": 6, "total_kw": 5}, "coal_kw"),
        ({"coal_kw": 0}, "total_kw"),
        ({"coal_kw": 0, "total_kw": 0}, "total_kw"),
    ],
)
def test_a_share_that_cannot_be_is_refused(kw: dict[str, int], place: str) -> None:
    with pytest.raises(InputRefused) as caught:
        evaluate(RULE, 2025, {"contract_amount_yen": 1, "utilisation_percent": 51} | kw)
    assert [problem.where for problem in caught.value.problems] == [place]
