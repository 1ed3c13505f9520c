import logging
import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from types import SimpleNamespace

import pytest
from apscheduler.triggers.cron import CronTrigger
from apscheduler.triggers.interval import IntervalTrigger
from sqlalchemy import select

from helpdesk import lease
from helpdesk.clock import JAPAN, system_clock
from helpdesk.task_models import JobHeartbeat, JobRun
from helpdesk.ticker import LEASE_NAME, LEASE_SECONDS, ClockWatch, Job, Ticker

SOON = IntervalTrigger(seconds=3600, timezone=JAPAN)
DAILY = CronTrigger(hour=9, minute=0, timezone=JAPAN)


class Time:
    """A wall clock and a monotonic clock that a test moves by hand."""

    def __init__(self, now: datetime) -> None:
        self.wall, self.seconds = now, 1000.0

    def clock(self) -> datetime:
        return self.wall

    def monotonic(self) -> float:
        return self.seconds

    def pass_by(self, seconds: float) -> None:
        self.wall += timedelta(seconds=seconds)
        self.seconds += seconds


@pytest.fixture
def time(now) -> Time:
    return Time(now)


@pytest.fixture
def make_ticker(database, time) -> Callable[..., Ticker]:
    desk = SimpleNamespace(database=database, clock=time.clock)
    return lambda *timetable: Ticker(desk, timetable, monotonic=time.monotonic)


def job(run: Callable[[], object], *, name: str = "poll", trigger=SOON) -> Job:
    return Job(name, trigger, lambda desk, stopping: run())


def test_the_leader_runs_its_polls_and_another_process_waits(make_ticker) -> None:
    done = []
    leader = make_ticker(job(lambda: done.append("leader")))
    waiting = make_ticker(job(lambda: done.append("waiting")))
    for ticker in (leader, waiting):
        ticker.watch()
        ticker.turn(ticker.timetable[0])
    assert done == ["leader"]
    leader._leave()
    waiting.watch()
    waiting.turn(waiting.timetable[0])
    assert done == ["leader", "waiting"]


def test_a_leader_that_slept_too_long_does_nothing_until_it_has_the_lease_again(make_ticker, time) -> None:
    done = []
    ticker = make_ticker(job(lambda: done.append(1)))
    ticker.watch()
    time.pass_by(LEASE_SECONDS)
    ticker.turn(ticker.timetable[0])
    assert done == []
    ticker.watch()
    ticker.turn(ticker.timetable[0])
    assert done == [1]


def test_a_leader_that_was_replaced_stops_leading_at_its_next_look(make_ticker, database) -> None:
    ticker = make_ticker(job(lambda: None))
    ticker.watch()
    with database.write_session() as session:
        lease.release(session, ticker.held)
        lease.acquire(session, LEASE_NAME, holder="successor", ttl_seconds=60)
    ticker.watch()
    assert not ticker.is_leading


def test_a_failing_job_stops_no_other_and_is_seen_in_the_heartbeat(
    make_ticker, database, caplog, now
) -> None:
    def fail() -> None:
        raise OSError("接続できません")

    broken, fine = job(fail, name="broken"), job(lambda: None, name="fine")
    ticker = make_ticker(broken, fine)
    ticker.watch()
    with caplog.at_level(logging.CRITICAL):
        ticker.turn(broken)
        ticker.turn(broken)
    ticker.turn(fine)
    ticker.watch()
    with database.read_session() as session:
        beats = {beat.job: beat for beat in session.scalars(select(JobHeartbeat))}
    assert beats["broken"].failures_in_a_row == 2
    assert beats["broken"].error == "OSError: 接続できません"
    assert (beats["fine"].succeeded_at, beats["fine"].failures_in_a_row) == (now, 0)


def test_a_timed_job_runs_once_at_its_moment_and_is_closed(make_ticker, database, time) -> None:
    done = []
    ticker = make_ticker(job(lambda: done.append(time.wall), name="report", trigger=DAILY))
    ticker.watch()
    ticker.turn_timed()
    assert done == []
    time.pass_by(86400)
    ticker.watch()
    for _ in range(3):
        ticker.turn_timed()
    assert done == [time.wall]
    with database.read_session() as session:
        runs = session.scalars(select(JobRun).order_by(JobRun.scheduled_for)).all()
        assert all(run.finished_at is not None for run in runs)
        assert runs[-1].scheduled_for.astimezone(JAPAN).hour == 9


def test_a_timed_job_whose_leader_died_over_it_is_run_by_the_next(make_ticker, time) -> None:
    done = []

    class KilledError(BaseException):
        """Stands for kill -9: nothing after it runs."""

    def die() -> None:
        raise KilledError

    first = make_ticker(job(die, name="report", trigger=DAILY))
    first.watch()
    first.turn_timed()
    time.pass_by(86400)
    first.watch()
    with pytest.raises(KilledError):
        first.turn_timed()
    first._leave()
    second = make_ticker(job(lambda: done.append(1), name="report", trigger=DAILY))
    second.watch()
    second.turn_timed()
    second.turn_timed()
    assert done == [1]


def test_a_clock_set_forward_or_back_is_noticed_once_and_slow_time_is_not(time) -> None:
    watch = ClockWatch(time.clock, time.monotonic)
    time.pass_by(3600)
    assert watch.jump() is None
    time.wall += timedelta(hours=1)
    assert watch.jump() == timedelta(hours=1)
    assert watch.jump() is None
    time.wall -= timedelta(hours=1)
    assert watch.jump() == timedelta(hours=-1)
    time.wall += timedelta(seconds=30)
    assert watch.jump() is None


def test_after_the_clock_was_set_back_every_job_is_planned_anew(make_ticker, time) -> None:
    ticker = make_ticker(job(lambda: None))
    ticker._plan()
    ticker.scheduler.start(paused=True)
    try:
        ticker.watch()
        ticker.scheduler.get_job("poll").modify(next_run_time=time.wall + timedelta(hours=1))
        time.wall -= timedelta(hours=1)
        ticker.watch()
        assert {planned.next_run_time for planned in ticker.scheduler.get_jobs()} == {time.wall}
    finally:
        ticker.scheduler.shutdown()


def test_a_database_that_is_away_ends_neither_the_watch_nor_the_process(
    make_ticker, monkeypatch, caplog
) -> None:
    ticker = make_ticker(job(lambda: None))
    ticker.watch()

    def refuse() -> None:
        raise OSError("no route")

    monkeypatch.setattr(ticker.desk.database, "write_session", refuse)
    with caplog.at_level(logging.CRITICAL):
        ticker.watch()
        ticker._leave()
    assert ticker.is_leading  # until the lease has certainly run out


def test_a_running_ticker_ticks_and_stops_when_told(database) -> None:
    ticked, told = threading.Event(), threading.Event()

    def run(desk, stopping) -> None:
        ticked.set()
        told.wait(timeout=30)
        assert stopping()

    desk = SimpleNamespace(database=database, clock=system_clock)
    ticker = Ticker(desk, [Job("poll", SOON, run)], watch_seconds=0.05)
    thread = threading.Thread(target=ticker.run)
    thread.start()
    assert ticked.wait(timeout=30)
    ticker.stop()
    told.set()
    thread.join(timeout=30)
    assert not thread.is_alive()
    assert ticker.pulses["poll"].failures_in_a_row == 0
    with database.write_session() as session:
        assert lease.acquire(session, LEASE_NAME, holder="next", ttl_seconds=60) is not None
