"""Leaving the market: only the rate that the exit needs is asked, and all that is wrong is said with it."""

import pytest

from calc_core.catalogue import describe, evaluate, settings_in_force
from calc_core.errors import InputRefused

RULE = "penalty/market_exit"
EXIT = {"contract_amount_yen": 1000, "exited_kw": 5, "contract_kw": 10, "after_cut_off": False}


def problems(inputs: dict[str, object], parameters: object = None) -> dict[str, str]:
    with pytest.raises(InputRefused) as caught:
        evaluate(RULE, 2025, inputs, parameters)
    return {problem.where: problem.message for problem in caught.value.problems}


@pytest.mark.parametrize(
    ("after", "needed", "other"), [(False, "before", "after"), (True, "after", "before")]
)
def test_only_the_rate_of_the_time_of_the_exit_is_asked(after: bool, needed: str, other: str) -> None:
    inputs = EXIT | {"after_cut_off": after}
    assert evaluate(RULE, 2025, inputs, {RULE: {f"rate_{needed}": {2025: "0.1"}}}).value == 50
    missing = problems(inputs, {RULE: {f"rate_{other}": {2025: "0.1"}}})
    assert set(missing) == {f"{RULE}.rate_{needed}"}
    assert "not configured" in missing[f"{RULE}.rate_{needed}"]


def test_the_missing_rate_is_said_with_all_other_problems() -> None:
    assert set(problems(EXIT | {"exited_kw": 11, "contract_amount_yen": "x"})) == {
        f"{RULE}.rate_before",
        "exited_kw",
        "contract_amount_yen",
    }
    assert set(problems({"exited_kw": 1, "after_cut_off": "true"})) == {
        "contract_amount_yen",
        "contract_kw",
        "after_cut_off",
    }


def test_a_faulty_rate_is_said_once() -> None:
    found = problems(EXIT, {RULE: {"rate_before": {2025: "5%"}}})
    assert list(found) == [f"{RULE}.rate_before.2025"]


def test_a_rate_that_is_not_configured_is_not_among_the_numbers_in_force() -> None:
    assert settings_in_force(RULE, 2025) == []
    assert [each["published"] for each in describe(RULE)["parameters"]] == [False, False]
