"""長い処理: imports, fleet runs, documents, exports and mass mail, each a row with its input, progress and result.

The same kind with the same input is one task, however often it is asked for. A worker holds a task by a lease; the
fencing number grows with every claim, and a worker that lost its task can neither report nor finish. Killed at any
line and run again a task gives the same: handlers write idempotently, or together with `TaskRun.finish`.
"""

import hashlib
import json
from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any, Protocol

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from cases.numbering import lock_series, next_value
from helpdesk.insert_once import insert_once
from helpdesk.lease import LeaseLost
from helpdesk.task_models import Task

LEASE_SECONDS = 300.0
RETRY_AFTER = timedelta(seconds=30)


class TaskCancelled(Exception):
    """Somebody asked for the task to stop; the worker ends it here."""


class Actor(Protocol):
    """Whoever asks for the work."""

    @property
    def id(self) -> int | None: ...

    @property
    def display_name(self) -> str: ...


def enqueue(
    session: Session, *, kind: str, input: dict[str, Any], by: Actor, now: datetime, max_attempts: int = 3
) -> Task:
    """The task of this kind and input, new or already there. One that failed or was cancelled starts anew.

    `input` is JSON; what makes two wishes different (a date, a version) must stand in it.
    """
    canonical = json.dumps(input, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    key = f"{kind}:{hashlib.sha256(canonical.encode()).hexdigest()}"
    new = insert_once(
        session,
        Task,
        kind=kind,
        idempotency_key=key,
        input=input,
        not_before=now,
        max_attempts=max_attempts,
        created_at=now,
        created_by_id=by.id,
        created_by_name=by.display_name,
        updated_at=now,
    )
    task = session.scalars(select(Task).where(Task.idempotency_key == key).with_for_update()).one()
    if not new and task.state in ("failed", "cancelled"):
        task.state, task.not_before, task.updated_at = "queued", now, now
        task.attempts, task.progress_done, task.progress_total = 0, 0, None
        task.cancel_requested, task.message, task.error = False, "", ""
    return task


def enqueue_behind(
    session: Session, *, kind: str, wish: dict[str, Any], by: Actor, now: datetime
) -> tuple[Task, bool]:
    """A task that may be wished for again and again, and whether it is new: the same wish that waits is that one.

    One that is running is not: what it reads may have changed since, so another waits behind it.
    """
    lock_series(session, kind)
    waiting = session.scalars(select(Task).where(Task.kind == kind, Task.state == "queued").order_by(Task.id))
    same = [task for task in waiting if wish == {name: task.input.get(name) for name in wish}]
    if same:
        return same[0], False
    numbered = wish | {"number": next_value(session, kind)}
    return enqueue(session, kind=kind, input=numbered, by=by, now=now), True


def claim(
    session: Session,
    *,
    kinds: Collection[str],
    holder: str,
    now: datetime,
    lease_seconds: float = LEASE_SECONDS,
) -> Task | None:
    """Take the oldest task that is due, or one whose worker has vanished; None if there is nothing to do.

    A task that was cancelled, or whose workers vanished too often, is closed on the way.
    """
    due = (Task.state == "queued") & (Task.not_before <= now)
    abandoned = (Task.state == "running") & (Task.lease_until < now)
    while True:
        task = session.scalars(
            select(Task)
            .where(due | abandoned, Task.kind.in_(kinds))
            .order_by(Task.not_before, Task.id)
            .limit(1)
            .with_for_update(skip_locked=True)
        ).first()
        if task is None:
            return None
        task.updated_at = now
        task.fencing += 1
        if task.cancel_requested:
            task.state = "cancelled"
        elif task.attempts >= task.max_attempts:
            task.state = "failed"
            task.error = (
                f"処理が{task.attempts}回とも途中で止まりました。入力を確かめて、もう一度実行してください"
            )
        else:
            task.state, task.attempts = "running", task.attempts + 1
            task.lease_owner, task.lease_until = holder, now + timedelta(seconds=lease_seconds)
            session.flush()
            return task
        session.flush()


def heartbeat(
    session: Session,
    task_id: int,
    *,
    fencing: int,
    now: datetime,
    done: int | None = None,
    total: int | None = None,
    message: str | None = None,
    lease_seconds: float = LEASE_SECONDS,
) -> None:
    """Hold the task longer and show how far it is. Raises `LeaseLost` or `TaskCancelled`."""
    values: dict[str, Any] = {"lease_until": now + timedelta(seconds=lease_seconds), "updated_at": now}
    progress = {"progress_done": done, "progress_total": total, "message": message and message[:500]}
    values |= {name: value for name, value in progress.items() if value is not None}
    _update_held(session, task_id, fencing, values)
    if session.scalars(select(Task.cancel_requested).where(Task.id == task_id)).one():
        raise TaskCancelled


def finish(session: Session, task_id: int, *, fencing: int, result: dict[str, Any], now: datetime) -> None:
    """Close the task with its result. Raises `LeaseLost`."""
    _update_held(
        session, task_id, fencing, {"state": "done", "result": result, "error": "", "updated_at": now}
    )


def fail(
    session: Session, task_id: int, *, fencing: int, error: str, now: datetime, again: bool = False
) -> None:
    """Close the task with its error, or with `again` put it back until its attempts are used up."""
    task = session.get_one(Task, task_id, with_for_update=True, populate_existing=True)
    values: dict[str, Any] = {"state": "failed", "error": error, "updated_at": now}
    if again and task.attempts < task.max_attempts:
        values |= {"state": "queued", "not_before": now + RETRY_AFTER * task.attempts}
    _update_held(session, task_id, fencing, values)


def close_cancelled(session: Session, task_id: int, *, fencing: int, now: datetime) -> None:
    """The worker has stopped because somebody asked for it."""
    _update_held(session, task_id, fencing, {"state": "cancelled", "updated_at": now})


def cancel(session: Session, task: Task, *, now: datetime) -> None:
    """Ask for a stop: one that waits is cancelled at once, one that runs at its next heartbeat."""
    task = session.get_one(Task, task.id, with_for_update=True, populate_existing=True)
    if task.state in ("queued", "running"):
        task.cancel_requested, task.updated_at = True, now
    if task.state == "queued":
        task.state = "cancelled"


def _update_held(session: Session, task_id: int, fencing: int, values: dict[str, Any]) -> None:
    changed = session.execute(
        update(Task)
        .where(Task.id == task_id, Task.fencing == fencing, Task.state == "running")
        .values(**values),
        execution_options={"synchronize_session": False},
    ).rowcount
    if changed != 1:
        raise LeaseLost("この処理は別のプロセスに引き継がれたか、終了しています")
