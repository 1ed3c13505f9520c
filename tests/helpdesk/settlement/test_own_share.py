"""A retailer's share beside the sum of the others: the same yen, in few digits, whatever the denominators."""

from fractions import Fraction
from math import lcm

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from calc_core import exact
from calc_core.errors import InputRefused, Problem
from calc_core.proportion import floored_shares, whole_weights
from helpdesk.settlement.own_share import others_text, percent_text, shares_or_refusal

weights = st.lists(st.fractions(0, 10**5, max_denominator=10**5), min_size=2, max_size=8)


def scaled_of(of: list[Fraction]) -> tuple[list[int], int]:
    return whole_weights(of), lcm(*{weight.denominator for weight in of})


@settings(max_examples=60)
@given(weights.filter(lambda of: sum(map(bool, of)) > 1), st.integers(0, 10**12), st.sampled_from([1, 12]))
def test_the_sum_of_the_others_gives_each_the_same_yen(of: list[Fraction], amount: int, parts: int) -> None:
    shares, (scaled, scale) = floored_shares(amount, of, parts), scaled_of(of)
    for own, share, weight in zip(scaled, shares, of, strict=True):
        text = others_text(own, sum(scaled), scale, amount, parts)
        others = Fraction(text)
        assert floored_shares(amount, [weight, others], parts)[0] == share
        assert others <= sum(of) - weight
        assert len(text) < 40
        assert exact.text(others) == text


def test_a_sum_over_a_thousand_contracts_is_short_and_exact_to_the_yen() -> None:
    of = [Fraction(1_000 + number, 10_007 + 2 * number) for number in range(1_000)]
    (scaled, scale), amount = scaled_of(of), 711_500_000_000
    text = others_text(scaled[0], sum(scaled), scale, amount, 12)
    assert len(text) <= 16
    assert floored_shares(amount, [of[0], Fraction(text)], 12)[0] == floored_shares(amount, of, 12)[0]


def test_a_whole_amount_that_the_exact_sum_gives_is_kept() -> None:
    """1/3 of 300 is a whole yen: a sum cut a little too high would take it away."""
    (own, other), scale = scaled_of([Fraction(1, 3), Fraction(2, 3)])
    text = others_text(own, own + other, scale, 300, 1)
    assert floored_shares(300, [Fraction(1, 3), Fraction(text)])[0] == 100


def test_the_share_is_told_in_per_cent() -> None:
    assert [percent_text(1, 3), percent_text(1, 1), percent_text(0, 7)] == ["33.333333", "100", "0"]
    assert percent_text(1, 800) == "0.125"


def test_what_cannot_be_computed_is_refused_in_the_words_of_the_rule() -> None:
    def fail() -> None:
        raise ZeroDivisionError

    def say_why() -> None:
        raise InputRefused([Problem("retailers", "kW の合計が0のため配分できません")])

    with pytest.raises(InputRefused, match="kW の合計が0"):
        shares_or_refusal(fail, say_why)
    with pytest.raises(ZeroDivisionError):  # the rule would take it: an error of ours, and told as one
        shares_or_refusal(fail, lambda: None)
