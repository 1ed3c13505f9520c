"""A retailer's share beside the sum of the others: the same yen, in few digits, whatever the denominators."""

from fractions import Fraction

from hypothesis import given, settings
from hypothesis import strategies as st

from calc_core.proportion import floored_shares
from helpdesk.settlement.own_share import others_text, percent_text, weights_of

weights = st.lists(st.fractions(0, 10**5, max_denominator=10**5), min_size=2, max_size=8)


@settings(max_examples=60)
@given(weights.filter(lambda of: sum(map(bool, of)) > 1), st.integers(0, 10**12), st.sampled_from([1, 12]))
def test_the_sum_of_the_others_gives_each_the_same_yen(of: list[Fraction], amount: int, parts: int) -> None:
    shares, scaled = floored_shares(amount, of, parts), weights_of(of)
    for own, share, weight in zip(scaled.scaled, shares, of, strict=True):
        text = others_text(own, scaled.whole, scaled.scale, amount, parts)
        others = Fraction(text)
        assert floored_shares(amount, [weight, others], parts)[0] == share
        assert others <= sum(of) - weight
        assert len(text) < 40


def test_a_sum_over_a_thousand_contracts_is_short_and_exact_to_the_yen() -> None:
    of = [Fraction(1_000 + number, 10_007 + 2 * number) for number in range(1_000)]
    scaled, amount = weights_of(of), 711_500_000_000
    text = others_text(scaled.scaled[0], scaled.whole, scaled.scale, amount, 12)
    assert len(text) <= 16
    assert floored_shares(amount, [of[0], Fraction(text)], 12)[0] == floored_shares(amount, of, 12)[0]
    assert scaled.floored_sum() == sum(of) // 1


def test_a_whole_amount_that_the_exact_sum_gives_is_kept() -> None:
    """1/3 of 300 is a whole yen: a sum cut a little too high would take it away."""
    scaled = weights_of([Fraction(1, 3), Fraction(2, 3)])
    text = others_text(scaled.scaled[0], scaled.whole, scaled.scale, 300, 1)
    assert floored_shares(300, [Fraction(1, 3), Fraction(text)])[0] == 100


def test_the_share_is_told_in_per_cent() -> None:
    assert [percent_text(1, 3), percent_text(1, 1), percent_text(0, 7)] == ["33.333333", "100", "0"]
