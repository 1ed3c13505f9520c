"""Judging is done once, whoever does it at the same time and whoever touches the incident meanwhile."""

import threading

from sqlalchemy import select
from sqlalchemy.orm.exc import StaleDataError

from alerts.models import Incident, Notice, Publication
from cases.history_verification import verify
from cases.models import Case
from helpdesk.mail.models import OutboxMail
from helpdesk.watch_models import FetchedPublication
from helpdesk.workflows import judge_publication
from helpdesk.workflows.watch_feeds import watch
from tests.helpdesk.watching import DUTY, publication

LOW = {(34, "東京"): 794}


def test_two_watchers_at_once_tell_it_once(watching) -> None:
    watching.at("2026-07-22 03:31").serve(publication("2026-07-22 03:29", LOW))
    at_once = threading.Barrier(2)
    outcomes = []

    def one() -> None:
        at_once.wait()
        outcomes.append(watch(watching.desk).outcome)

    threads = [threading.Thread(target=one) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["new", "unchanged"]
    assert [len(watching.rows(model)) for model in (Publication, Incident, Case, Notice)] == [1, 1, 1, 1]
    assert len(watching.rows(OutboxMail)) == len(DUTY)
    with watching.desk.database.read_session() as session:
        assert verify(session).problems == []


def test_a_person_who_is_faster_with_the_incident_makes_it_judged_again(watching, monkeypatch) -> None:
    real_store, tries = judge_publication._store, []

    def overtaken_once(*arguments: object, **named: object) -> object:
        tries.append(1)
        if len(tries) == 1:
            raise StaleDataError("somebody acknowledged it")
        return real_store(*arguments, **named)

    monkeypatch.setattr(judge_publication, "_store", overtaken_once)
    assert watching.published("2026-07-22 03:29", LOW).outcome == "new"
    assert len(tries) == 2
    assert len(watching.rows(OutboxMail)) == len(DUTY)


def test_a_judged_file_that_comes_again_is_not_read_again_while_all_is_well(watching, monkeypatch) -> None:
    watching.published("2026-07-22 03:29", LOW)
    monkeypatch.setattr(judge_publication, "_read", None)
    assert watching.round(after_minutes=5).outcome == "unchanged"
    [row] = watching.rows(Publication)
    assert (row.fetch_count, row.last_fetched_at) == (2, watching.clock())


def test_the_bytes_of_every_publication_can_be_had_again(watching) -> None:
    raw = publication("2026-07-22 03:29", LOW)
    watching.at("2026-07-22 03:31").round(raw)
    watching.round(b"<html>", after_minutes=5)
    with watching.desk.database.read_session() as session:
        digests = session.scalars(select(Publication.raw_sha256).order_by(Publication.id)).all()
    assert [watching.desk.blobs.get(digest) for digest in digests] == [raw, b"<html>"]
    assert [row.size_bytes for row in watching.rows(FetchedPublication)] == [len(raw), 6]
