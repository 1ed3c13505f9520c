"""公表値の数: how printed numbers become exact ones and back. No float: 7.995 is below 8.00, never equal to it.

A number is a count of its smallest published unit: hundredths of a per cent, kW (MW with 3 decimals). Published
figures never have more decimals; one that has stays exact as a Fraction of that unit.
"""

import re
from fractions import Fraction

Exact = int | Fraction

PERCENT_DIGITS = 2
MW_DIGITS = 3
LARGEST = 2**31 - 2  # what the store can keep (`slot_blobs`): 21 million per cent, 2,147 GW

_NUMBER = re.compile(r"-?[0-9]{1,12}(\.[0-9]{1,12})?", re.ASCII)


def read_exact(text: str, digits: int) -> Exact:
    """The printed number in units of its `digits`-th decimal: "16.6" with 2 is 1660. Raises `ValueError`."""
    if not _NUMBER.fullmatch(text):
        raise ValueError("not a number")
    whole, _, decimals = text.partition(".")
    if len(decimals) > digits:
        decimals = decimals.rstrip("0")
    if len(decimals) <= digits:
        exact: Exact = int(whole + decimals.ljust(digits, "0"))
    else:
        exact = Fraction(int(whole + decimals), 10 ** (len(decimals) - digits))
    if abs(exact) > LARGEST:
        raise ValueError("out of range")
    return exact


def percent_text(hundredths: Exact) -> str:
    """A percentage as it is published, exactly: 794 is "7.94", 799½ is "7.995"."""
    scaled, digits = hundredths, PERCENT_DIGITS
    while scaled.denominator != 1:
        scaled, digits = scaled * 10, digits + 1
    whole, rest = divmod(abs(int(scaled)), 10**digits)
    return f"{'-' if scaled < 0 else ''}{whole}.{rest:0{digits}d}"


def mw_text(kilowatts: Exact) -> str:
    """Megawatts as the feed prints them, without trailing zeros: 8377774 kW is "8377.774"."""
    whole, rest = divmod(abs(int(kilowatts)), 1000)
    decimals = f".{rest:03d}".rstrip("0").rstrip(".")
    return f"{'-' if kilowatts < 0 else ''}{whole}{decimals}"
