"""The month's sum is the rule of one slot, slot by slot, whatever stretches the month is cut into."""

from datetime import date
from fractions import Fraction

import numpy as np

from calc_core.catalogue import evaluate
from calc_core.contract_stretches import Stretch
from calc_core.month_shortfall import month_shortfall, slots_with_shortfall

CUT = 14 * 48 + 24


def tables() -> tuple[np.ndarray, np.ndarray]:
    chance = np.random.default_rng(7)
    return chance.integers(0, 1_500, (30, 48)), chance.choice(np.array([0, 1, 5, 127]), (30, 48))


def test_each_stretch_is_held_against_its_own_assessed_kw() -> None:
    offered, multiplier = tables()
    stretches = [Stretch(0, CUT, 900), Stretch(CUT + 2, 1440, 7)]
    expected, short = Fraction(0), 0
    for each in stretches:
        for index in range(each.begin, each.end):
            slot = {"offered_kw": int(offered.flat[index]), "multiplier": int(multiplier.flat[index])}
            result = evaluate("assessment/outage_plan", 2026, slot | {"assessed_kw": each.assessed_kw})
            expected += result.value
            short += slot["offered_kw"] < each.assessed_kw
    found = month_shortfall(offered, multiplier, stretches)
    assert (found.shortfall_slots, found.short_slots) == (expected, short)
    shown = slots_with_shortfall(
        fiscal_year=2026, delivery_month=6, offered_kw=offered, multiplier=multiplier, stretches=stretches
    )
    assert sum(each.shortfall_slots for each in shown) == expected
    assert len(shown) == short
    assert {each.assessed_kw for each in shown} == {900, 7}
    assert shown[0].missing_kw == 900 - shown[0].offered_kw


def test_a_slot_is_shown_under_its_day() -> None:
    offered = np.full((30, 48), 900)
    offered[14, 24] = 899
    [shown] = slots_with_shortfall(
        fiscal_year=2026,
        delivery_month=6,
        offered_kw=offered,
        multiplier=np.ones_like(offered),
        stretches=[Stretch(0, 1440, 900)],
    )
    assert (shown.date, shown.slot) == (date(2026, 6, 15), 25)


def test_a_month_without_a_contract_has_no_shortfall() -> None:
    found = month_shortfall(*tables(), [])
    assert (found.shortfall_slots, found.short_slots) == (0, 0)
