"""Plans laid over slots, held equal to an implementation that asks every plan about every slot."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from calc_core.multiplier_conditions import MultiplierCondition
from calc_core.plan_slots import (
    NO_CONDITION_FITS,
    NO_LIMIT,
    NONE_PUBLISHED,
    OutagePlan,
    plan_slots,
    plans_in_force,
)
from calc_core.slots import JAPAN

DAYS = [date(2026, 7, 14) + timedelta(days=number) for number in range(4)]
LATE = MultiplierCondition("その他", None, None, None, 5)
IN_TIME = MultiplierCondition("前日17時まで", 1, time(17), None, 1)


def plan(
    number: str, first, last, kw: int, *, version=1, at=(2026, 6, 1, 9, 0), withdrawn=False
) -> OutagePlan:
    return OutagePlan(number, version, datetime(*at, tzinfo=JAPAN), first, last, kw, withdrawn)


def slowly(
    days: Sequence[date], plans: Sequence[OutagePlan], full_kw, limit_kw, low_reserve, conditions
) -> tuple[list[list[int]], list[list[int]]]:
    """The same by the text of the policies, one slot after the other."""
    newest = {each.number: max(p.version for p in plans if p.number == each.number) for each in plans}
    counted = [each for each in plans if each.version == newest[each.number] and not each.withdrawn]

    def multiplier_of(each: OutagePlan, day: date, slot: int) -> int:
        for condition in conditions:
            if condition.submitted_days_before is not None:
                until = condition.submitted_until
                limit_day = day - timedelta(days=condition.submitted_days_before)
                end = (
                    datetime.combine(limit_day + timedelta(days=1), time(0), JAPAN)
                    - timedelta(microseconds=1)
                    if until is None
                    else datetime.combine(limit_day, until, JAPAN)
                )
                if each.submitted_at > end:
                    continue
            if condition.low_reserve is not None and condition.low_reserve != bool(
                low_reserve[days.index(day)][slot - 1]
            ):
                continue
            return condition.multiplier
        return 1

    offered, multiplier = [], []
    for row, day in enumerate(days):
        offered.append([])
        multiplier.append([])
        for slot in range(1, 49):
            full = int(full_kw[row][slot - 1])
            outages = [
                each
                for each in counted
                if each.first <= (day, slot)
                and (each.last is None or (day, slot) <= each.last)
                and each.available_kw < full
            ]
            least = min((each.available_kw for each in outages), default=full)
            found = [multiplier_of(each, day, slot) for each in outages if each.available_kw == least]
            limit = int(limit_kw[row][slot - 1])
            offered[-1].append(least if limit == NO_LIMIT else min(least, limit))
            multiplier[-1].append(min(found, default=1))
    return offered, multiplier


places = st.tuples(st.dates(date(2026, 7, 12), date(2026, 7, 19)), st.integers(1, 48))
plans_given = st.builds(
    OutagePlan,
    number=st.sampled_from("abc"),
    version=st.integers(1, 3),
    submitted_at=st.integers(0, 9 * 24 * 60).map(
        lambda minutes: datetime(2026, 7, 9, tzinfo=JAPAN) + timedelta(minutes=minutes)
    ),
    first=places,
    last=st.none() | places,
    available_kw=st.sampled_from([0, 300, 500, 999, 1_000, 1_500]),
    withdrawn=st.booleans(),
)
leads = st.tuples(st.integers(0, 4), st.none() | st.sampled_from([time(0), time(12), time(17, 30)]))
conditions_given = st.builds(
    lambda lead, low, multiplier: MultiplierCondition("条件", *(lead or (None, None)), low, multiplier),
    st.none() | leads,
    st.none() | st.booleans(),
    st.sampled_from([0, 1, 2, 5, 127]),
)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(plans_given, max_size=5, unique_by=lambda each: (each.number, each.version)),
    st.lists(conditions_given, max_size=3),
    st.integers(0, 2**32 - 1),
)
def test_every_slot_is_what_its_plans_say(plans, conditions, seed) -> None:
    drawn = np.random.default_rng(seed)
    full = drawn.choice([500, 1_000], size=(4, 48))
    limit = drawn.choice([NO_LIMIT, 0, 400, 2_000], size=(4, 48), p=[0.7, 0.1, 0.1, 0.1])
    low = drawn.random((4, 48)) < 0.3
    found = plan_slots(DAYS, plans, full_kw=full, limit_kw=limit, low_reserve=low, conditions=conditions)
    offered, multiplier = slowly(DAYS, plans, full, limit, low, conditions)
    assert found.offered_kw.tolist() == offered
    assert found.multiplier.tolist() == multiplier
    assert (found.offered_kw.dtype, found.multiplier.dtype) == (np.int32, np.int8)


def test_without_plan_or_limit_all_of_it_is_offered_once() -> None:
    found = plan_slots(DAYS, [], full_kw=1_000, conditions=[LATE])
    assert (found.offered_kw == 1_000).all()
    assert (found.multiplier == 1).all()
    assert found.warnings == ()


def test_a_corrected_plan_replaces_the_one_before_and_a_withdrawn_one_never_was() -> None:
    first = plan("A", (DAYS[0], 1), None, 0)
    corrected = plan("A", (DAYS[2], 1), (DAYS[2], 48), 0, version=2)
    gone = plan("B", (DAYS[0], 1), None, 0, withdrawn=True)
    assert plans_in_force([corrected, gone, first]) == [corrected]
    found = plan_slots(DAYS, [corrected, gone, first], full_kw=1_000, conditions=[LATE])
    assert found.offered_kw.sum(axis=1).tolist() == [48_000, 48_000, 0, 48_000]


def test_the_multiplier_is_decided_day_by_day_where_a_plan_came_late_for_its_first_days() -> None:
    late = plan("A", (DAYS[0], 1), None, 400, at=(2026, 7, 14, 17, 0))
    found = plan_slots(DAYS, [late], full_kw=1_000, conditions=[IN_TIME, LATE])
    assert [set(row) for row in found.multiplier.tolist()] == [{5}, {1}, {1}, {1}]


def test_the_plan_with_the_least_kw_decides_and_of_equal_ones_the_smaller_multiplier() -> None:
    early = plan("A", (DAYS[1], 1), (DAYS[1], 20), 300)
    late_and_less = plan("B", (DAYS[1], 11), (DAYS[1], 30), 200, at=(2026, 7, 15, 8, 0))
    late_and_same = plan("C", (DAYS[1], 1), (DAYS[1], 5), 300, at=(2026, 7, 15, 8, 0))
    found = plan_slots(DAYS, [late_and_same, early, late_and_less], full_kw=1_000, conditions=[IN_TIME, LATE])
    assert found.offered_kw[1].tolist() == [300] * 10 + [200] * 20 + [1_000] * 18
    assert found.multiplier[1].tolist() == [1] * 10 + [5] * 20 + [1] * 18


def test_more_available_than_assessed_is_no_outage() -> None:
    found = plan_slots(DAYS, [plan("A", (DAYS[0], 1), None, 1_200)], full_kw=1_000, conditions=[LATE])
    assert (found.offered_kw == 1_000).all()
    assert (found.multiplier == 1).all()


def test_what_is_not_configured_counts_once_and_says_so() -> None:
    late = plan("A", (DAYS[0], 1), None, 0)
    assert plan_slots(DAYS, [late], full_kw=1_000).warnings == (NONE_PUBLISHED,)
    only_tight = MultiplierCondition("低予備率", None, None, True, 5)
    found = plan_slots(DAYS, [late], full_kw=1_000, conditions=[only_tight])
    assert found.warnings == (NO_CONDITION_FITS,)
    assert (found.multiplier == 1).all()
