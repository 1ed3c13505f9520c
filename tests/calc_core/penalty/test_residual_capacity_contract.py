"""The requirement costs nothing where it is met; where it is not, its own rate must be configured."""

import pytest

from calc_core.catalogue import evaluate
from calc_core.errors import InputRefused

RULE = "penalty/residual_capacity_contract"
JUDGED = {"contract_amount_yen": 100, "on": "2025-04-01", "reason": "確認の結果"}


def test_a_requirement_that_is_met_needs_no_rate() -> None:
    result = evaluate(RULE, 2025, JUDGED | {"state": "met"})
    assert result.value == 0
    assert result.to_json()["values"] == {
        "penalty_yen": "0",
        "state": "met",
        "on": "2025-04-01",
        "reason": "確認の結果",
    }


def test_a_requirement_that_is_not_met_asks_for_its_rate() -> None:
    inputs = JUDGED | {"state": "not_met"}
    with pytest.raises(InputRefused) as caught:
        evaluate(RULE, 2025, inputs)
    assert [problem.where for problem in caught.value.problems] == [f"{RULE}.rate"]
    assert evaluate(RULE, 2025, inputs, {RULE: {"rate": {"2025": "0.1"}}}).value == 10
