"""Every rule equals its slow twin on drawn inputs, to the yen and to the fraction, also where the result is a whole yen."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from calc_core import catalogue
from tests.calc_core.drawn_inputs import DRAWN
from tests.calc_core.slow_rules import SLOW

YEAR = 2026
RULES = sorted(SLOW)


def check(rule: str, inputs: dict[str, Any], configured: dict[str, Any]) -> None:
    parameters = {rule: {name: {YEAR: value} for name, value in configured.items()}}
    result = catalogue.evaluate(rule, YEAR, inputs, parameters)
    assert result.values == SLOW[rule](**inputs, **configured)


def test_every_slow_rule_has_drawn_inputs() -> None:
    assert DRAWN.keys() == SLOW.keys()


@pytest.mark.parametrize("rule", RULES)
@settings(max_examples=60)
@given(data=st.data())
def test_a_rule_equals_its_slow_twin(rule: str, data: st.DataObject) -> None:
    check(rule, *data.draw(DRAWN[rule]))


@pytest.mark.long
@pytest.mark.parametrize("rule", RULES)
@settings(max_examples=1_000)
@given(data=st.data())
def test_a_rule_equals_its_slow_twin_on_a_thousand_draws(rule: str, data: st.DataObject) -> None:
    check(rule, *data.draw(DRAWN[rule]))


@pytest.mark.parametrize(
    "rule", ["penalty/market_offer", "penalty/supply_instruction", "penalty/dispatch_order"]
)
@settings(max_examples=30)
@given(data=st.data())
def test_the_months_of_a_yearly_penalty_add_up_to_the_amount_of_the_whole_year(
    rule: str, data: st.DataObject
) -> None:
    inputs, configured = data.draw(DRAWN[rule])
    parameters = {rule: {name: {YEAR: value} for name, value in configured.items()}}
    whole = catalogue.evaluate(rule, YEAR, inputs | {"charged_before_yen": 0}, parameters).value
    charged = 0
    for month in range(1, 13):
        so_far = inputs | {
            "shortfall_kwh": inputs["shortfall_kwh"] * month / 12,
            "charged_before_yen": charged,
        }
        charged += catalogue.evaluate(rule, YEAR, so_far, parameters).value
    assert charged == whole
