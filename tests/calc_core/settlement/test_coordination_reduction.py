"""Failed coordination: only the rates that are needed are asked, the floor is taken once, more months never cost less."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calc_core import catalogue
from calc_core.catalogue import evaluate
from calc_core.errors import InputRefused

RULE = "settlement/coordination_reduction"
RATES = {RULE: {"rate_additional_capacity": {2026: "0.003"}, "rate_reliability": {2026: "0.006"}}}
months = st.integers(0, 12)


def reduction(gross_yen: int, of: dict, parameters: object = RATES) -> int:
    return evaluate(RULE, 2026, {"gross_yen": gross_yen, "months": of}, parameters).value


def test_only_the_rates_that_are_needed_must_be_configured() -> None:
    assert reduction(1_000, {}, None) == reduction(1_000, {"reliability": 0}, None) == 0
    for kind in ("additional_capacity", "reliability"):
        with pytest.raises(InputRefused) as refused:
            reduction(1_000, {kind: 1}, None)
        assert [each.where for each in refused.value.problems] == [f"{RULE}.rate_{kind}"]
        assert "not configured" in refused.value.problems[0].message
        only = {RULE: {f"rate_{kind}": {2026: "0.01"}}}
        assert reduction(1_000, {kind: 3}, only) == 30


@given(st.integers(0, 10**12), months, months)
def test_the_floor_is_taken_once_and_a_month_more_never_costs_less(
    gross: int, first: int, second: int
) -> None:
    both = reduction(gross, {"additional_capacity": first, "reliability": second})
    apart = reduction(gross, {"additional_capacity": first}) + reduction(gross, {"reliability": second})
    assert 0 <= both - apart <= 1
    if second < 12:
        assert reduction(gross, {"additional_capacity": first, "reliability": second + 1}) >= both


def test_months_are_whole_known_and_no_more_than_a_year_has() -> None:
    wrong = {"additional_capacity": "0.5", "reliability": 13, "weather": 1}
    with pytest.raises(InputRefused) as refused:
        reduction(1, wrong)
    assert {each.where for each in refused.value.problems} == {
        "months.additional_capacity",
        "months.reliability",
        "months.weather",
    }
    with pytest.raises(InputRefused, match="名前と値の組"):
        reduction(1, [1, 2])  # type: ignore[arg-type]


def test_a_reduction_above_the_amount_is_warned_of() -> None:
    dear = {RULE: {"rate_reliability": {2026: "0.2"}}}
    result = evaluate(RULE, 2026, {"gross_yen": 1_000, "months": {"reliability": 6}}, dear)
    assert result.value == 1_200
    assert "上回っています" in result.warnings[0]


def test_the_parts_of_an_object_are_described_like_those_of_a_list() -> None:
    told = {each["name"]: each for each in catalogue.describe(RULE)["inputs"]}
    assert [each["name"] for each in told["months"]["fields"]] == ["additional_capacity", "reliability"]
    assert (told["months"]["kind"], told["months"]["required"]) == ("組", True)
    assert catalogue.labels(RULE)["reliability"] == "供給信頼度に影響する月数"
