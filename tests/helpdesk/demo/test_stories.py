"""The histories of the demonstration lie on working days of the past, whenever they are loaded."""

from collections import Counter
from datetime import UTC, date, datetime, timedelta

import jpholiday
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cases.business_calendar import INQUIRY_DESK
from helpdesk.clock import JAPAN
from helpdesk.demo.stories import all_stories, timeline

STORIES = all_stories()
OPENINGS = {"receive", "ring", "chase", "object", "open_late_payment"}
HOLIDAYS = {day: name for year in range(2025, 2029) for day, name in jpholiday.year_holidays(year)}


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 720 * 24 * 60))
def test_every_step_is_past_in_order_and_on_a_working_day(minutes: int) -> None:
    now = datetime(2026, 4, 1, tzinfo=UTC) + timedelta(minutes=minutes)
    steps = timeline(STORIES, now=now, holidays=HOLIDAYS)
    moments = [step.at for step in steps]
    assert moments == sorted(moments)
    assert moments[-1] + timedelta(minutes=1) <= now
    assert all(INQUIRY_DESK.is_open_day(moment.date(), HOLIDAYS).open for moment in moments)
    received: set[int] = set()
    for step in steps:
        assert (step.what["do"] in OPENINGS) or step.story in received
        received.add(step.story)


@pytest.mark.parametrize(
    ("now", "newest"),
    [
        (datetime(2026, 11, 20, 17, 59, tzinfo=JAPAN), date(2026, 11, 19)),
        (datetime(2026, 11, 20, 18, 0, tzinfo=JAPAN), date(2026, 11, 20)),
        (datetime(2026, 11, 22, 20, 0, tzinfo=JAPAN), date(2026, 11, 20)),
        (datetime(2027, 1, 4, 9, 0, tzinfo=JAPAN), date(2026, 12, 28)),
    ],
)
def test_the_newest_inquiries_came_on_the_last_working_day_that_is_over(now: datetime, newest: date) -> None:
    assert timeline(STORIES, now=now, holidays=HOLIDAYS)[-1].at.date() == newest


def test_there_are_three_hundred_cases_of_every_kind_always_the_same_ones() -> None:
    assert len(STORIES) >= 299  # the watch opens one more
    assert all_stories() == STORIES
    openings = Counter(story.get("opens", "receive") for story in STORIES)
    assert set(openings) == OPENINGS
    assert openings["receive"] > 100
    assert openings["ring"] > 100


def test_nobody_is_on_two_telephones_at_once() -> None:
    now = datetime(2026, 11, 20, 20, 0, tzinfo=JAPAN)
    busy: dict[str, datetime] = {}
    for step in timeline(STORIES, now=now, holidays=HOLIDAYS):
        if step.what["do"] in ("ring", "chase", "call_out"):
            assert step.at >= busy.get(step.what["who"], step.at), step.what
            busy[step.what["who"]] = step.at + timedelta(minutes=step.what["minutes"])
