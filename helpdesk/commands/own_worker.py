"""A command that does long work itself: it takes what waits until its own task has ended, as the worker would."""

from collections.abc import Callable
from functools import partial
from typing import Any

from helpdesk.desk import Desk
from helpdesk.errors import Problem, Refused
from helpdesk.lease import new_holder
from helpdesk.task_models import Task
from helpdesk.task_worker import TaskRun, run_next

_ENDED = ("done", "failed", "cancelled")


def work_off(
    desk: Desk, task_id: int, *, kind: str, handler: Callable[[Desk, TaskRun], dict[str, Any] | None]
) -> Task:
    """The task as it ended, or as another process has it in hand."""
    handlers, holder = {kind: partial(handler, desk)}, new_holder()
    while True:
        with desk.database.read_session() as session:
            task = session.get_one(Task, task_id)
        if task.state in _ENDED or not run_next(desk.database, handlers, clock=desk.clock, holder=holder):
            return task


def refusal_of(task: Task, label: str) -> Refused | None:
    """Why a task came to nothing; None where it did not."""
    if task.state not in ("failed", "cancelled"):
        return None
    return Refused([Problem(label, line) for line in (task.error or "中止されました").splitlines()])
