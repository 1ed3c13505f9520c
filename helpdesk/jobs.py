"""時刻表: what the desk does by itself, and how often. `helpdesk jobs run` is the one process that does it."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from apscheduler.triggers.cron import CronTrigger
from apscheduler.triggers.interval import IntervalTrigger

from helpdesk import job_runs
from helpdesk.audit import seal_history
from helpdesk.clock import JAPAN
from helpdesk.desk import Desk
from helpdesk.lease import new_holder
from helpdesk.task_worker import TaskRun, run_next
from helpdesk.ticker import Job, Stopping
from helpdesk.workflows import (
    assess_fleet,
    bill_statements,
    compute_statements,
    derive_slots,
    dun_late_payers,
    issue_statements,
)
from helpdesk.workflows.answer_statement import confirm_silent
from helpdesk.workflows.derive_low_reserve import derive_recent
from helpdesk.workflows.index_knowledge import apply_changes
from helpdesk.workflows.receive_mail import receive_folder
from helpdesk.workflows.send_mail import send_due
from helpdesk.workflows.watch_feeds import watch_if_enabled

TASK_HANDLERS: Mapping[str, Callable[[Desk, TaskRun], dict[str, Any] | None]] = {  # long work, by its kind
    assess_fleet.KIND: assess_fleet.run_assessment,
    dun_late_payers.KIND: dun_late_payers.run_dunning,
    derive_slots.KIND: derive_slots.run_derivation,
    compute_statements.KIND: compute_statements.run_settlement,
    issue_statements.KIND: issue_statements.run_issue,
    bill_statements.KIND: bill_statements.run_billing,
}


def timetable(*, demo: bool) -> list[Job]:
    """Every job; in a demonstration mail moves at once."""
    return [
        Job("receive_folder", _every(2 if demo else 30), _receive_folder),
        Job("send_outbox", _every(2 if demo else 10), _send_outbox),
        Job("watch_feeds", _every(2) if demo else _every_five_minutes_from_one(), _watch_feeds),
        Job("seal_history", _every(10), _seal_history),
        Job("index_knowledge", _every(10), _index_knowledge),
        Job("derive_low_reserve", _every(1_800), _derive_low_reserve),
        Job("run_tasks", _every(2), _run_tasks),
        Job("confirm_silent_businesses", _daily("00:10"), _confirm_silent_businesses),
        Job("remove_old_runs", _daily("03:10"), _remove_old_runs),
    ]


def _every(seconds: int) -> IntervalTrigger:
    return IntervalTrigger(seconds=seconds, timezone=JAPAN)


def _daily(time_of_day: str) -> CronTrigger:
    hour, minute = time_of_day.split(":")
    return CronTrigger(hour=int(hour), minute=int(minute), timezone=JAPAN)


def _every_five_minutes_from_one() -> CronTrigger:
    """01, 06, 11 …: publications come at 28–30 and 58–00, and the official site asks for politeness (domain.md §4)."""
    return CronTrigger(minute="1-59/5", timezone=JAPAN)


def _receive_folder(desk: Desk, stopping: Stopping) -> None:
    receive_folder(desk)


def _send_outbox(desk: Desk, stopping: Stopping) -> None:
    send_due(desk, stopping=stopping)


def _watch_feeds(desk: Desk, stopping: Stopping) -> None:
    watch_if_enabled(desk)


def _seal_history(desk: Desk, stopping: Stopping) -> None:
    seal_history(desk.database, now=desk.clock())


def _index_knowledge(desk: Desk, stopping: Stopping) -> None:
    apply_changes(desk)


def _derive_low_reserve(desk: Desk, stopping: Stopping) -> None:
    derive_recent(desk)


def _run_tasks(desk: Desk, stopping: Stopping) -> None:
    handlers = {kind: partial(handler, desk) for kind, handler in TASK_HANDLERS.items()}
    holder = new_holder()
    while not stopping() and run_next(desk.database, handlers, clock=desk.clock, holder=holder):
        pass


def _confirm_silent_businesses(desk: Desk, stopping: Stopping) -> None:
    confirm_silent(desk)


def _remove_old_runs(desk: Desk, stopping: Stopping) -> None:
    with desk.database.write_session() as session:
        job_runs.remove_old_runs(session, now=desk.clock())
