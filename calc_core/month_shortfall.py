"""未達成コマの月計: how many shortfall slots has a resource in a month, exactly, and in which slots do they lie?

kW × multiplier are whole numbers, so the sum over a month is an int64 numerator in any order (at most 2³¹ × 127 × 1,488
< 2⁴⁹); it is divided by the assessed kW once. The rule of one slot is `assessment/outage_plan`; a test holds them equal.
"""

from dataclasses import dataclass
from datetime import date
from fractions import Fraction

import numpy as np

from calc_core.slots import days_of_month


@dataclass(frozen=True, slots=True)
class MonthShortfall:
    """What a month's slots come to: Σ multiplier × missing kW, and how many slots of how many lack supply."""

    weighted_shortfall_kw: int
    short_slots: int
    slots: int
    assessed_kw: int

    @property
    def shortfall_slots(self) -> Fraction:
        """未達成コマ of the month, exact."""
        return Fraction(self.weighted_shortfall_kw, self.assessed_kw)


@dataclass(frozen=True, slots=True)
class SlotShortfall:
    """One slot that lacks supply, for display."""

    date: date
    slot: int
    offered_kw: int
    assessed_kw: int
    multiplier: int

    @property
    def missing_kw(self) -> int:
        """不足する供給力."""
        return self.assessed_kw - self.offered_kw

    @property
    def shortfall_slots(self) -> Fraction:
        """未達成コマ of the slot, exact."""
        return Fraction(self.multiplier * self.missing_kw, self.assessed_kw)


def month_shortfall(offered_kw: np.ndarray, multiplier: np.ndarray, assessed_kw: int) -> MonthShortfall:
    """The month's sum from checked tables, days × 48 (`tables.check_slots`), and the assessed kW (> 0)."""
    missing_kw = np.maximum(assessed_kw - offered_kw.astype(np.int64), 0)
    weighted = int((missing_kw * multiplier.astype(np.int64)).sum(dtype=np.int64))
    return MonthShortfall(weighted, int(np.count_nonzero(missing_kw)), int(missing_kw.size), assessed_kw)


def slots_with_shortfall(
    *,
    fiscal_year: int,
    delivery_month: int,
    offered_kw: np.ndarray,
    multiplier: np.ndarray,
    assessed_kw: int,
) -> list[SlotShortfall]:
    """The slots of a resource's month that lack supply, in time order (tables of days × 48)."""
    days = days_of_month(fiscal_year, delivery_month)
    return [
        SlotShortfall(
            days[day], int(slot) + 1, int(offered_kw[day, slot]), assessed_kw, int(multiplier[day, slot])
        )
        for day, slot in np.argwhere(offered_kw < assessed_kw)
    ]
