"""An instructed supply: energy is exact, the obligation ends at the assessed capacity."""

from fractions import Fraction

import pytest

from calc_core.catalogue import evaluate
from calc_core.errors import InputRefused

RULE = "assessment/supply_instruction"


def test_metered_energy_may_be_any_exact_number() -> None:
    inputs = {"assessed_kw": 3, "instructed_kw": "10/3", "delivered_kwh": "1.2345"}
    assert evaluate(RULE, 2025, inputs).value == Fraction(3, 2) - Fraction(12345, 10_000)


def test_negative_energy_and_a_capacity_of_nothing_are_refused_together() -> None:
    with pytest.raises(InputRefused) as caught:
        evaluate(RULE, 2025, {"assessed_kw": 0, "instructed_kw": -1, "delivered_kwh": "-0.1"})
    assert [problem.where for problem in caught.value.problems] == [
        "assessed_kw",
        "instructed_kw",
        "delivered_kwh",
    ]


def test_the_formula_is_told_as_a_policy() -> None:
    result = evaluate(RULE, 2025, {"assessed_kw": 3, "instructed_kw": 1, "delivered_kwh": 0})
    assert all("policy, not published" in step.policy for step in result.steps)
