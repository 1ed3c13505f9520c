"""定時処理の記録: which timed run is due, who has claimed it, how it ended; and the heartbeat of every job.

A timed run is claimed before it starts and closed after it ended. A run that a dead leader left open is claimed by its
successor; runs missed while nothing was running are made up for by one run, the latest.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from apscheduler.triggers.base import BaseTrigger
from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from helpdesk.insert_once import insert_once
from helpdesk.task_models import JobHeartbeat, JobRun

MOST_ATTEMPTS = 3
KEPT_DAYS = 400


def find_due(session: Session, job: str, trigger: BaseTrigger, *, now: datetime) -> datetime | None:
    """The latest moment at or before `now` at which the job should have run and did not; None if all is done.

    A job that is seen for the first time starts with its next moment, not with one before the installation.
    """
    newest = session.scalars(
        select(JobRun)
        .where(JobRun.job == job)
        .order_by(JobRun.scheduled_for.desc())
        .limit(1)
        .execution_options(populate_existing=True)
    ).first()
    if newest is None:
        _insert(session, job, now, holder="", fencing=0, now=now, finished_at=now)
        return None
    due = newest.scheduled_for if newest.finished_at is None else None
    moment = trigger.get_next_fire_time(newest.scheduled_for, newest.scheduled_for + timedelta(seconds=1))
    while moment is not None and moment <= now:
        due = moment
        moment = trigger.get_next_fire_time(moment, moment + timedelta(seconds=1))
    return due


def claim_run(
    session: Session, job: str, scheduled_for: datetime, *, holder: str, fencing: int, now: datetime
) -> bool:
    """Whether this leader may run it: nobody has yet, or an earlier leader died over it (a few times at most)."""
    if _insert(session, job, scheduled_for, holder=holder, fencing=fencing, now=now, finished_at=None):
        return True
    left_open = (
        JobRun.job == job,
        JobRun.scheduled_for == scheduled_for,
        JobRun.finished_at.is_(None),
        JobRun.fencing < fencing,
    )
    given_up = update(JobRun).where(*left_open, JobRun.attempts >= MOST_ATTEMPTS)
    session.execute(
        given_up.values(finished_at=now, error=f"{MOST_ATTEMPTS}回とも途中で止まりました"),
        execution_options={"synchronize_session": False},
    )
    taken_over = update(JobRun).where(*left_open)
    again = session.execute(
        taken_over.values(
            claimed_by=holder, fencing=fencing, started_at=now, attempts=JobRun.attempts + 1, error=""
        ),
        execution_options={"synchronize_session": False},
    )
    return again.rowcount == 1


def close_run(
    session: Session, job: str, scheduled_for: datetime, *, fencing: int, error: str, now: datetime
) -> bool:
    """Write down that the run has ended; False if a newer leader has claimed it meanwhile."""
    closed = session.execute(
        update(JobRun)
        .where(JobRun.job == job, JobRun.scheduled_for == scheduled_for, JobRun.fencing == fencing)
        .values(finished_at=now, error=error),
        execution_options={"synchronize_session": False},
    )
    return closed.rowcount == 1


def remove_old_runs(session: Session, *, now: datetime) -> int:
    """Drop records of runs of more than a year ago; how many."""
    old = delete(JobRun).where(
        JobRun.finished_at.is_not(None), JobRun.scheduled_for < now - timedelta(days=KEPT_DAYS)
    )
    return session.execute(old, execution_options={"synchronize_session": False}).rowcount


@dataclass(slots=True)
class Pulse:
    """What a job has done since the process started."""

    succeeded_at: datetime | None = None
    failures_in_a_row: int = 0
    error: str = ""


def write_heartbeats(session: Session, pulses: Mapping[str, Pulse], *, holder: str, now: datetime) -> None:
    """Show that the leader lives and how each job does."""
    for job, pulse in pulses.items():
        values = {
            "holder": holder,
            "seen_at": now,
            "failures_in_a_row": pulse.failures_in_a_row,
            "error": pulse.error,
        }
        if pulse.succeeded_at is not None:
            values["succeeded_at"] = pulse.succeeded_at
        if not insert_once(session, JobHeartbeat, job=job, **values):
            session.execute(
                update(JobHeartbeat).where(JobHeartbeat.job == job).values(**values),
                execution_options={"synchronize_session": False},
            )


def find_troubles(session: Session, *, now: datetime, silent_after: timedelta) -> list[str]:
    """For /health: what is wrong with the jobs, in Japanese; empty when all is well."""
    beats = session.scalars(select(JobHeartbeat).order_by(JobHeartbeat.job)).all()
    if not beats or max(beat.seen_at for beat in beats) < now - silent_after:
        return ["定時処理が動いていません。`helpdesk jobs run` を確かめてください"]
    return [
        f"{beat.job} が {beat.failures_in_a_row} 回続けて失敗しています（{beat.error}）"
        for beat in beats
        if beat.failures_in_a_row and beat.seen_at >= now - silent_after
    ]


def _insert(
    session: Session,
    job: str,
    scheduled_for: datetime,
    *,
    holder: str,
    fencing: int,
    now: datetime,
    finished_at: datetime | None,
) -> bool:
    return insert_once(
        session,
        JobRun,
        job=job,
        scheduled_for=scheduled_for,
        claimed_by=holder,
        fencing=fencing,
        started_at=now,
        finished_at=finished_at,
    )
