"""The fleet at once: both engines say to the yen what an exact calculation slot by slot says."""

from dataclasses import asdict, replace
from datetime import date
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from calc_core.contract_period import ContractPeriod
from calc_core.errors import InputRefused
from calc_core.fiscal_year import days_in_month, months_until
from calc_core.fleet import FleetResource, FleetSlots, assess
from calc_core.slot_event import SlotEvent
from tests.calc_core.fleet.slow_fleet import slow_months
from tests.calc_core.fleet.small_fleets import HOURS, YEAR, fleets

TIGHT = {
    "penalty/market_offer": {"tight_hours": {"2026": str(HOURS)}},
    "penalty/supply_instruction": {"tight_hours": {"2026": str(HOURS)}},
}
ROUND = ContractPeriod(contract_kw=10_000, assessed_kw=10_000, price_yen_per_kw=8_000)


def one(*periods: ContractPeriod, name: str = "R001", **more) -> FleetResource:
    return FleetResource(name, "B1", "東京", "安定電源", periods or (ROUND,), **more)


def slots(month: int, offered_kw: int, rows: int = 1, multiplier: int = 1) -> FleetSlots:
    shape = (rows, days_in_month(YEAR, month), 48)
    return FleetSlots(np.full(shape, offered_kw, np.int32), np.full(shape, multiplier, np.int8))


def flat(months: dict[int, FleetSlots], row: int) -> dict:
    return {
        month: (table.offered_kw[row].ravel().tolist(), table.multiplier[row].ravel().tolist())
        for month, table in months.items()
    }


def compare(fleet, caps: dict[str, str]) -> None:
    """Both engines and the slow calculation, every figure of every month."""
    resources, months = fleet
    configured = {f"{name}_ratio": {"2026": ratio} for name, ratio in caps.items()}
    parameters = TIGHT | {"penalty/caps": configured}
    numpy_alone = assess(YEAR, resources, months, parameters=parameters, compiled=False)
    assert assess(YEAR, resources, months, parameters=parameters, compiled=True) == numpy_alone
    numbers = {f"{name}_cap": Fraction(ratio) for name, ratio in caps.items()}
    expected = [
        row
        for number, resource in enumerate(resources)
        for row in slow_months(YEAR, resource, flat(months, number), tight_hours=HOURS, **numbers)
    ]
    assert [asdict(each) for each in numpy_alone.months] == expected


CAPS = st.sampled_from(({}, {"monthly": "0.18", "annual": "1"}, {"annual": "1/7"}))


@settings(max_examples=15)
@given(fleets(), CAPS)
def test_both_engines_equal_an_exact_calculation_slot_by_slot(fleet, caps) -> None:
    compare(fleet, caps)


@pytest.mark.long
@settings(max_examples=400)
@given(fleets(), CAPS)
def test_both_engines_equal_an_exact_calculation_in_many_more_fleets(fleet, caps) -> None:
    compare(fleet, caps)


def test_a_month_without_supply_costs_nothing_until_the_allowed_slots_are_used_up() -> None:
    months = {month: slots(month, 0) for month in months_until(10)}
    found = assess(YEAR, [one()], months)
    assert [each.penalty_outage_yen for each in found.months[:5]] == [0] * 5
    cumulative = sum(days_in_month(YEAR, month) for month in months_until(9)) * 48
    assert found.months[5].cumulative_slots == cumulative == 8_784
    assert found.months[5].penalty_outage_yen == 80_000_000 * 144 // 8_000
    assert found.warnings == ["R001: ペナルティの上限（penalty/caps）は未設定のため適用していません"]


def test_results_stand_by_resource_and_month_and_read_like_a_list() -> None:
    resources = [one(name="R002"), one(replace(ROUND, inefficient_coal=True), name="R001")]
    months = assess(YEAR, resources, {month: slots(month, 9_000, 2) for month in (4, 5)}).months
    assert [(each.resource, each.delivery_month) for each in months] == [
        ("R002", 4),
        ("R002", 5),
        ("R001", 4),
        ("R001", 5),
    ]
    assert months[-1] == months[3]
    assert months[2].payment_yen == 80_000_000 * 8 // 10 // 12
    with pytest.raises(IndexError):
        months[4]


