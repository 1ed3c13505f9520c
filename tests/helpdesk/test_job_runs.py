from datetime import datetime, timedelta

import pytest
from apscheduler.triggers.cron import CronTrigger
from sqlalchemy import select

from helpdesk import job_runs
from helpdesk.clock import JAPAN
from helpdesk.job_runs import Pulse
from helpdesk.task_models import JobHeartbeat, JobRun

DAILY_AT_NINE = CronTrigger(hour=9, minute=0, timezone=JAPAN)
DAY = timedelta(days=1)


def find_due(database, now) -> datetime | None:
    with database.write_session() as session:
        return job_runs.find_due(session, "report", DAILY_AT_NINE, now=now)


def claim(database, due, now, *, fencing: int = 1) -> bool:
    with database.write_session() as session:
        return job_runs.claim_run(session, "report", due, holder=f"h{fencing}", fencing=fencing, now=now)


def close(database, due, now, *, fencing: int = 1, error: str = "") -> bool:
    with database.write_session() as session:
        return job_runs.close_run(session, "report", due, fencing=fencing, error=error, now=now)


@pytest.fixture
def nine(now) -> datetime:
    """Nine in the morning of the next day in Japan."""
    return (now + DAY).astimezone(JAPAN).replace(hour=9, minute=0)


def test_a_job_seen_for_the_first_time_waits_for_its_next_moment(database, now, nine) -> None:
    assert find_due(database, now) is None
    assert find_due(database, nine - timedelta(seconds=1)) is None
    assert find_due(database, nine) == nine


def test_a_run_is_claimed_once_and_not_due_again_once_closed(database, now, nine) -> None:
    find_due(database, now)
    assert claim(database, nine, nine)
    assert not claim(database, nine, nine)
    assert close(database, nine, nine)
    assert find_due(database, nine + timedelta(hours=1)) is None
    assert find_due(database, nine + DAY) == nine + DAY


def test_runs_missed_while_nothing_ran_are_made_up_for_by_the_latest(database, now, nine) -> None:
    find_due(database, now)
    assert find_due(database, nine + 5 * DAY + timedelta(hours=3)) == nine + 5 * DAY


def test_a_run_that_a_dead_leader_left_open_is_claimed_by_its_successor(database, now, nine) -> None:
    find_due(database, now)
    claim(database, nine, nine, fencing=1)
    assert find_due(database, nine + timedelta(minutes=1)) == nine
    assert claim(database, nine, nine + timedelta(minutes=1), fencing=2)
    assert not close(database, nine, nine, fencing=1)
    assert close(database, nine, nine, fencing=2)
    with database.read_session() as session:
        run = session.scalars(select(JobRun).where(JobRun.scheduled_for == nine)).one()
        assert (run.claimed_by, run.attempts) == ("h2", 2)


def test_a_run_that_kills_every_leader_is_given_up(database, now, nine) -> None:
    find_due(database, now)
    claimed = [claim(database, nine, nine, fencing=fencing) for fencing in range(1, 6)]
    assert claimed == [True] * job_runs.MOST_ATTEMPTS + [False, False]
    assert find_due(database, nine + timedelta(hours=1)) is None
    with database.read_session() as session:
        run = session.scalars(select(JobRun).where(JobRun.scheduled_for == nine)).one()
        assert "途中で止まりました" in run.error


def test_old_records_are_removed_and_the_last_ones_kept(database, now, nine) -> None:
    find_due(database, now)
    claim(database, nine, nine)
    close(database, nine, nine)
    with database.write_session() as session:
        assert job_runs.remove_old_runs(session, now=now + 400 * DAY) == 0
        assert job_runs.remove_old_runs(session, now=now + 402 * DAY) == 2


def test_a_heartbeat_shows_the_last_success_and_the_error_since(database, now) -> None:
    later = now + timedelta(minutes=1)
    with database.write_session() as session:
        job_runs.write_heartbeats(session, {"send": Pulse(succeeded_at=now)}, holder="h", now=now)
        failed = Pulse(succeeded_at=now, failures_in_a_row=3, error="OSError: 接続できません")
        job_runs.write_heartbeats(session, {"send": failed}, holder="h", now=later)
    with database.read_session() as session:
        beat = session.scalars(select(JobHeartbeat)).one()
        assert (beat.seen_at, beat.succeeded_at, beat.failures_in_a_row) == (later, now, 3)


def test_troubles_are_silence_and_jobs_that_fail(database, now) -> None:
    def troubles(at: datetime) -> list[str]:
        with database.read_session() as session:
            return job_runs.find_troubles(session, now=at, silent_after=timedelta(seconds=30))

    assert "動いていません" in troubles(now)[0]
    pulses = {"send": Pulse(failures_in_a_row=2, error="OSError"), "seal": Pulse(succeeded_at=now)}
    with database.write_session() as session:
        job_runs.write_heartbeats(session, pulses, holder="h", now=now)
    assert troubles(now) == ["send が 2 回続けて失敗しています（OSError）"]
    assert "動いていません" in troubles(now + timedelta(seconds=31))[0]
