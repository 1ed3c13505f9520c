"""Caps: what is not configured is not applied and says so; what is left of a year is never less than nothing."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from calc_core.catalogue import evaluate
from calc_core.errors import InputRefused

RULE = "penalty/caps"
BOTH = {RULE: {"monthly_ratio": {"2025": "0.183"}, "annual_ratio": {"2025": "1.1"}}}


def capped(month: int, before: int = 0, parameters: object = BOTH):
    inputs = {"contract_amount_yen": 12_000_000, "month_yen": month, "year_before_yen": before}
    return evaluate(RULE, 2025, inputs, parameters)


@pytest.mark.parametrize("year", [2024, 2026])
def test_a_cap_configured_for_another_year_is_not_applied_and_says_so(year: int) -> None:
    inputs = {"contract_amount_yen": 1, "month_yen": 5, "year_before_yen": 0}
    result = evaluate(RULE, year, inputs, BOTH)
    assert result.value == 5
    assert [warning[:2] for warning in result.warnings] == ["月間", "年間"]
    assert all("未設定" in warning for warning in result.warnings)


def test_each_cap_stands_alone() -> None:
    for name, other in (("monthly_ratio", "annual_ratio"), ("annual_ratio", "monthly_ratio")):
        result = capped(99_000_000, parameters={RULE: {name: {"2025": "0.5"}}})
        assert result.value == 6_000_000
        assert len(result.warnings) == 1
        assert f"penalty/caps.{other}" in result.warnings[0]


def test_a_ratio_of_nothing_caps_to_nothing() -> None:
    assert capped(1, parameters={RULE: {"monthly_ratio": {"2025": "0"}}}).value == 0


@settings(max_examples=50)
@given(st.lists(st.integers(min_value=0, max_value=5_000_000), max_size=12))
def test_the_months_of_a_year_never_exceed_the_annual_cap(months: list[int]) -> None:
    year = 0
    for month in months:
        charged = capped(month, year).value
        assert 0 <= charged <= month
        year += charged
    assert year <= 13_200_000


def test_a_correction_in_favour_of_the_business_is_not_capped() -> None:
    assert capped(-3_000_000, 2_196_000).value == -3_000_000


def test_a_year_so_far_below_nothing_is_no_input() -> None:
    with pytest.raises(InputRefused) as caught:
        capped(2_000_000, -1)
    assert [problem.where for problem in caught.value.problems] == ["year_before_yen"]


def test_configured_ratios_and_policies_are_told() -> None:
    marks = [step.policy for step in capped(1).steps]
    assert [mark and mark.split("（")[0] for mark in marks] == [
        "configured, not published",
        "configured, not published",
        None,
        "policy, not published",
    ]


def test_a_faulty_ratio_is_named_by_its_place() -> None:
    with pytest.raises(InputRefused) as caught:
        capped(1, parameters={RULE: {"monthly_ratio": {"2025": "18.3%"}}})
    assert [problem.where for problem in caught.value.problems] == [f"{RULE}.monthly_ratio.2025"]
