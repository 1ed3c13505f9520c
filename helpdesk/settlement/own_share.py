"""自社と他社: how is one retailer's share explained without naming the others, and without their thousand rows?

The others are one row of the rule, their kW added up. A sum over many contracts does not terminate: it is cut to as few
decimals as still give this retailer the same yen, which some number of them always does, as flooring looks upwards.
"""

from collections.abc import Callable

from calc_core.contribution_shares import AreaShares

_FIRST_DIGITS, _MORE_DIGITS = 3, 3
_PERCENT_DIGITS = 6


def shares_or_refusal(compute: Callable[[], AreaShares], ask_the_rule: Callable[[], object]) -> AreaShares:
    """The shares of an area. Where they cannot be computed, `ask_the_rule` raises its `InputRefused`, which says why."""
    try:
        return compute()
    except (ValueError, ZeroDivisionError):
        ask_the_rule()
        raise


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
            return _decimal(cut, digits)
        digits += _MORE_DIGITS


def percent_text(own: int, whole: int) -> str:
    """The share in per cent to six decimals, half up, for reading; whole numbers of any length are not reduced first."""
    ten = 10**_PERCENT_DIGITS
    return _decimal((2 * own * 100 * ten + whole) // (2 * whole), _PERCENT_DIGITS)


def _decimal(number: int, digits: int) -> str:
    """A whole number of the last decimal's units, without trailing zeros."""
    text = f"{number:0{digits + 1}d}"
    return f"{text[:-digits]}.{text[-digits:]}".rstrip("0").rstrip(".")
