"""The year of one resource in the fleet is the year of the same resource computed alone, with all its steps."""

from hypothesis import given, settings
from hypothesis import strategies as st

from calc_core.fleet import assess
from calc_core.resource_derivation import compute_line
from calc_core.resource_input import ResourceInput
from tests.calc_core.fleet.small_fleets import HOURS, YEAR, fleets

PARAMETERS = {
    "penalty/market_offer": {"tight_hours": {"2026": str(HOURS)}},
    "penalty/supply_instruction": {"tight_hours": {"2026": str(HOURS)}},
}


@settings(max_examples=12)
@given(fleets(), st.booleans())
def test_the_fleet_and_the_single_calculation_say_the_same(fleet, with_caps) -> None:
    resources, months = fleet
    caps = {"penalty/caps": {"monthly_ratio": {"2026": "0.18"}, "annual_ratio": {"2026": "1"}}}
    parameters = PARAMETERS | (caps if with_caps else {})
    last = list(months)[-1]
    found = assess(YEAR, resources, months, parameters=parameters).months
    for number, resource in enumerate(resources):
        alone = ResourceInput(
            resource=resource.resource,
            name=resource.resource,
            contract_kw=1,
            assessed_kw=1,
            price_yen_per_kw=0,
            transitional_deduction_yen=0,
            inefficient_coal=False,
            offered_kw_by_month={month: each.offered_kw[number] for month, each in months.items()},
            multiplier_by_month={month: each.multiplier[number] for month, each in months.items()},
            periods=resource.periods,
            events=resource.events,
            coal=resource.coal,
        )
        line = compute_line(YEAR, last, alone, parameters)
        own = found[number * len(months) : (number + 1) * len(months)]
        for single, month in zip(line.months, own, strict=True):
            assert (single.month, single.shortfall_slots, single.short_slots) == (
                month.delivery_month,
                month.shortfall_slots,
                month.short_slots,
            )
            assert single.cumulative_slots == month.cumulative_slots
            assert single.contract_amount_yen == month.contract_amount_yen
            assert single.penalty_outage_yen == month.penalty_outage_yen
            assert single.penalty_yen == month.penalty_total_yen
            assert single.payment_yen == month.payment_yen
            for kind, event in single.events.items():
                assert event.shortfall_kwh == month.shortfall_kwh[kind]
                assert event.penalty_yen == month.penalty_yen[kind]
        assert (line.coal_penalty_yen or 0) == own[-1].coal_penalty_yen
