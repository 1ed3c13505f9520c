"""The fleet and the calculation of one resource give the same months, to the yen and to the fraction of a slot."""

from hypothesis import given, settings

from calc_core.fleet import FleetResource, FleetSlots, assess
from calc_core.resource_derivation import compute_line
from tests.calc_core.slow_assessment import Case, as_input, cases


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
