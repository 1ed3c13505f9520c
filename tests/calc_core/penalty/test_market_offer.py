"""The penalty asks for its own tight hours and takes no others."""

import pytest

from calc_core.catalogue import evaluate
from calc_core.errors import InputRefused

RULE = "penalty/market_offer"
INPUTS = {"contract_amount_yen": 100_000_000, "shortfall_kwh": 5000, "contract_kw": 10_000}


def test_without_configured_hours_the_setting_is_named() -> None:
    with pytest.raises(InputRefused) as caught:
        evaluate(RULE, 2025, INPUTS)
    problem = caught.value.problems[0]
    assert problem.where == f"{RULE}.tight_hours"
    assert "not configured" in problem.message


@pytest.mark.parametrize("other", ["penalty/market_offer", "penalty/supply_instruction"])
def test_hours_are_configured_rule_by_rule(other: str) -> None:
    settings = {other: {"tight_hours": {"2025": "30"}}}
    if other == RULE:
        assert evaluate(RULE, 2025, INPUTS, settings).value == 1_666_666
    else:
        with pytest.raises(InputRefused, match="not configured"):
            evaluate(RULE, 2025, INPUTS, settings)
