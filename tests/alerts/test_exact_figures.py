"""Printed numbers become exact ones and back; what is no number is refused, never taken for 0."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerts.exact_figures import mw_text, percent_text, read_exact


@pytest.mark.parametrize(
    ("text", "digits", "exact"),
    [
        ("7.94", 2, 794),
        ("12.3", 2, 1230),
        ("66", 2, 6600),
        ("-1.1", 2, -110),
        ("-0.59", 2, -59),
        ("7.9900", 2, 799),
        ("7.995", 2, Fraction(1599, 2)),
        ("58811.602", 3, 58_811_602),
    ],
)
def test_a_printed_number_is_read_exactly(text: str, digits: int, exact: object) -> None:
    assert read_exact(text, digits) == exact


@pytest.mark.parametrize(
    "text", ["***", "", "7,94", "７.94", "+7", "7.", ".5", "1e3", "nan", "inf", "0x1", "99999999.00"]
)
def test_what_is_no_number_of_the_feed_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"number|range"):
        read_exact(text, 2)


@pytest.mark.parametrize(
    ("hundredths", "text"),
    [
        (794, "7.94"),
        (1230, "12.30"),
        (-59, "-0.59"),
        (-110, "-1.10"),
        (5, "0.05"),
        (Fraction(1599, 2), "7.995"),
    ],
)
def test_a_percentage_is_printed_exactly(hundredths: int | Fraction, text: str) -> None:
    assert percent_text(hundredths) == text


@given(st.integers(-10_000_000, 10_000_000), st.integers(1, 6))
def test_whatever_is_printed_is_read_back(scaled: int, digits: int) -> None:
    exact = Fraction(scaled, 10**digits)
    assert read_exact(percent_text(exact), 2) == exact


@given(st.integers(-2_000_000_000, 2_000_000_000))
def test_megawatts_are_printed_as_the_feed_prints_them(kilowatts: int) -> None:
    text = mw_text(kilowatts)
    assert read_exact(text, 3) == kilowatts
    assert not text.endswith((".", "0")) or "." not in text
