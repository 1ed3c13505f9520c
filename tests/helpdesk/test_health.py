"""/health as monitoring sees it: each check by name, what is wrong and what to do, no secret."""

import pytest
from sqlalchemy import update
from sqlalchemy.exc import OperationalError

from helpdesk import health
from helpdesk.audit import seal_history
from helpdesk.demo.feed_server import Reply
from helpdesk.health import look
from helpdesk.mail.models import OutboxMail
from helpdesk.workflows.receive_mail import receive_raw
from tests.helpdesk.letters import letter


@pytest.fixture
def checked(desk, monkeypatch):
    """The checks by name; tables made without a migration count as current here."""
    monkeypatch.setattr(health, "require_current", lambda engine: None)
    return lambda: {check.name: check for check in look(desk)}


def test_every_check_is_there_by_its_name(checked) -> None:
    found = checked()
    assert list(found) == ["database", "files", "jobs", "mail", "history", "knowledge", "feed"]
    assert found["database"].is_fine
    assert found["files"].is_fine
    assert all(check.detail for check in found.values())


def test_an_old_schema_is_named_with_what_to_do_and_hides_no_other_check(desk) -> None:
    found = look(desk)
    assert [check.name for check in found] == ["database", "files"]
    assert (found[0].is_fine, found[1].is_fine) == (False, True)
    assert "helpdesk db upgrade" in found[0].detail


def test_mail_that_waits_for_a_person_is_counted(desk, checked) -> None:
    receive_raw(desk, letter(), source="import")
    receive_raw(desk, b"", source="import")
    with desk.database.write_session() as session:
        session.execute(update(OutboxMail).values(state="uncertain"))
    assert "1" in checked()["mail"].detail


def test_a_folder_that_cannot_be_written_fails(desk, checked, monkeypatch) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("pathlib.Path.write_bytes", full)
    found = checked()["files"]
    assert found.is_fine is False
    assert "空き容量" in found.detail


def test_a_database_that_is_away_is_said_without_its_address(desk, monkeypatch) -> None:
    def away(engine: object) -> None:
        raise OperationalError("select 1", {}, Exception("connection to 10.0.0.5 refused"))

    monkeypatch.setattr(health, "require_current", away)
    found = look(desk)[0]
    assert found.is_fine is False
    assert "接続できません" in found.detail
    assert "10.0.0.5" not in found.detail


def test_a_history_that_is_not_sealed_in_time_fails_until_it_is(desk, checked, clock) -> None:
    receive_raw(desk, letter(), source="import")
    assert checked()["history"].is_fine
    clock.pass_by(minutes=3)
    assert "封印が遅れています" in checked()["history"].detail
    seal_history(desk.database, now=clock())
    assert checked()["history"].is_fine


def test_the_page_answers_503_without_a_sign_in_and_says_which_check(enter) -> None:
    answer = enter(None).get("/health")
    assert answer.status_code == 503
    assert answer.json["status"] == "failing"
    assert answer.json["checks"]["database"]["ok"] is False


def test_no_secret_of_the_instance_stands_in_it(enter, desk) -> None:
    text = enter(None).get("/health").text
    assert desk.settings.secret_key not in text
    assert str(desk.settings.instance) not in text
    assert desk.settings.database_url not in text


def feed_check(watching):
    with watching.desk.database.read_session() as session:
        return health._attempt("feed", lambda: health._feed(watching.desk, session))


def test_a_watch_that_is_switched_off_is_said_and_fails_nothing(checked) -> None:
    found = checked()["feed"]
    assert found.is_fine
    assert "watch_enabled" in found.detail


def test_a_feed_that_is_in_trouble_fails_once_somebody_was_told_and_until_it_is_over(watching) -> None:
    watching.published("2026-07-22 03:29")
    assert "2026-07-22（水）03:29" in feed_check(watching).detail
    watching.at("2026-07-22 03:36").round(Reply(b"", 503))
    assert feed_check(watching).is_fine
    watching.round(after_minutes=5)
    found = feed_check(watching)
    assert not found.is_fine
    assert "取得できません" in found.detail
    watching.published("2026-07-22 03:59")
    assert feed_check(watching).is_fine


def test_a_watch_that_nobody_does_any_more_is_noticed(watching) -> None:
    assert "待っています" in feed_check(watching).detail
    watching.published("2026-07-22 03:29")
    watching.at("2026-07-22 03:52")
    found = feed_check(watching)
    assert not found.is_fine
    assert "helpdesk jobs run" in found.detail
