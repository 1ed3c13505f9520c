"""容量停止計画からコマへ: what can one resource offer in each slot, and with which multiplier does what is missing count?

Policies (no document at hand settles them): where plans overlap the least available kW counts, and the condition of the
plan that has it decides the multiplier (of several with the same kW the smallest multiplier); a generation limit
(発電上限) lowers what is offered but, having no submission, changes no multiplier; an outage that no condition fits
counts once, with a warning.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

import numpy as np

from calc_core.contract_period import SlotPlace
from calc_core.multiplier_conditions import NONE_PUBLISHED as NONE_PUBLISHED
from calc_core.multiplier_conditions import MultiplierCondition as MultiplierCondition
from calc_core.slots import SLOTS_PER_DAY

NO_LIMIT = -1  # nothing was submitted for the slot
NO_CONDITION_FITS = "どの倍率の条件にも当たらない停止があります。1 倍としました"


@dataclass(frozen=True, slots=True)
class OutagePlan:
    """容量停止計画: no more than `available_kw` from `first` to `last` (inclusive; None is open), as submitted then."""

    number: str
    version: int
    submitted_at: datetime
    first: SlotPlace
    last: SlotPlace | None
    available_kw: int
    withdrawn: bool = False


@dataclass(frozen=True, slots=True)
class PlannedSlots:
    """What a resource's plans come to: `offered_kw` int32 and `multiplier` int8, days × 48."""

    offered_kw: np.ndarray
    multiplier: np.ndarray
    warnings: tuple[str, ...] = ()


def plans_in_force(plans: Iterable[OutagePlan]) -> list[OutagePlan]:
    """The newest version of each plan of a resource, without those withdrawn, by number."""
    newest: dict[str, OutagePlan] = {}
    for plan in plans:
        known = newest.get(plan.number)
        if known is None or known.version < plan.version:
            newest[plan.number] = plan
    return [newest[number] for number in sorted(newest) if not newest[number].withdrawn]


def plan_slots(
    days: Sequence[date],
    plans: Iterable[OutagePlan],
    *,
    full_kw: int | np.ndarray,
    limit_kw: np.ndarray | None = None,
    low_reserve: np.ndarray | None = None,
    conditions: Sequence[MultiplierCondition] = (),
) -> PlannedSlots:
    """Offered kW and multiplier of consecutive days.

    `full_kw`: the assessed kW (one number, or days × 48); `limit_kw`: 発電上限, `NO_LIMIT` where none was submitted;
    `low_reserve`: true in low-reserve slots of the area. All plans of the resource may be given, with their versions.
    """
    shape = (len(days), SLOTS_PER_DAY)
    full = np.broadcast_to(np.asarray(full_kw, dtype=np.int64), shape)
    least = full.copy()
    multiplier = np.ones(shape, dtype=np.int64)
    unfitted = outage = False
    for plan in plans_in_force(plans):
        covered = _covered(days, plan)
        short = covered & (plan.available_kw < full) if covered is not None else None
        if short is None or not short.any():
            continue
        outage = True
        of_plan, fits = _multiplier(days, plan, low_reserve, conditions)
        unfitted = unfitted or bool((short & ~fits).any())
        lower = short & (plan.available_kw < least)
        same = short & (plan.available_kw == least)
        multiplier[lower] = of_plan[lower]
        multiplier[same] = np.minimum(multiplier, of_plan)[same]
        least[lower] = plan.available_kw
    if limit_kw is not None:
        limit = np.asarray(limit_kw, dtype=np.int64)
        least = np.where(limit == NO_LIMIT, least, np.minimum(least, limit))
    warnings = []
    if outage and not conditions:
        warnings.append(NONE_PUBLISHED)
    elif unfitted:
        warnings.append(NO_CONDITION_FITS)
    return PlannedSlots(least.astype(np.int32), multiplier.astype(np.int8), tuple(warnings))


def _covered(days: Sequence[date], plan: OutagePlan) -> np.ndarray | None:
    """In which slots a plan stands, days × 48; none where it stands in no one."""
    if not days:
        return None
    count = len(days) * SLOTS_PER_DAY
    begin = max(_position(days[0], plan.first) - 1, 0)
    end = count if plan.last is None else min(_position(days[0], plan.last), count)
    if begin >= end:
        return None
    covered = np.zeros((len(days), SLOTS_PER_DAY), dtype=bool)
    covered.reshape(-1)[begin:end] = True
    return covered


def _position(origin: date, place: SlotPlace) -> int:
    """The how-manieth slot since the beginning of a day (1 is its first)."""
    return (place[0] - origin).days * SLOTS_PER_DAY + place[1]


def _multiplier(
    days: Sequence[date],
    plan: OutagePlan,
    low_reserve: np.ndarray | None,
    conditions: Sequence[MultiplierCondition],
) -> tuple[np.ndarray, np.ndarray]:
    """The multiplier of a plan in each slot by the first condition that fits, and where one fits."""
    shape = (len(days), SLOTS_PER_DAY)
    low = np.zeros(shape, dtype=bool) if low_reserve is None else np.asarray(low_reserve, dtype=bool)
    multiplier, fits = np.ones(shape, dtype=np.int64), np.zeros(shape, dtype=bool)
    for condition in conditions:
        matches = ~fits
        first_day = condition.first_day_in_time(plan.submitted_at)
        if first_day is not None:
            matches[: min(max((first_day - days[0]).days, 0), len(days))] = False  # too late for these days
        if condition.low_reserve is not None:
            matches &= low if condition.low_reserve else ~low
        multiplier[matches] = condition.multiplier
        fits |= matches
    return multiplier, fits
