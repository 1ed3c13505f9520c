"""Every yen of a month comes about from what results keep; where kept figures do not lead to it, nothing is said."""

from datetime import date

import pytest
from hypothesis import given, settings

from calc_core.contract_period import ContractPeriod
from calc_core.fiscal_year import LAST_DELIVERY_MONTH
from calc_core.fleet import assess
from helpdesk.register.kept_inputs import coal_json, periods_json
from helpdesk.register.month_derivations import derive_month
from helpdesk.register.month_results import FIGURES
from helpdesk.register.result_inputs import figures_of
from tests.calc_core.fleet.small_fleets import HOURS, YEAR, fleets

PARAMETERS = {
    "penalty/market_offer": {"tight_hours": {"2026": str(HOURS)}},
    "penalty/supply_instruction": {"tight_hours": {"2026": str(HOURS)}},
    "penalty/caps": {"monthly_ratio": {"2026": "0.18"}},
}
CONTRACT = ContractPeriod(1_000, 1_000, 5_832)
PLAIN = dict.fromkeys(FIGURES, "0") | {"contract_amount_yen": "5832000", "payment_yen": "486000"}
SHORT = {"cumulative_slots": "8700", "penalty_outage_yen": "43740", "penalty_total_yen": "43740"}


def kept(*periods: ContractPeriod) -> dict[str, object]:
    return {"contract": periods_json(periods or (CONTRACT,))}


@settings(max_examples=25, deadline=None)
@given(fleets())
def test_each_computed_month_is_derived_from_the_figures_alone(fleet) -> None:
    resources, slots = fleet
    computed = list(assess(YEAR, resources, slots, parameters=PARAMETERS).months)
    for index, resource in enumerate(resources):
        months = [figures_of(each) for each in computed[index * len(slots) : (index + 1) * len(slots)]]
        for number, delivery_month in enumerate(slots):
            inputs = kept(*resource.periods)
            if delivery_month == LAST_DELIVERY_MONTH and resource.coal is not None:
                inputs["coal"] = coal_json(resource.coal)
            results = derive_month(YEAR, delivery_month, months[number], inputs, months[:number], PARAMETERS)
            assert results is not None
            assert results[-1].value == int(months[number]["payment_yen"])
            assert all(each.steps for each in results)


def test_a_month_without_shortfall_is_its_amount_and_its_payment() -> None:
    results = derive_month(2026, 4, PLAIN, kept(), [])
    assert results is not None
    assert [(each.rule, each.value) for each in results] == [
        ("settlement/contract_amount", 5_832_000),
        ("settlement/monthly_payment", 486_000),
    ]


def test_what_was_charged_before_is_taken_off() -> None:
    less = PLAIN | SHORT | dict.fromkeys(("penalty_outage_yen", "penalty_total_yen"), "42940")
    results = derive_month(2026, 5, less, kept(), [PLAIN | {"penalty_outage_yen": "800"}])
    assert results is not None
    [outage] = [each for each in results if each.rule == "penalty/outage_plan"]
    assert (outage.value, outage.steps[-1].inputs["charged_before_yen"]) == (42_940, 800)
    assert derive_month(2026, 5, less, kept(), []) is None


@pytest.mark.parametrize("name", [name for name, (_, unit) in FIGURES.items() if unit == "yen"])
def test_a_figure_that_does_not_follow_leaves_the_month_unsaid(name: str) -> None:
    assert derive_month(2026, 4, PLAIN | {name: "7"}, kept(), []) is None


def test_without_a_kept_contract_nothing_is_said() -> None:
    assert derive_month(2026, 4, PLAIN, {}, []) is None


def test_a_month_after_the_contract_has_neither_amount_nor_payment() -> None:
    ended = ContractPeriod(1_000, 1_000, 5_832, last=(date(2026, 4, 2), 48))
    results = derive_month(2026, 5, dict.fromkeys(FIGURES, "0"), kept(ended), [])
    assert results is not None
    assert [(each.rule, each.value) for each in results] == [("settlement/monthly_payment", 0)]
