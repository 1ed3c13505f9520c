"""The fleet and the calculation of one resource give the same months, to the yen and to the fraction of a slot."""

from datetime import date
from fractions import Fraction

import numpy as np
from hypothesis import given, settings

from calc_core.contract_period import ContractPeriod
from calc_core.fiscal_year import days_in_month
from calc_core.fleet import FleetResource, FleetSlots, assess
from calc_core.resource_derivation import compute_line
from tests.calc_core.slow_assessment import Case, as_input, cases, slow_year


@settings(max_examples=40)
@given(cases())
def test_a_year_of_the_fleet_is_the_line_of_each_of_its_resources(case: Case) -> None:
    resource = FleetResource("R001", "B001", "東京", "stable", case.periods, case.events, case.coal)
    months = {
        month: FleetSlots(case.offered_kw[month][None], case.multiplier[month][None])
        for month in case.offered_kw
    }
    found = assess(case.year, [resource], months, parameters=case.parameters()).months
    line = compute_line(case.year, case.until, as_input(case), case.parameters())
    assert len(found) == len(line.months)
    for of_fleet, alone in zip(found, line.months, strict=True):
        assert of_fleet.delivery_month == alone.month
        assert of_fleet.shortfall_slots == alone.shortfall_slots
        assert of_fleet.short_slots == alone.short_slots
        assert of_fleet.cumulative_slots == alone.cumulative_slots
        assert of_fleet.contract_amount_yen == alone.contract_amount_yen
        assert of_fleet.penalty_outage_yen == alone.penalty_outage_yen
        assert of_fleet.penalty_total_yen == alone.penalty_yen
        assert of_fleet.payment_yen == alone.payment_yen
        for kind, each in alone.events.items():
            assert of_fleet.shortfall_kwh.get(kind, 0) == each.shortfall_kwh
            assert of_fleet.penalty_yen.get(kind, 0) == each.penalty_yen
    if line.coal_penalty_yen is not None:
        assert found[-1].coal_penalty_yen == line.coal_penalty_yen


def test_a_year_that_a_correction_took_below_nothing_is_capped_alike_in_both() -> None:
    """A month cut by its cap, taken back whole in a month with a lower amount: then the year so far is negative."""
    dear, cheap = (
        {"contract_kw": 1_000, "assessed_kw": 1_000, "price_yen_per_kw": price} for price in (12_000, 1)
    )
    periods = (
        ContractPeriod(**dear, last=(date(2026, 4, 30), 48)),
        ContractPeriod(**cheap, first=(date(2026, 5, 1), 1), last=(date(2026, 5, 31), 48)),
        ContractPeriod(**dear, first=(date(2026, 6, 1), 1)),
    )
    months = {month: np.zeros((days_in_month(2026, month), 48), np.int32) for month in (4, 5, 6)}
    nine = {month: np.full_like(table, 9) for month, table in months.items()}
    case = Case(2026, 6, periods, months, nine, (), None, Fraction(30), Fraction("0.1"), Fraction("1.5"))
    fleet = assess(
        2026,
        [FleetResource("R001", "B001", "東京", "stable", periods)],
        {month: FleetSlots(table[None], nine[month][None]) for month, table in months.items()},
        parameters=case.parameters(),
    )
    line = compute_line(2026, 6, as_input(case), case.parameters())
    totals = [month.penalty_total_yen for month in fleet.months]
    assert (
        totals == [month.penalty_yen for month in line.months] == [month.total for month in slow_year(case)]
    )
    assert totals[0] + totals[1] < 0
    assert totals[1] < 0 < totals[2]
