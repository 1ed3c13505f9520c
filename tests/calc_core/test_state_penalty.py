"""Penalties by state: state, day and reason stay in the result and are told in Japanese."""

import json
from datetime import date, datetime

import pytest

from calc_core import narration
from calc_core.catalogue import evaluate
from calc_core.errors import InputRefused

RULES = ["penalty/residual_capacity_contract", "penalty/effectiveness_test"]
JUDGED = {"contract_amount_yen": 120, "state": "not_met", "on": date(2025, 4, 1), "reason": "締結なし"}


@pytest.mark.parametrize("rule", RULES)
def test_state_day_and_reason_are_kept_and_told(rule: str) -> None:
    result = evaluate(rule, 2025, JUDGED, {rule: {"rate": {"2025": "0.1"}}})
    assert result.values == {"penalty_yen": 12} | {name: JUDGED[name] for name in ("state", "on", "reason")}
    stored = json.loads(json.dumps(result.to_json()))
    assert (
        evaluate(rule, 2025, JUDGED | {"on": stored["values"]["on"]}, {rule: {"rate": {"2025": "0.1"}}})
        == result
    )
    told = "\n".join(narration.result_lines(stored))
    assert "リクワイアメントの達否: 未達成" in told
    assert "判定した日: 2025-04-01" in told
    assert "2025-04-01 締結なし" in "\n".join(narration.lines(stored))
    assert "configured, not published" in told
    assert "policy, not published" in told
    assert "not_met" not in told


@pytest.mark.parametrize("rule", RULES)
def test_everything_wrong_is_said_at_once(rule: str) -> None:
    with pytest.raises(InputRefused) as caught:
        evaluate(
            rule, 2025, {"contract_amount_yen": -1, "state": "unknown", "on": "2025/04/01", "reason": " "}
        )
    assert [problem.where for problem in caught.value.problems] == [
        "contract_amount_yen",
        "state",
        "on",
        "reason",
    ]


@pytest.mark.parametrize("on", ["2025-02-29", "20250401", "2025-W14-1", "", 20250401, datetime(2025, 4, 1)])  # noqa: DTZ001
def test_a_day_that_is_none_is_refused_in_japanese(on: object) -> None:
    with pytest.raises(InputRefused, match="日付") as caught:
        evaluate(RULES[0], 2025, JUDGED | {"state": "met", "on": on})
    assert [problem.where for problem in caught.value.problems] == ["on"]
