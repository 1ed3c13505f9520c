"""Thresholds are strict."""

from fractions import Fraction

import pytest

from alerts.rules.thresholds import is_low, level_of


@pytest.mark.parametrize(
    ("margin", "level"),
    [(800, 0), (799, 1), (500, 1), (499, 2), (300, 2), (299, 3), (100, 3), (99, 4), (0, 4), (-1, 4)],
)
def test_a_margin_is_below_so_many_thresholds(margin: int, level: int) -> None:
    assert level_of(margin) == level
    assert is_low(margin) == (level > 0)


def test_what_lies_between_two_hundredths_is_compared_as_read() -> None:
    assert is_low(Fraction(1599, 2))
    assert not is_low(Fraction(1601, 2))
