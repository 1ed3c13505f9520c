"""長い処理の実行: takes one task, runs its handler, writes down how it ended."""

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from helpdesk import tasks
from helpdesk.clock import Clock
from helpdesk.database import Database
from helpdesk.errors import HelpdeskError
from helpdesk.fail_points import fail_point
from helpdesk.lease import LeaseLost

log = logging.getLogger(__name__)


@dataclass(slots=True)
class TaskRun:
    """What a handler is given: its input, and the ways to report and to finish."""

    id: int
    input: dict[str, Any]
    fencing: int
    attempt: int
    database: Database
    clock: Clock
    finished: bool = False

    def progress(self, done: int, total: int | None = None, message: str | None = None) -> None:
        """Report how far it is, in a transaction of its own; at least every few minutes.

        Raises `TaskCancelled` or `LeaseLost`, which the handler lets pass.
        """
        with self.database.write_session() as session:
            tasks.heartbeat(
                session,
                self.id,
                fencing=self.fencing,
                now=self.clock(),
                done=done,
                total=total,
                message=message,
            )
        fail_point("task.progress")

    def hold(self, session: Session) -> None:
        """Within the transaction that will finish it: from here on nobody can take it over or cancel it.

        Raises `TaskCancelled` or `LeaseLost` where somebody has.
        """
        tasks.heartbeat(session, self.id, fencing=self.fencing, now=self.clock())

    def finish(self, session: Session, result: dict[str, Any]) -> None:
        """Finish in the handler's own transaction, so that its rows and the end of the task are one commit."""
        tasks.finish(session, self.id, fencing=self.fencing, result=result, now=self.clock())
        self.finished = True


Handler = Callable[[TaskRun], dict[str, Any] | None]


def run_next(database: Database, handlers: Mapping[str, Handler], *, clock: Clock, holder: str) -> bool:
    """Run the next task, if there is one; whether there was.

    A refusal (`HelpdeskError`) closes the task with its message; any other error is tried again, then closes it.
    """
    with database.write_session() as session:
        task = tasks.claim(session, kinds=handlers.keys(), holder=holder, now=clock())
    if task is None:
        return False
    fail_point("task.claimed")
    run = TaskRun(task.id, task.input, task.fencing, task.attempts, database, clock)
    try:
        result = handlers[task.kind](run) or {}
        fail_point("task.handled")
        if not run.finished:
            with database.write_session() as session:
                run.finish(session, result)
        fail_point("task.finished")
    except LeaseLost:
        log.warning("task %s (%s) was taken over", task.id, task.kind)
    except tasks.TaskCancelled:
        _end(run, lambda session, now: tasks.close_cancelled(session, run.id, fencing=run.fencing, now=now))
    except HelpdeskError as refusal:
        _fail(run, str(refusal), again=False)
    except Exception as error:
        log.exception("task %s (%s) failed", task.id, task.kind)
        _fail(
            run, f"想定外のエラーです（{type(error).__name__}: {error}）。記録を確かめてください", again=True
        )
    return True


def _fail(run: TaskRun, error: str, *, again: bool) -> None:
    _end(
        run,
        lambda session, now: tasks.fail(
            session, run.id, fencing=run.fencing, error=error, now=now, again=again
        ),
    )


def _end(run: TaskRun, write: Callable[[Session, Any], None]) -> None:
    try:
        with run.database.write_session() as session:
            write(session, run.clock())
    except LeaseLost:
        log.warning("task %s was taken over before its end could be written", run.id)
