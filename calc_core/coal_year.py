"""稼働抑制の計量値: what an inefficient coal resource metered in a fiscal year, and how much of its capacity is coal."""

from dataclasses import dataclass
from fractions import Fraction


@dataclass(frozen=True, slots=True)
class CoalYear:
    """計量値 of the whole year (送電端, exact kWh), what of it fell into tight slots, and the installed kW where mixed.

    Without `coal_kw` and `total_kw` everything is coal.
    """

    metered_kwh: int | Fraction
    low_reserve_kwh: int | Fraction = 0
    coal_kw: int | Fraction | None = None
    total_kw: int | Fraction | None = None
