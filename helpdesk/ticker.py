"""時計係: runs the jobs of the timetable while this process leads (libraries.md, Scheduler).

APScheduler only ticks, from memory: what has been done is known from the database. The watch turns every few seconds
by the monotonic clock: it holds the leader's lease, writes the heartbeats, and plans anew when the wall clock has been
set, since the scheduler would otherwise rest until the old time comes round again.
"""

import logging
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta

from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.base import BaseTrigger
from apscheduler.triggers.interval import IntervalTrigger

from helpdesk import job_runs, lease
from helpdesk.clock import JAPAN, Clock
from helpdesk.desk import Desk
from helpdesk.fail_points import fail_point
from helpdesk.job_runs import Pulse

log = logging.getLogger(__name__)

LEASE_NAME = "jobs"
LEASE_SECONDS = 30.0
WATCH_SECONDS = 5.0
CLOCK_JUMP = timedelta(seconds=60)
_TIMED_SECONDS = 10.0

Stopping = Callable[[], bool]


@dataclass(frozen=True, slots=True)
class Job:
    """One line of the timetable. `run(desk, stopping)` ends early when `stopping()` says so.

    An `IntervalTrigger` is a poll: missed turns are nothing. Any other trigger is a timed run, recorded and made up for.
    """

    name: str
    trigger: BaseTrigger
    run: Callable[[Desk, Stopping], object]

    @property
    def is_timed(self) -> bool:
        return not isinstance(self.trigger, IntervalTrigger)


class ClockWatch:
    """Notices that the wall clock was set: it and the monotonic clock no longer tell the same time span."""

    def __init__(self, clock: Clock, monotonic: Callable[[], float]) -> None:
        self.clock, self.monotonic = clock, monotonic
        self._seen = clock(), monotonic()

    def jump(self) -> timedelta | None:
        """By how much the wall clock was set since the last look, if by more than a minute."""
        before, self._seen = self._seen, (self.clock(), self.monotonic())
        off = (self._seen[0] - before[0]) - timedelta(seconds=self._seen[1] - before[1])
        return off if abs(off) > CLOCK_JUMP else None


class Ticker:
    """Runs a timetable until `stop` (from a signal handler or another thread)."""

    def __init__(
        self,
        desk: Desk,
        timetable: Sequence[Job],
        *,
        monotonic: Callable[[], float] = time.monotonic,
        watch_seconds: float = WATCH_SECONDS,
    ) -> None:
        self.desk, self.timetable = desk, timetable
        self.monotonic, self.watch_seconds = monotonic, watch_seconds
        self.holder = lease.new_holder()
        self.pulses = {job.name: Pulse() for job in timetable}
        self.held: lease.Held | None = None
        self._held_since = 0.0
        self._stop = threading.Event()
        self._clock_watch = ClockWatch(desk.clock, monotonic)
        self.scheduler = BackgroundScheduler(
            timezone=JAPAN,
            executors={"default": ThreadPoolExecutor(len(timetable) + 1)},
            job_defaults={"misfire_grace_time": None, "coalesce": True, "max_instances": 1},
        )
        logging.getLogger("apscheduler").setLevel(
            logging.ERROR
        )  # a poll that outlasts its interval is no news

    def run(self) -> None:
        """Watch and tick; on the way out wait for running jobs and give the lease back."""
        self._plan()
        self.watch()
        self.scheduler.start()
        try:
            while not self._stop.wait(self.watch_seconds):
                self.watch()
        finally:
            self._stop.set()
            self.scheduler.shutdown(wait=True)
            self._leave()

    def stop(self) -> None:
        """Ask `run` to end."""
        self._stop.set()

    @property
    def is_leading(self) -> bool:
        """Whether the lease is in hand for certain: also while the database cannot be asked."""
        return self.held is not None and self.monotonic() - self._held_since < LEASE_SECONDS

    def watch(self) -> None:
        """One turn: lease, heartbeats, wall clock."""
        try:
            self._lead()
        except Exception:
            log.exception("the database could not be reached")
        jump = self._clock_watch.jump()
        if jump is not None:
            log.warning("the wall clock was set by %s: all jobs are planned anew", jump)
            self.plan_anew()

    def plan_anew(self) -> None:
        """Let every job come now, whatever time it had been waiting for."""
        for planned in self.scheduler.get_jobs():
            planned.modify(next_run_time=self.desk.clock())

    def turn(self, job: Job) -> None:
        """Run a poll once, if this process leads."""
        if self.is_leading and not self._stop.is_set():
            self._perform(job)

    def turn_timed(self) -> None:
        """Run every timed job that is due and not yet done."""
        for job in self.timetable:
            if not job.is_timed or not self.is_leading or self._stop.is_set():
                continue
            held, now = self.held, self.desk.clock()
            assert held is not None
            with self.desk.database.write_session() as session:
                due = job_runs.find_due(session, job.name, job.trigger, now=now)
                if due is None or not job_runs.claim_run(
                    session, job.name, due, holder=self.holder, fencing=held.fencing, now=now
                ):
                    continue
            fail_point("jobs.claimed")
            error = self._perform(job)
            fail_point("jobs.performed")
            with self.desk.database.write_session() as session:
                job_runs.close_run(
                    session, job.name, due, fencing=held.fencing, error=error, now=self.desk.clock()
                )

    def _plan(self) -> None:
        now = self.desk.clock()
        for job in self.timetable:
            if not job.is_timed:
                self.scheduler.add_job(self.turn, job.trigger, [job], id=job.name, next_run_time=now)
        every = IntervalTrigger(seconds=_TIMED_SECONDS, timezone=JAPAN)
        self.scheduler.add_job(self.turn_timed, every, id="timed", next_run_time=now)

    def _perform(self, job: Job) -> str:
        """Run it; the error in words, or nothing. One failing job stops no other."""
        pulse = self.pulses[job.name]
        try:
            job.run(self.desk, self._stop.is_set)
        except Exception as error:
            log.exception("job %s failed", job.name)
            pulse.failures_in_a_row += 1
            pulse.error = f"{type(error).__name__}: {error}"[:2000]
            return pulse.error
        pulse.succeeded_at, pulse.failures_in_a_row, pulse.error = self.desk.clock(), 0, ""
        return ""

    def _lead(self) -> None:
        asked = self.monotonic()
        with self.desk.database.write_session() as session:
            if self.held is not None and not lease.renew(session, self.held, ttl_seconds=LEASE_SECONDS):
                log.warning("another process has taken the lead")
                self.held = None
            held = self.held or lease.acquire(
                session, LEASE_NAME, holder=self.holder, ttl_seconds=LEASE_SECONDS
            )
            if held is not None:
                job_runs.write_heartbeats(session, self.pulses, holder=self.holder, now=self.desk.clock())
        self.held, self._held_since = held, asked

    def _leave(self) -> None:
        if self.held is None:
            return
        try:
            with self.desk.database.write_session() as session:
                lease.release(session, self.held)
        except Exception:
            log.exception("the lease could not be given back; it runs out by itself")
