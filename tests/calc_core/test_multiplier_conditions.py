"""Conditions as they are configured: what is read, what is refused, until when a submission was in time."""

from datetime import UTC, date, datetime, time

import pytest

from calc_core.errors import InputRefused
from calc_core.multiplier_conditions import MultiplierCondition, read_conditions
from calc_core.slots import JAPAN


def test_conditions_are_read_in_their_order_with_what_they_ask_for() -> None:
    rows = [
        {"label": "前々月末まで", "submitted_days_before": 30, "submitted_until": "17:00", "multiplier": 1},
        {"label": "低予備率", "low_reserve": True, "multiplier": 5},
    ]
    assert read_conditions(rows) == (
        MultiplierCondition("前々月末まで", 30, time(17), None, 1),
        MultiplierCondition("低予備率", None, None, True, 5),
    )


def test_everything_wrong_with_every_condition_is_told_at_once() -> None:
    rows = [
        {"label": " ", "submitted_until": "17時", "multiplier": 128},
        {"label": "b", "submitted_until": "17:00", "low_reserve": 1, "multiplier": True, "when": 3},
        "c",
    ]
    with pytest.raises(InputRefused) as refused:
        read_conditions(rows)
    assert [problem.where.removeprefix("multiplier_conditions") for problem in refused.value.problems] == [
        "[0].label",
        "[0].multiplier",
        "[0].submitted_until",
        "[1].when",
        "[1].multiplier",
        "[1].submitted_until",
        "[1].low_reserve",
        "[2]",
    ]
    with pytest.raises(InputRefused):
        read_conditions({"label": "a"})
    with pytest.raises(InputRefused, match="倍率を"):
        read_conditions([{"label": "a"}])


@pytest.mark.parametrize(
    ("submitted", "first_day"),
    [
        (datetime(2026, 7, 1, 17, 0, tzinfo=JAPAN), date(2026, 7, 4)),
        (datetime(2026, 7, 1, 17, 0, 1, tzinfo=JAPAN), date(2026, 7, 5)),
        (datetime(2026, 7, 1, 15, 30, tzinfo=UTC), date(2026, 7, 5)),  # 00:30 of 2 July in Japan
    ],
)
def test_a_plan_is_in_time_up_to_the_minute_of_the_day_so_many_days_before(submitted, first_day) -> None:
    assert MultiplierCondition("期限", 3, time(17), None, 1).first_day_in_time(submitted) == first_day


def test_without_a_time_the_whole_day_is_in_time() -> None:
    late = datetime(2026, 7, 1, 23, 59, tzinfo=JAPAN)
    assert MultiplierCondition("前日まで", 1, None, None, 1).first_day_in_time(late) == date(2026, 7, 2)
    assert MultiplierCondition("その他", None, None, None, 5).first_day_in_time(late) is None
