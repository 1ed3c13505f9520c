"""How values look: deadlines are counted in Japan's calendar days."""

from datetime import UTC, datetime

import pytest

from helpdesk.presentation import remaining

NOON = datetime(2026, 6, 30, 3, 0, tzinfo=UTC)  # Tuesday 12:00 in Japan


def japan(day: int, hour: int, minute: int = 0) -> datetime:
    """A moment around the turn of June to July 2026; day 31 is the first of July."""
    return datetime.fromtimestamp(NOON.timestamp() + ((day - 30) * 24 + hour - 12) * 3600 + minute * 60, UTC)


@pytest.mark.parametrize(
    ("due", "words"),
    [
        (japan(30, 15), "今日まで（あと3時間）"),
        (japan(30, 12, 35), "今日まで（あと35分）"),
        (japan(30, 23, 59), "今日まで（あと11時間）"),
        (japan(31, 0), "明日まで"),
        (japan(31, 23, 59), "明日まで"),
        (japan(32, 0), "あと2日"),
        (japan(33, 9), "あと3日"),
    ],
)
def test_what_is_left_is_counted_in_calendar_days_of_japan(due: datetime, words: str) -> None:
    assert remaining(due, NOON) == words


@pytest.mark.parametrize(
    ("due", "words"),
    [
        (japan(30, 11, 15), "45分超過"),
        (japan(30, 9), "3時間超過"),
        (japan(29, 23), "1日超過"),
        (japan(28, 17), "2日超過"),
    ],
)
def test_a_missed_deadline_says_how_long_ago(due: datetime, words: str) -> None:
    assert remaining(due, NOON) == words


def test_a_deadline_at_this_very_moment_is_not_missed() -> None:
    assert remaining(NOON, NOON) == "今日まで（あと0分）"


def test_the_day_is_japans_even_where_it_is_still_yesterday_in_utc() -> None:
    now = datetime(2026, 6, 29, 15, 30, tzinfo=UTC)  # 30 June, 00:30 in Japan
    assert remaining(datetime(2026, 6, 30, 14, 30, tzinfo=UTC), now) == "今日まで（あと23時間）"
    assert remaining(datetime(2026, 6, 30, 15, 0, tzinfo=UTC), now) == "明日まで"


def test_no_deadline_is_said() -> None:
    assert remaining(None, NOON) == "期限なし"
