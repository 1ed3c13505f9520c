"""Days and stamps as the feeds write them."""

from datetime import date

import pytest

from alerts.feeds.cells import read_day, read_moment
from tests.alerts.published import japan


def test_a_day_is_read_with_slashes_and_with_dashes() -> None:
    assert read_day("2026/07/22") == read_day("2026-07-22") == read_day("2026/7/22") == date(2026, 7, 22)


def test_a_stamp_is_japan_time() -> None:
    assert read_moment("2026/07/22 8:59") == japan("2026-07-22 08:59")


@pytest.mark.parametrize(
    "text", ["", "22/07/2026", "2026/02/30", "２０２６/07/22", "2026/07/22 08:59", "0001/01/01", "9999/12/31"]
)
def test_what_is_no_day_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        read_day(text)


@pytest.mark.parametrize(
    "text", ["", "2026/07/22", "2026/07/22 24:00", "2026/07/22 08:60", "2026/07/22T08:59"]
)
def test_what_is_no_stamp_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        read_moment(text)
