import logging
import os
import subprocess
import sys
from datetime import date, timedelta

import pytest
from sqlalchemy import select

from cases.history import SYSTEM
from cases.models import Holiday
from helpdesk import tasks
from helpdesk.errors import Problem, Refused
from helpdesk.fail_points import EXIT_STATUS
from helpdesk.task_models import Task
from helpdesk.task_worker import Handler, TaskRun, run_next

KILLED_WORKER = """
import sys
from datetime import datetime
from helpdesk.database import Database, make_engine
from helpdesk.task_worker import run_next
from tests.helpdesk.test_task_worker import add_holidays

url, now = sys.argv[1:]
run_next(
    Database(make_engine(url)), {"holidays": add_holidays}, clock=lambda: datetime.fromisoformat(now), holder="killed"
)
"""


def add_holidays(run: TaskRun) -> None:
    """A small import, all or nothing: its rows and its end are one commit."""
    for done in (1, 2, 3):
        run.progress(done, 3)
    with run.database.write_session() as session:
        session.add_all(Holiday(date=date(2026, 5, day), name="休業日") for day in run.input["days"])
        run.finish(session, {"rows": len(run.input["days"])})


def enqueue(database, now, **input: object) -> int:
    with database.write_session() as session:
        return tasks.enqueue(session, kind="holidays", input=input, by=SYSTEM, now=now, max_attempts=2).id


def run(database, now, handler: Handler) -> bool:
    return run_next(database, {"holidays": handler}, clock=lambda: now, holder="one")


def stored(database, task_id: int) -> Task:
    with database.read_session() as session:
        return session.get_one(Task, task_id)


def test_without_a_task_there_is_nothing_to_run(database, now) -> None:
    assert not run(database, now, add_holidays)


def test_the_handler_gets_the_input_and_its_result_is_kept(database, now) -> None:
    task_id = enqueue(database, now, days=[4, 5])
    assert run(database, now, lambda run: {"sum": sum(run.input["days"])})
    assert (stored(database, task_id).state, stored(database, task_id).result) == ("done", {"sum": 9})
    assert not run(database, now, add_holidays)


def test_a_refusal_is_final_and_shown_as_it_is(database, now) -> None:
    task_id = enqueue(database, now)

    def refuse(run: TaskRun) -> None:
        raise Refused([Problem("3行目", "年度がありません")])

    run(database, now, refuse)
    assert (stored(database, task_id).state, stored(database, task_id).error) == (
        "failed",
        "3行目: 年度がありません",
    )


def test_an_unexpected_error_is_tried_again_and_then_shown(database, now, caplog) -> None:
    task_id = enqueue(database, now)

    def break_down(run: TaskRun) -> None:
        raise KeyError("year")

    with caplog.at_level(logging.CRITICAL):
        run(database, now, break_down)
        assert stored(database, task_id).state == "queued"
        run(database, now + timedelta(minutes=1), break_down)
    assert stored(database, task_id).state == "failed"
    assert "KeyError" in stored(database, task_id).error


def test_a_cancelled_task_stops_at_its_next_report(database, now) -> None:
    task_id = enqueue(database, now)
    reached = []

    def long_work(run: TaskRun) -> None:
        with database.write_session() as session:
            tasks.cancel(session, session.get_one(Task, run.id), now=now)
        run.progress(1, 2)
        reached.append("after the report")

    run(database, now, long_work)
    assert stored(database, task_id).state == "cancelled"
    assert reached == []


def test_a_worker_that_was_too_slow_leaves_the_task_to_its_successor(database, now) -> None:
    task_id = enqueue(database, now)

    def too_slow(slow: TaskRun) -> dict[str, str]:
        later = now + timedelta(hours=1)
        assert run_next(
            database, {"holidays": lambda run: {"by": "successor"}}, clock=lambda: later, holder="two"
        )
        return {"by": "slow"}

    run(database, now, too_slow)
    assert (stored(database, task_id).state, stored(database, task_id).result) == (
        "done",
        {"by": "successor"},
    )


@pytest.mark.parametrize("place", ["task.claimed", "task.progress:2", "task.finished"])
def test_killed_anywhere_and_run_again_a_task_gives_the_same(database, now, place) -> None:
    task_id = enqueue(database, now, days=[4, 5, 6])
    url = database.engine.url.render_as_string(hide_password=False)
    killed = subprocess.run(
        [sys.executable, "-c", KILLED_WORKER, url, now.isoformat()],
        env={**os.environ, "HELPDESK_FAIL_POINT": place},
        timeout=60,
    )
    assert killed.returncode == EXIT_STATUS
    run(database, now + timedelta(hours=1), add_holidays)
    task = stored(database, task_id)
    assert (task.state, task.result) == ("done", {"rows": 3})
    with database.read_session() as session:
        assert [holiday.day for holiday in session.scalars(select(Holiday.date))] == [4, 5, 6]
