"""The watch's time is the clock's, or that of a replayed day: it runs faster, stands still, and ends at midnight."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from alerts.readings import RESERVE_MARGIN_BLOCK
from helpdesk.watch_clock import (
    Replay,
    is_replayed,
    read_replay,
    replay_of,
    watch_day,
    watch_now,
    watch_source,
    write_replay,
)
from tests.alerts.published import japan

REAL = datetime(2026, 11, 21, 1, 0, tzinfo=UTC)
PLAYED = Replay(
    run=3,
    day=date(2026, 7, 22),
    speed=144,
    anchor_real=REAL,
    anchor_simulated=japan("2026-07-22 00:28"),
    stopped=False,
    started_by="加藤 翼",
)


@pytest.fixture
def demo_desk(desk):
    return replace(desk, settings=replace(desk.settings, demo=True))


def test_without_a_replay_it_is_what_the_clock_says(demo_desk, clock) -> None:
    assert watch_now(demo_desk) == clock()
    assert watch_source(demo_desk) == RESERVE_MARGIN_BLOCK
    assert replay_of(demo_desk) is None


def test_a_real_instance_never_replays(desk, clock) -> None:
    write_replay(desk.settings.instance, PLAYED)
    assert replay_of(desk) is None
    assert watch_now(desk) == clock()


def test_time_passes_as_fast_as_the_user_says_until_the_day_is_over(demo_desk, clock) -> None:
    write_replay(demo_desk.settings.instance, PLAYED)
    clock.at = REAL
    assert watch_now(demo_desk) == japan("2026-07-22 00:28")
    clock.pass_by(seconds=60)
    assert watch_now(demo_desk) == japan("2026-07-22 02:52")
    clock.pass_by(hours=5)
    assert PLAYED.moment(clock()) == japan("2026-07-23 00:00")
    assert PLAYED.state(clock()) == "ended"
    assert watch_now(demo_desk) == japan("2026-07-22 23:59")
    assert watch_day(demo_desk) == date(2026, 7, 22)


def test_a_whole_day_takes_about_ten_minutes() -> None:
    assert PLAYED.state(REAL + timedelta(minutes=9)) == "running"
    assert PLAYED.state(REAL + timedelta(minutes=10)) == "ended"


def test_a_clock_that_was_set_back_never_makes_the_day_begin_earlier() -> None:
    assert PLAYED.moment(REAL - timedelta(hours=1)) == PLAYED.anchor_simulated


def test_a_stopped_replay_stands_still_and_another_speed_goes_on_from_the_same_moment() -> None:
    later = REAL + timedelta(seconds=60)
    stopped = PLAYED.changed(later, stopped=True)
    assert stopped.state(later) == "stopped"
    assert stopped.moment(later + timedelta(hours=1)) == japan("2026-07-22 02:52")
    faster = PLAYED.changed(later, speed=600)
    assert faster.moment(later) == PLAYED.moment(later)
    assert faster.moment(later + timedelta(seconds=1)) == japan("2026-07-22 03:02")


def test_each_run_has_a_source_of_its_own(demo_desk) -> None:
    write_replay(demo_desk.settings.instance, PLAYED)
    assert watch_source(demo_desk) == "reserve_margin_block/replay-3"
    assert is_replayed(PLAYED.source)
    assert not is_replayed(RESERVE_MARGIN_BLOCK)


def test_what_is_written_down_reads_back_the_same_and_leaves_nothing_else(tmp_path) -> None:
    write_replay(tmp_path, PLAYED)
    write_replay(tmp_path, replace(PLAYED, run=4))
    assert read_replay(tmp_path) == replace(PLAYED, run=4)
    assert [path.name for path in tmp_path.iterdir()] == ["replay.json"]
