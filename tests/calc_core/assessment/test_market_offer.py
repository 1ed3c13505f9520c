"""Spare capacity not offered: what was submitted is whole kW, and a stated surplus that does not fit is pointed out."""

import pytest

from calc_core.catalogue import evaluate
from calc_core.errors import InputRefused

RULE = "assessment/market_offer"
SLOT = {"assessed_kw": 100, "limit_kw": 90, "planned_kw": 50, "offered_kw": 10}


def test_a_surplus_that_is_limit_less_plan_needs_no_second_look() -> None:
    assert evaluate(RULE, 2025, SLOT | {"surplus_kw": 40}).warnings == ()
    assert evaluate(RULE, 2025, SLOT).warnings == ()


def test_another_surplus_is_pointed_out_and_does_not_change_the_result() -> None:
    result = evaluate(RULE, 2025, SLOT | {"surplus_kw": 41})
    assert "41 kW" in result.warnings[0]
    assert "40 kW" in result.warnings[0]
    assert result.value == evaluate(RULE, 2025, SLOT).value


def test_all_that_is_wrong_is_said_at_once() -> None:
    with pytest.raises(InputRefused) as caught:
        evaluate(
            RULE, 2023, {"assessed_kw": 0, "limit_kw": "-1", "planned_kw": "0.5", "surplus_kw": -3, "kw": 1}
        )
    assert {problem.where for problem in caught.value.problems} == {
        "fiscal_year",
        "assessed_kw",
        "limit_kw",
        "planned_kw",
        "offered_kw",
        "surplus_kw",
        "kw",
    }


def test_the_formula_is_told_as_a_policy_that_can_be_exchanged() -> None:
    marks = {step.policy for step in evaluate(RULE, 2025, SLOT).steps}
    assert len(marks) == 1
    assert "policy, not published" in marks.pop()
    whole = {RULE: {"required_offer": "whole_surplus"}}
    assert evaluate(RULE, 2025, SLOT | {"assessed_kw": 1}, whole).value == 15
