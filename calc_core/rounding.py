"""端数処理: every rounding of the trade, by name, on exact numbers only. A float is refused: rounding repairs nothing.

Names as `rules.md` and the documents use them: `floor` and `cut` drop the fraction (切り捨て), `ceil` rounds up
(切り上げ), `half_up` is the rounding of published figures (四捨五入, shown by exact ties of the reserve-margin feed).
"""

import math
from fractions import Fraction

Exact = int | Fraction


def floor(number: Exact) -> int:
    """切り捨て: the greatest whole number not above it (−0.5 becomes −1)."""
    return math.floor(_exact(number))


def cut(number: Exact) -> int:
    """小数点以下切り捨て: drop the fraction, toward zero (−0.5 becomes 0). The consumption tax is cut."""
    return math.trunc(_exact(number))


def ceil(number: Exact) -> int:
    """切り上げ: the least whole number not below it (50.0001 becomes 51). The coal utilisation is rounded so."""
    return math.ceil(_exact(number))


def half_up(number: Exact, digits: int = 0) -> Fraction:
    """四捨五入: to so many decimals, a tie away from zero (49.125 → 49.13; −0.5 → −1)."""
    scaled = abs(_exact(number)) * 10**digits
    rounded = math.floor(scaled + Fraction(1, 2))
    return Fraction(rounded if number >= 0 else -rounded, 10**digits)


def _exact(number: Exact) -> Exact:
    if isinstance(number, bool) or not isinstance(number, int | Fraction):
        raise TypeError(f"rounding takes exact numbers, not {type(number).__name__}")
    return number
