"""Shares of an amount: exact over any denominators, nothing created or lost."""

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from calc_core.proportion import floored_shares, floored_sum, largest_remainder, whole_weights

weights = st.lists(
    st.one_of(st.integers(0, 10**9), st.fractions(0, 10**6, max_denominator=10**6)), min_size=1, max_size=12
).filter(any)
amounts = st.integers(0, 10**13)


@settings(max_examples=50)
@given(amounts, weights)
def test_the_largest_remainder_comes_to_the_amount_and_no_share_is_a_yen_away(
    amount: int, of: list[Fraction]
) -> None:
    shares = largest_remainder(amount, of)
    assert sum(shares) == amount
    for share, weight in zip(shares, of, strict=True):
        assert abs(share - Fraction(amount) * weight / sum(of)) < 1


@settings(max_examples=50)
@given(amounts, weights, st.integers(1, 12))
def test_floored_shares_leave_less_than_a_yen_each(amount: int, of: list[Fraction], parts: int) -> None:
    shares = floored_shares(amount, of, parts)
    assert floored_sum(of) == sum(of) // 1
    assert all(
        0 <= Fraction(amount) * weight / (parts * sum(of)) - share < 1
        for share, weight in zip(shares, of, strict=True)
    )


def test_a_thousand_fractions_over_different_denominators_are_added_exactly() -> None:
    of = [Fraction(1, 10_007 + 2 * number) for number in range(1_000)]
    scaled = whole_weights(of)
    assert all(Fraction(each, scaled[0]) == weight / of[0] for each, weight in zip(scaled, of, strict=True))
    assert sum(largest_remainder(10**12, of)) == 10**12


def test_of_equal_remainders_the_first_takes_the_yen() -> None:
    assert largest_remainder(5, [1, 1, 1]) == [2, 2, 1]
    assert largest_remainder(5, [1, 2, 1]) == [1, 3, 1]  # 1.25, 2.5, 1.25


def test_weights_that_come_to_nothing_share_nothing_out() -> None:
    for share in (largest_remainder, floored_shares):
        with pytest.raises(ZeroDivisionError):
            share(1, [0, 0])
