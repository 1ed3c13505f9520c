"""Exact numbers: every way of writing one reads the same, and what is printed reads back as what it was."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calc_core import exact

fractions = st.fractions(min_value=-(10**15), max_value=10**15, max_denominator=10**6)


@given(fractions)
def test_what_is_printed_reads_back_as_the_same_number(number: Fraction) -> None:
    assert exact.read(exact.text(number)) == number


@given(fractions)
def test_a_rounded_decimal_stands_beside_exactly_what_does_not_terminate(number: Fraction) -> None:
    shown = exact.rounded_text(number)
    assert (shown is not None) == ("/" in exact.text(number))
    if shown is not None:
        assert abs(Fraction(shown) - number) <= Fraction(1, 2 * 10**exact.READABLE_DIGITS)


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (Fraction(12_000_000), "12000000"),
        (Fraction(9, 20), "0.45"),
        (Fraction(-1, 8), "-0.125"),
        (Fraction(2, 6), "1/3"),
        (Fraction(-7, 3), "-7/3"),
        (Fraction(1, 10**7), "0.0000001"),
        (0, "0"),
        (-5, "-5"),
    ],
)
def test_exact_text_has_no_trailing_zeros_and_no_exponent(number: Fraction, text: str) -> None:
    assert exact.text(number) == text


@pytest.mark.parametrize(
    "raw", ["0.45", "9/20", "18/40", "45e-2", ".45", "+0.450", " 0.45 ", exact.NumberText("0.45")]
)
def test_every_way_of_writing_a_number_gives_the_same_number(raw: str) -> None:
    assert exact.read(raw) == Fraction(9, 20)
    assert Fraction(*exact.ratio(raw)) == Fraction(9, 20)


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        ("１２", "全角"),
        ("12，000", "全角"),
        ("12,000", "桁区切り"),
        ("12_000", "桁区切り"),
        ("1 000", "桁区切り"),
        ("1/0", "分母"),
        ("0.5/2", "数として"),
        ("", "数として"),
        ("NaN", "NaN は数ではありません"),
        ("Infinity", "Infinity は数ではありません"),
        ("0x10", "数として"),
        ("1e999999999", "指数"),
        ("9" * 401, "桁数"),
        (10**401, "桁数"),
        (0.5, "浮動小数点"),
        (True, "真偽値"),
        (None, "数で"),
        ([], "数で"),
        ("٣", "数として"),
    ],
)
def test_what_is_no_exact_number_is_refused_with_the_reason(raw: object, reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        exact.read(raw)
