"""One slot of a dispatch order: never less than nothing, never more than the slot's obligation."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from calc_core import parameter_files
from calc_core.catalogue import evaluate
from calc_core.errors import InputRefused

RULE = "assessment/dispatch_order"
energy = st.fractions(min_value=0, max_value=10**6, max_denominator=1000)


@settings(max_examples=50)
@given(st.integers(1, 10**6), energy, energy, st.sampled_from(["demand_response", "generation"]))
def test_the_shortfall_stays_between_nothing_and_half_an_hour_of_the_capacity(
    assessed: int, baseline: object, metered: object, kind: str
) -> None:
    inputs = {"assessed_kw": assessed, "baseline_kwh": baseline, "metered_kwh": metered, "kind": kind}
    assert 0 <= 2 * evaluate(RULE, 2025, inputs).value <= assessed


def test_another_kind_is_refused_with_those_there_are() -> None:
    inputs = {"assessed_kw": 1, "baseline_kwh": 1, "metered_kwh": 1, "kind": "battery"}
    with pytest.raises(InputRefused, match="demand_response、generation"):
        evaluate(RULE, 2025, inputs)


@pytest.mark.parametrize("name", ["hours_per_order", "orders_per_year"])
def test_assessment_and_penalty_stand_on_the_same_hours_and_orders(name: str) -> None:
    here, there = (
        parameter_files.load(f"{topic}/dispatch_order").parameters[name]
        for topic in ("assessment", "penalty")
    )
    assert here == there
