"""自社と他社: how is one retailer's share explained without naming the others, and without their thousand rows?

The others are one row of the rule, their kW added up. A sum over many contracts does not terminate: it is cut to as few
decimals as still give this retailer the same yen, which some number of them always does, as flooring looks upwards.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import lcm

from calc_core import exact
from calc_core.proportion import whole_weights

_FIRST_DIGITS, _MORE_DIGITS = 3, 3
_PERCENT_DIGITS = 6


@dataclass(frozen=True, slots=True)
class Weights:
    """比率のもと: weights of all, scaled to whole numbers once."""

    scaled: Sequence[int]
    scale: int

    @property
    def whole(self) -> int:
        """Their sum, scaled."""
        return sum(self.scaled)

    def floored_sum(self) -> int:
        """The sum in whole units."""
        return self.whole // self.scale


def weights_of(weights: Sequence[Fraction]) -> Weights:
    """Weights ready to be compared with their sum."""
    return Weights(whole_weights(weights), lcm(*{weight.denominator for weight in weights}))


def others_text(own: int, whole: int, scale: int, amount: int, parts: int) -> str:
    """The sum of the others as exact text, cut where flooring amount × own / (parts × sum) stays the same.

    `own` and `whole` are scaled by `scale`; the others are not nothing.
    """
    others = whole - own
    share = amount * own // (parts * whole)
    digits = _FIRST_DIGITS
    while True:
        ten = 10**digits
        cut = others * ten // scale
        if cut and amount * own * ten // (parts * (own * ten + cut * scale)) == share:
            return exact.text(Fraction(cut, ten))
        digits += _MORE_DIGITS


def percent_text(own: int, whole: int) -> str:
    """The share in per cent to six decimals, half up, for reading; whole numbers of any length are not reduced first."""
    ten = 10**_PERCENT_DIGITS
    return exact.text(Fraction((2 * own * 100 * ten + whole) // (2 * whole), ten))
