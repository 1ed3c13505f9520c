from collections import Counter
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from apscheduler.triggers.interval import IntervalTrigger
from sqlalchemy import select

from cases.history import SYSTEM
from helpdesk import jobs, tasks
from helpdesk.clock import JAPAN
from helpdesk.desk import Desk, open_desk
from helpdesk.settings import load_settings
from helpdesk.task_models import Task


@pytest.fixture
def desk(database, tmp_path: Path, now) -> Desk:
    settings = load_settings({"HELPDESK_INSTANCE": str(tmp_path / "instance")})
    desk = open_desk(settings, clock=lambda: now)
    desk.database.engine.dispose()
    return replace(desk, database=database)


def seconds_of(demo: bool) -> dict[str, int]:
    return {
        job.name: int(job.trigger.interval.total_seconds())
        for job in jobs.timetable(demo=demo)
        if isinstance(job.trigger, IntervalTrigger)
    }


def test_mail_moves_at_once_in_a_demonstration_and_gently_in_a_real_instance() -> None:
    assert seconds_of(True)["receive_folder"] == seconds_of(True)["send_outbox"] == 2
    assert (seconds_of(False)["receive_folder"], seconds_of(False)["send_outbox"]) == (30, 10)
    assert seconds_of(False)["seal_history"] == seconds_of(False)["index_knowledge"] == 10


def test_the_feed_is_asked_every_five_minutes_and_just_after_publications_are_due() -> None:
    [trigger] = [job.trigger for job in jobs.timetable(demo=False) if job.name == "watch_feeds"]
    moments = [datetime(2026, 7, 22, 3, 0, tzinfo=JAPAN)]
    for _ in range(13):
        moments.append(trigger.get_next_fire_time(moments[-1], moments[-1] + timedelta(seconds=1)))
    assert [moment.minute for moment in moments[1:]] == [*range(1, 60, 5), 1]
    assert seconds_of(True)["watch_feeds"] == 2


def test_every_job_has_one_name_and_runs_on_japan_time() -> None:
    timetable = jobs.timetable(demo=False)
    assert max(Counter(job.name for job in timetable).values()) == 1
    assert {str(job.trigger.timezone) for job in timetable} == {str(JAPAN)}


@pytest.mark.parametrize("name", [job.name for job in jobs.timetable(demo=False)])
def test_each_job_has_nothing_to_do_in_an_empty_instance(desk, name) -> None:
    [job] = [job for job in jobs.timetable(demo=False) if job.name == name]
    job.run(desk, lambda: False)
    job.run(desk, lambda: True)


def test_long_work_is_done_until_nothing_waits_or_the_process_stops(desk, now, monkeypatch) -> None:
    monkeypatch.setattr(jobs, "TASK_HANDLERS", {"sum": lambda desk, run: {"sum": sum(run.input["numbers"])}})
    with desk.database.write_session() as session:
        for number in range(3):
            tasks.enqueue(session, kind="sum", input={"numbers": [number, 10]}, by=SYSTEM, now=now)
    answers = iter([False])
    jobs._run_tasks(desk, lambda: next(answers, True))
    with desk.database.read_session() as session:
        assert Counter(session.scalars(select(Task.state))) == Counter(done=1, queued=2)
    jobs._run_tasks(desk, lambda: False)
    with desk.database.read_session() as session:
        assert [task.result for task in session.scalars(select(Task).order_by(Task.id))] == [
            {"sum": 10},
            {"sum": 11},
            {"sum": 12},
        ]
