"""契約の区間: in which slots of a month does which assessed kW stand, and which contract at the month's last slot?

A substitution (電源等差替) moves the obligation at a slot, so a month is cut where assessed kW changes. A slot without a
contract owes nothing and belongs to no stretch.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

import numpy as np

from calc_core.contract_period import ContractPeriod, SlotPlace, in_force
from calc_core.errors import Problem
from calc_core.fiscal_year import calendar_month, days_in_month, last_day_of_month
from calc_core.slots import SLOTS, SLOTS_PER_DAY


@dataclass(frozen=True, slots=True)
class Stretch:
    """区間: the slots `begin` … `end` − 1 of a month, counted from 0, over which assessed kW is the same."""

    begin: int
    end: int
    assessed_kw: int

    @property
    def slots(self) -> int:
        """How many slots it holds."""
        return self.end - self.begin


def month_stretches(
    fiscal_year: int, delivery_month: int, periods: Sequence[ContractPeriod]
) -> list[Stretch]:
    """The stretches of a month in time order; what adjoins with the same assessed kW is one."""
    found: list[Stretch] = []
    whole = days_in_month(fiscal_year, delivery_month) * SLOTS_PER_DAY
    parts = [(*_slots_of(fiscal_year, delivery_month, each, whole), each.assessed_kw) for each in periods]
    for begin, end, assessed_kw in sorted(part for part in parts if part[0] < part[1]):
        if found and (found[-1].end, found[-1].assessed_kw) == (begin, assessed_kw):
            begin = found.pop().begin
        found.append(Stretch(begin, end, assessed_kw))
    return found


def _slots_of(fiscal_year: int, delivery_month: int, period: ContractPeriod, whole: int) -> tuple[int, int]:
    start = date(*calendar_month(fiscal_year, delivery_month), 1)

    def slots_before(place: SlotPlace) -> int:
        day, slot = place
        return (day - start).days * SLOTS_PER_DAY + slot - 1

    begin = 0 if period.first is None else max(slots_before(period.first), 0)
    end = whole if period.last is None else min(slots_before(period.last) + 1, whole)
    return begin, end


def place_in_month(fiscal_year: int, delivery_month: int, index: int) -> SlotPlace:
    """The day and slot of the slot that is `index`-th (from 0) of a month."""
    day, slot = divmod(index, SLOTS_PER_DAY)
    return date(*calendar_month(fiscal_year, delivery_month), day + 1), slot + 1


def contract_at_end(
    fiscal_year: int, delivery_month: int, periods: Sequence[ContractPeriod]
) -> ContractPeriod | None:
    """The contract at a month's last slot, whose amount is that of the month (policy); none where it has ended."""
    last_day = last_day_of_month(*calendar_month(fiscal_year, delivery_month))
    return in_force(periods, (last_day, SLOTS_PER_DAY))


def without_idle_slots(
    table: np.ndarray, fiscal_year: int, delivery_month: int, stretches: Sequence[Stretch]
) -> np.ndarray:
    """A month's table with 0 where no contract stands: what is or is not written there has no meaning.

    A table of another size is left as it is, for its check to refuse.
    """
    whole = days_in_month(fiscal_year, delivery_month) * SLOTS_PER_DAY
    if table.size != whole or sum(each.slots for each in stretches) == whole:
        return table
    kept = np.zeros(whole, table.dtype)
    for each in stretches:
        kept[each.begin : each.end] = table.ravel()[each.begin : each.end]
    return kept.reshape(table.shape)


def period_text(period: ContractPeriod) -> str:
    """A period as people read it: 2026年7月15日コマ25から, …まで, 年間を通じて."""
    first = f"{_place_text(period.first)}から" if period.first else ""
    last = f"{_place_text(period.last)}まで" if period.last else ""
    return f"{first}{last}" or "年間を通じて"


def _place_text(place: SlotPlace) -> str:
    day, slot = place
    return f"{day.year}年{day.month}月{day.day}日コマ{slot}"


def period_problems(periods: Sequence[ContractPeriod]) -> list[Problem]:
    """Places that are no slots, ends before their beginning, and periods of which two stand in one slot."""
    problems = []
    names: Mapping[str, str] = {"first": "始まり", "last": "終わり"}
    for number, period in enumerate(periods):
        for name, label in names.items():
            place = getattr(period, name)
            if place is not None and place[1] not in SLOTS:
                message = f"契約の{label}のコマは 1〜{SLOTS_PER_DAY} で指定してください（{place[1]}）"
                problems.append(Problem(f"periods[{number}].{name}", message))
        if period.first is not None and period.last is not None and period.first > period.last:
            message = "契約の終わりが始まりより前です。期間を確かめてください"
            problems.append(Problem(f"periods[{number}].last", message))
    in_order = sorted(range(len(periods)), key=lambda number: _begin(periods[number]))
    for one, other in pairwise(in_order):
        if periods[one].last is None or _begin(periods[other]) <= _begin_of(periods[one].last):
            message = "契約の期間が重なっています。1コマに立つ契約は1つにしてください"
            problems.append(Problem(f"periods[{other}].first", message))
    return problems


def _begin(period: ContractPeriod) -> tuple[int, int]:
    return (0, 0) if period.first is None else _begin_of(period.first)


def _begin_of(place: SlotPlace) -> tuple[int, int]:
    return place[0].toordinal(), place[1]
