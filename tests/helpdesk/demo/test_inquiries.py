"""The histories of the demonstration lie on working days of the past, whenever they are loaded."""

from datetime import UTC, date, datetime, timedelta

import jpholiday
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cases.business_calendar import INQUIRY_DESK
from helpdesk.clock import JAPAN
from helpdesk.demo import packaged
from helpdesk.demo.inquiries import timeline

INQUIRIES = packaged.read_toml("inquiries.toml")["inquiries"]
HOLIDAYS = {day: name for year in range(2025, 2029) for day, name in jpholiday.year_holidays(year)}


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 720 * 24 * 60))
def test_every_step_is_past_in_order_and_on_a_working_day(minutes: int) -> None:
    now = datetime(2026, 4, 1, tzinfo=UTC) + timedelta(minutes=minutes)
    steps = timeline(INQUIRIES, now=now, holidays=HOLIDAYS)
    moments = [step.at for step in steps]
    assert moments == sorted(moments)
    assert moments[-1] + timedelta(minutes=1) <= now
    assert all(INQUIRY_DESK.is_open_day(moment.date(), HOLIDAYS).open for moment in moments)
    received: set[int] = set()
    for step in steps:
        assert (step.what["do"] == "receive") == (step.inquiry not in received)
        received.add(step.inquiry)


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
    assert timeline(INQUIRIES, now=now, holidays=HOLIDAYS)[-1].at.date() == newest
