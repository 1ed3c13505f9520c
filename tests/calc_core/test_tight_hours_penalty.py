"""Penalties by tight hours: hours of nothing are refused, and every explanation says that the hours are configured."""

import pytest

from calc_core import narration
from calc_core.catalogue import evaluate
from calc_core.errors import InputRefused

INPUTS = {"contract_amount_yen": 100_000_000, "shortfall_kwh": 5000, "contract_kw": 10_000}
RULES = ["penalty/market_offer", "penalty/supply_instruction"]


@pytest.mark.parametrize("rule", RULES)
@pytest.mark.parametrize("hours", ["0", "-1", "thirty", 0.5])
def test_hours_that_nothing_can_be_divided_by_are_refused_with_their_place(rule: str, hours: object) -> None:
    with pytest.raises(InputRefused) as caught:
        evaluate(rule, 2025, INPUTS | {"contract_kw": 0}, {rule: {"tight_hours": {"2025": hours}}})
    assert {problem.where for problem in caught.value.problems} == {f"{rule}.tight_hours.2025", "contract_kw"}


@pytest.mark.parametrize("rule", RULES)
def test_the_explanation_says_that_the_hours_are_configured(rule: str) -> None:
    settings = {rule: {"tight_hours": {"2025": "30", "source": "実証の仮定"}}}
    result = evaluate(rule, 2025, INPUTS, settings)
    assert result.steps[0].policy.startswith("configured, not published")
    told = "\n".join(narration.result_lines(result.to_json()))
    assert "configured, not published" in told
    assert "1年間で需給ひっ迫のおそれがあると想定される時間" in told
    assert "実証の仮定" in told
