"""未達成コマの月計: how many shortfall slots has a resource in a month, exactly, and in which slots do they lie?

kW × multiplier are whole numbers, so the sum over a stretch of one assessed kW is an int64 numerator in any order (at
most 2³¹ × 127 × 1,488 < 2⁴⁹); it is divided by the assessed kW once. The rule of one slot is `assessment/outage_plan`;
a test holds them equal.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

import numpy as np

from calc_core.contract_stretches import Stretch, place_in_month


@dataclass(frozen=True, slots=True)
class StretchShortfall:
    """What a stretch comes to: Σ multiplier × missing kW, and how many of its slots lack supply."""

    stretch: Stretch
    weighted_shortfall_kw: int
    short_slots: int

    @property
    def shortfall_slots(self) -> Fraction:
        """未達成コマ of the stretch, exact."""
        return Fraction(self.weighted_shortfall_kw, self.stretch.assessed_kw)


@dataclass(frozen=True, slots=True)
class MonthShortfall:
    """What a month's slots come to, stretch by stretch; none where no contract stands in the month."""

    stretches: tuple[StretchShortfall, ...]

    @property
    def shortfall_slots(self) -> Fraction:
        """未達成コマ of the month, exact."""
        return sum((each.shortfall_slots for each in self.stretches), Fraction(0))

    @property
    def short_slots(self) -> int:
        """How many slots lack supply."""
        return sum(each.short_slots for each in self.stretches)


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


def month_shortfall(
    offered_kw: np.ndarray, multiplier: np.ndarray, stretches: Sequence[Stretch]
) -> MonthShortfall:
    """The month's sums from checked tables, days × 48 (`tables.check_slots`), over stretches of assessed kW (> 0)."""
    return MonthShortfall(tuple(_of_stretch(offered_kw, multiplier, each) for each in stretches))


def _of_stretch(offered_kw: np.ndarray, multiplier: np.ndarray, stretch: Stretch) -> StretchShortfall:
    part = slice(stretch.begin, stretch.end)
    missing_kw = np.maximum(stretch.assessed_kw - offered_kw.ravel()[part].astype(np.int64), 0)
    weighted = int((missing_kw * multiplier.ravel()[part].astype(np.int64)).sum(dtype=np.int64))
    return StretchShortfall(stretch, weighted, int(np.count_nonzero(missing_kw)))


def slots_with_shortfall(
    *,
    fiscal_year: int,
    delivery_month: int,
    offered_kw: np.ndarray,
    multiplier: np.ndarray,
    stretches: Sequence[Stretch],
) -> list[SlotShortfall]:
    """The slots of a resource's month that lack supply, in time order (tables of days × 48)."""
    found = []
    offered, times = offered_kw.ravel(), multiplier.ravel()
    for each in stretches:
        for index in each.begin + np.flatnonzero(offered[each.begin : each.end] < each.assessed_kw):
            day, slot = place_in_month(fiscal_year, delivery_month, int(index))
            found.append(SlotShortfall(day, slot, int(offered[index]), each.assessed_kw, int(times[index])))
    return found
