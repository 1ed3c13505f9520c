from datetime import timedelta

import pytest

from cases.history import SYSTEM
from helpdesk import tasks
from helpdesk.lease import LeaseLost
from helpdesk.task_models import Task
from helpdesk.tasks import TaskCancelled


def enqueue(database, now, *, kind: str = "import", max_attempts: int = 3, **input: object) -> Task:
    with database.write_session() as session:
        return tasks.enqueue(session, kind=kind, input=input, by=SYSTEM, now=now, max_attempts=max_attempts)


def claim(database, now, *, holder: str = "one") -> Task | None:
    with database.write_session() as session:
        return tasks.claim(session, kinds={"import"}, holder=holder, now=now)


def heartbeat(database, task: Task, now, **progress: object) -> None:
    with database.write_session() as session:
        tasks.heartbeat(session, task.id, fencing=task.fencing, now=now, **progress)


def finish(database, task: Task, now, **result: object) -> None:
    with database.write_session() as session:
        tasks.finish(session, task.id, fencing=task.fencing, result=result, now=now)


def stored(database, task: Task) -> Task:
    with database.read_session() as session:
        return session.get_one(Task, task.id)


def test_a_wish_that_waits_is_not_put_in_line_twice_but_one_that_runs_is(database, now) -> None:
    def wish() -> tuple[Task, bool]:
        with database.write_session() as session:
            return tasks.enqueue_behind(session, kind="import", wish={"year": 2026}, by=SYSTEM, now=now)

    (first, new), (same, again) = wish(), wish()
    assert (same.id, new, again) == (first.id, True, False)
    claim(database, now)
    behind, new = wish()
    assert behind.id != first.id
    assert new


def test_the_same_wish_is_one_task_whatever_the_order_of_its_input(database, now) -> None:
    first = enqueue(database, now, file="a.csv", year=2025)
    assert enqueue(database, now, year=2025, file="a.csv").id == first.id
    assert enqueue(database, now, year=2026, file="a.csv").id != first.id
    assert enqueue(database, now, kind="export", file="a.csv", year=2025).id != first.id


def test_the_oldest_task_of_a_known_kind_is_claimed_once(database, now) -> None:
    enqueue(database, now, kind="unknown")
    first, second = enqueue(database, now, number=1), enqueue(database, now, number=2)
    assert claim(database, now).id == first.id
    assert claim(database, now, holder="two").id == second.id
    assert claim(database, now) is None


def test_progress_is_shown_while_it_runs(database, now) -> None:
    enqueue(database, now)
    task = claim(database, now)
    heartbeat(database, task, now, done=3, total=10, message="読込中")
    heartbeat(database, task, now, done=4)
    task = stored(database, task)
    assert (task.progress_done, task.progress_total, task.message) == (4, 10, "読込中")


def test_a_finished_task_keeps_its_result_and_is_not_run_again(database, now) -> None:
    enqueue(database, now)
    finish(database, claim(database, now), now, rows=12)
    again = enqueue(database, now)
    assert (again.state, again.result) == ("done", {"rows": 12})
    assert claim(database, now + timedelta(days=1)) is None


def test_a_heartbeat_keeps_the_task_and_silence_loses_it(database, now) -> None:
    enqueue(database, now)
    slow = claim(database, now)
    heartbeat(database, slow, now + timedelta(seconds=200))
    assert claim(database, now + timedelta(seconds=400), holder="two") is None
    successor = claim(database, now + timedelta(seconds=501), holder="two")
    assert (successor.id, successor.fencing, successor.attempts) == (slow.id, slow.fencing + 1, 2)
    for act in (heartbeat, finish):
        with pytest.raises(LeaseLost):
            act(database, slow, now + timedelta(seconds=502))
    finish(database, successor, now + timedelta(seconds=503), by="successor")
    assert stored(database, slow).result == {"by": "successor"}


def test_a_task_whose_workers_vanish_again_and_again_is_closed_with_its_reason(database, now) -> None:
    task = enqueue(database, now, max_attempts=2)
    at = now
    while claim(database, at) is not None:
        at += timedelta(seconds=tasks.LEASE_SECONDS + 1)
    task = stored(database, task)
    assert (task.state, task.attempts) == ("failed", 2)
    assert "2回とも途中で止まりました" in task.error


def test_an_error_is_tried_again_later_until_the_attempts_are_used_up(database, now) -> None:
    task = enqueue(database, now, max_attempts=2)
    for again in ("queued", "failed"):
        held = claim(database, now)
        with database.write_session() as session:
            tasks.fail(session, held.id, fencing=held.fencing, error="壊れています", now=now, again=True)
        assert (stored(database, task).state, stored(database, task).error) == (again, "壊れています")
        assert claim(database, now) is None
        now += tasks.RETRY_AFTER


def test_a_failed_task_asked_for_again_starts_anew(database, now) -> None:
    enqueue(database, now)
    held = claim(database, now)
    with database.write_session() as session:
        tasks.fail(session, held.id, fencing=held.fencing, error="列がありません", now=now)
    again = enqueue(database, now)
    assert (again.id, again.state, again.attempts, again.error) == (held.id, "queued", 0, "")
    assert claim(database, now).fencing == held.fencing + 1


def test_a_waiting_task_is_cancelled_at_once(database, now) -> None:
    task = enqueue(database, now)
    with database.write_session() as session:
        tasks.cancel(session, task, now=now)
    assert stored(database, task).state == "cancelled"
    assert claim(database, now) is None
    assert enqueue(database, now).state == "queued"


def test_a_running_task_hears_of_its_cancelling_at_its_next_heartbeat(database, now) -> None:
    enqueue(database, now)
    held = claim(database, now)
    with database.write_session() as session:
        tasks.cancel(session, held, now=now)
    with pytest.raises(TaskCancelled):
        heartbeat(database, held, now, done=1)
    with database.write_session() as session:
        tasks.close_cancelled(session, held.id, fencing=held.fencing, now=now)
    assert stored(database, held).state == "cancelled"


def test_a_cancelled_task_whose_worker_vanished_is_not_run_again(database, now) -> None:
    enqueue(database, now)
    held = claim(database, now)
    with database.write_session() as session:
        tasks.cancel(session, held, now=now)
    assert claim(database, now + timedelta(hours=1)) is None
    assert stored(database, held).state == "cancelled"


def test_a_finished_task_cannot_be_cancelled(database, now) -> None:
    enqueue(database, now)
    held = claim(database, now)
    finish(database, held, now)
    with database.write_session() as session:
        tasks.cancel(session, held, now=now)
    assert stored(database, held).state == "done"
