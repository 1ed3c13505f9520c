"""Small fleets as Hypothesis draws them: round kW, where an exact result is a whole yen, and everything else at once."""

from datetime import date, timedelta
from fractions import Fraction

import numpy as np
from hypothesis import strategies as st

from calc_core.coal_year import CoalYear
from calc_core.contract_period import ContractPeriod
from calc_core.fiscal_year import days_in_month, months_until
from calc_core.fleet import FleetResource, FleetSlots
from calc_core.slot_event import SlotEvent

YEAR = 2026
HOURS = 30
MULTIPLIERS = np.array([0, 1, 1, 5, 127])


def _exact(draw, highest: int) -> int | Fraction:
    number = draw(st.integers(0, highest * 3))
    return Fraction(number, 3) if number % 3 else number // 3


@st.composite
def periods(draw, *, round_kw: bool, cuts: int) -> tuple[ContractPeriod, ...]:
    """Contracts that follow one another, some with a gap between them."""
    days = sorted(draw(st.lists(st.integers(1, 364), min_size=cuts, max_size=cuts, unique=True)))
    begins = [None] + [(date(YEAR, 4, 1) + timedelta(day), draw(st.integers(1, 48))) for day in days]
    found = []
    for number, first in enumerate(begins):
        last = None
        if number + 1 < len(begins):
            day, slot = begins[number + 1]
            last = (day, slot - 1) if slot > 1 else (day - timedelta(1), 48)
        assessed_kw = draw(st.integers(1, 60)) * 1_000 if round_kw else draw(st.integers(1, 3_000_000))
        contract_kw = assessed_kw + draw(st.integers(0, 500))
        price = draw(st.integers(0, 14_000))
        deduction = draw(st.integers(0, price * contract_kw // 3))
        if len(begins) > 1 and draw(st.integers(0, 4)) == 0:
            continue  # a gap: nothing is owed in it
        flag = draw(st.booleans())
        found.append(ContractPeriod(contract_kw, assessed_kw, price, deduction, flag, first, last))
    return tuple(found) or (ContractPeriod(1_000, 1_000, 8_000),)


@st.composite
def events(draw, count: int) -> tuple[SlotEvent, ...]:
    """Some offers, instructions and orders, one of a kind in a slot."""
    found = {}
    for _ in range(count):
        day = date(YEAR, 4, 1) + timedelta(draw(st.integers(0, 364)))
        slot, event = (
            draw(st.integers(1, 48)),
            draw(st.sampled_from(("market_offer", "supply_instruction", "dispatch_order"))),
        )
        if event == "market_offer":
            inputs = {name: draw(st.integers(0, 60_000)) for name in ("limit_kw", "planned_kw", "offered_kw")}
        elif event == "supply_instruction":
            inputs = {"instructed_kw": _exact(draw, 60_000), "delivered_kwh": _exact(draw, 30_000)}
        else:
            inputs = {
                "baseline_kwh": _exact(draw, 30_000),
                "metered_kwh": _exact(draw, 30_000),
                "kind": draw(st.sampled_from(("demand_response", "generation"))),
            }
        found[day, slot, event] = SlotEvent(day, slot, event, inputs)
    return tuple(found.values())


@st.composite
def fleets(draw) -> tuple[list[FleetResource], dict[int, FleetSlots]]:
    """One to three resources with the months up to one of the year."""
    months = months_until(draw(st.sampled_from((4, 6, 12, 3, 3, 3))))
    resources = []
    for number in range(draw(st.integers(1, 3))):
        round_kw = draw(st.booleans())
        contracts = draw(periods(round_kw=round_kw, cuts=draw(st.sampled_from((0, 0, 1, 3)))))
        coal = None
        if any(each.inefficient_coal for each in contracts) and draw(st.booleans()):
            metered = draw(st.integers(0, 500_000_000))
            mixed = draw(st.booleans())
            coal = CoalYear(
                metered,
                draw(st.integers(0, metered)),
                700 if mixed else None,
                900 if mixed else None,
            )
        drawn = draw(events(draw(st.sampled_from((0, 0, 5)))))
        resources.append(FleetResource(f"R{number:03}", "B1", "東京", "安定電源", contracts, drawn, coal))
    random = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    return resources, {month: _slots(random, resources, month) for month in months}


def _slots(random: np.random.Generator, resources: list[FleetResource], month: int) -> FleetSlots:
    shape = (len(resources), days_in_month(YEAR, month), 48)
    tenths = random.integers(0, 12, shape)
    target = np.array([each.periods[0].assessed_kw for each in resources])[:, None, None]
    offered = target * tenths // 10
    offered = np.where(random.integers(0, 50, shape) == 0, random.integers(0, 2**31 - 1, shape), offered)
    return FleetSlots(offered.astype(np.int32), random.choice(MULTIPLIERS, shape).astype(np.int8))
