"""Late interest: nothing without a rate, nothing when paid in time; parts come to no more than the whole."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calc_core.catalogue import evaluate, settings_in_force
from calc_core.errors import InputRefused

RULE = "settlement/late_interest"
RATE = {RULE: {"annual_rate": {2026: "0.146"}}}
DUE = date(2026, 9, 30)


def interest(amount_yen: int, days: int, parameters: object = RATE) -> int:
    inputs = {"amount_yen": amount_yen, "due_on": DUE, "paid_on": DUE + timedelta(days=days)}
    return evaluate(RULE, 2026, inputs, parameters).value


def test_without_a_rate_nothing_is_computed_and_the_setting_is_named_with_all_other_problems() -> None:
    with pytest.raises(InputRefused) as refused:
        evaluate(RULE, 2026, {"amount_yen": "-1", "due_on": "2026-13-01"}, {RULE: {"annual_rate": {2025: 1}}})
    problems = {each.where: each.message for each in refused.value.problems}
    assert set(problems) == {f"{RULE}.annual_rate", "amount_yen", "due_on", "paid_on"}
    assert "annual_rate" in problems[f"{RULE}.annual_rate"]
    assert "not configured" in problems[f"{RULE}.annual_rate"]
    assert [each["name"] for each in settings_in_force(RULE, 2026)] == ["year_length"]


@given(st.integers(-400, 0), st.integers(0, 10**12))
def test_who_pays_in_time_owes_no_interest(days: int, amount_yen: int) -> None:
    assert interest(amount_yen, days) == 0


@given(st.lists(st.integers(0, 10**10), min_size=1, max_size=5), st.integers(1, 800))
def test_parts_paid_on_one_day_cost_no_more_than_the_whole_and_lose_less_than_a_yen_each(
    parts: list[int], days: int
) -> None:
    whole, apart = interest(sum(parts), days), sum(interest(part, days) for part in parts)
    assert 0 <= whole - apart < len(parts)


@given(st.integers(0, 10**12), st.integers(0, 800))
def test_a_day_longer_is_never_cheaper(amount_yen: int, days: int) -> None:
    assert interest(amount_yen, days) <= interest(amount_yen, days + 1)


def test_the_steps_name_days_and_rate_and_say_that_nothing_of_it_is_published() -> None:
    inputs = {"amount_yen": 1_000_000, "due_on": DUE, "paid_on": DUE + timedelta(days=10)}
    days, yen = evaluate(RULE, 2026, inputs, RATE).steps
    assert (days.value, days.inputs["due_on"]) == (10, DUE)
    assert yen.value == 4000
    assert "annual_rate" in yen.policy
    assert "not published" in yen.policy
