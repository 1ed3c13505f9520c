"""Named roundings: exact, in both directions of zero, and never on a float."""

from decimal import ROUND_CEILING, ROUND_DOWN, ROUND_FLOOR, ROUND_HALF_UP, Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calc_core import rounding

decimals = st.decimals(min_value=-(10**9), max_value=10**9, places=4)


@given(decimals)
def test_roundings_agree_with_decimal_arithmetic(number: Decimal) -> None:
    exact, one = Fraction(number), Decimal(1)
    assert rounding.floor(exact) == int(number.quantize(one, ROUND_FLOOR))
    assert rounding.cut(exact) == int(number.quantize(one, ROUND_DOWN))
    assert rounding.ceil(exact) == int(number.quantize(one, ROUND_CEILING))
    assert rounding.half_up(exact, 2) == Fraction(number.quantize(Decimal("0.01"), ROUND_HALF_UP))


@pytest.mark.parametrize(
    ("number", "rounded"), [("49.125", "49.13"), ("51.505", "51.51"), ("12.264996", "12.26")]
)
def test_published_ties_round_half_up(number: str, rounded: str) -> None:
    assert rounding.half_up(Fraction(number), 2) == Fraction(rounded)


def test_the_tax_of_a_negative_net_is_cut_toward_zero_not_floored() -> None:
    assert rounding.cut(Fraction(-200005, 10)) == -20000
    assert rounding.floor(Fraction(-200005, 10)) == -20001


@pytest.mark.parametrize("number", [0.5, True, "1"])
@pytest.mark.parametrize("name", ["floor", "cut", "ceil", "half_up"])
def test_only_exact_numbers_are_rounded(name: str, number: object) -> None:
    with pytest.raises(TypeError, match="exact"):
        getattr(rounding, name)(number)