def test_slots_without_a_contract_are_not_looked_at_and_owe_nothing() -> None:
    table = slots(4, 0)
    table.offered_kw[0, :10] = -1
    table.multiplier[0, :10] = -1
    from_the_11th = replace(ROUND, first=(date(YEAR, 4, 11), 1))
    for compiled in (True, False):
        month = assess(YEAR, [one(from_the_11th)], {4: table}, compiled=compiled).months[0]
        assert month.shortfall_slots == month.short_slots == 20 * 48


def test_a_month_that_ends_without_a_contract_pays_nothing_and_charges_nothing_new() -> None:
    until_may = replace(ROUND, last=(date(YEAR, 5, 31), 47))
    april, may = assess(
        YEAR, [one(until_may)], {month: slots(month, 0, multiplier=127) for month in (4, 5)}
    ).months
    assert april.penalty_outage_yen > 0
    assert may.shortfall_slots == (31 * 48 - 1) * 127
    assert (may.contract_amount_yen, may.payment_yen, may.penalty_total_yen) == (0, 0, 0)


def test_the_largest_kw_at_the_highest_multiplier_do_not_overflow() -> None:
    largest = ContractPeriod(2**31 - 1, 2**31 - 1, 14_000)
    for compiled in (True, False):
        month = assess(YEAR, [one(largest)], {4: slots(4, 0, multiplier=127)}, compiled=compiled).months[0]
        assert month.shortfall_slots == 30 * 48 * 127
        assert month.penalty_outage_yen == 14_000 * (2**31 - 1) * (30 * 48 * 127 - 8_640) // 8_000


def test_every_wrong_value_is_told_with_resource_and_slot() -> None:
    table = slots(4, 0, rows=2)
    table.offered_kw[1, 2, 0] = -5
    table.multiplier[0, 29, 47] = -1
    for compiled in (True, False):
        with pytest.raises(InputRefused) as refused:
            assess(YEAR, [one(name="R001"), one(name="R002")], {4: table}, compiled=compiled)
        assert [each.where for each in refused.value.problems] == [
            "R001 2026-04-30 24:00",
            "R002 2026-04-03 00:30",
        ]


def test_months_with_a_gap_and_resources_given_twice_are_refused() -> None:
    with pytest.raises(InputRefused, match="4月から続けて"):
        assess(YEAR, [one()], {4: slots(4, 0), 6: slots(6, 0)})
    with pytest.raises(InputRefused, match="R001: 同じ電源等が2回以上"):
        assess(YEAR, [one(), one()], {4: slots(4, 0, 2)})


def test_a_shortfall_of_an_offer_needs_the_tight_hours_and_says_so_by_resource() -> None:
    inputs = {"limit_kw": 10_000, "planned_kw": 1_000, "offered_kw": 500}
    resource = one(events=(SlotEvent(date(YEAR, 4, 1), 1, "market_offer", inputs),))
    with pytest.raises(InputRefused, match=r"R001 penalty/market_offer\.tight_hours: 未設定です"):
        assess(YEAR, [resource], {4: slots(4, 10_000)})
    met = replace(resource, events=(replace(resource.events[0], inputs=inputs | {"offered_kw": 9_000}),))
    assert assess(YEAR, [met], {4: slots(4, 10_000)}).months[0].penalty_total_yen == 0
    month = assess(YEAR, [resource], {4: slots(4, 10_000)}, parameters=TIGHT).months[0]
    assert month.shortfall_kwh["market_offer"] == 4_250
    assert month.penalty_yen["market_offer"] == 80_000_000 * 4_250 // (10_000 * HOURS)


def test_a_month_is_taken_once_in_order_and_progress_is_told() -> None:
    class Loading(dict):
        def __getitem__(self, month: int) -> FleetSlots:
            taken.append(month)
            return slots(month, 0)

    taken: list[int] = []
    told: list[tuple[int, int]] = []
    assess(YEAR, [one()], Loading.fromkeys((4, 5, 6)), progress=lambda *each: told.append(each))
    assert taken == [4, 5, 6]
    assert told == [(1, 3), (2, 3), (3, 3)]
