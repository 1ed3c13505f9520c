"""Cases at the keyboard: listed, shown, taken along, and a disputed month computed again."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import select

from cases.models import Case
from helpdesk.commands import case as case_commands
from helpdesk.database import Database
from helpdesk.desk import Desk
from helpdesk.register.case_links import link_result
from helpdesk.workflows.receive_mail import receive_raw
from tests.helpdesk.letters import letter
from tests.world import (
    PENALTY_NOTIFIED_YEN,
    PENALTY_RECOMPUTED_YEN,
    World,
    WorldClock,
    build_world,
    open_world_desk,
)


@pytest.fixture
def world(database: Database, tmp_path: Path, now: datetime) -> World:
    return build_world(open_world_desk(database, tmp_path / "instance", WorldClock(now)))


@pytest.fixture
def number(world: World) -> str:
    """A case about the notice of May."""
    raw = letter(sender="tanaka@kitahama.example", subject="5月分のペナルティ額について")
    found = receive_raw(world.desk, raw, source="import").case_number
    with world.desk.database.write_session() as session:
        case = session.scalars(select(Case).where(Case.number == found)).one()
        notice = session.merge(world.notice, load=False)
        link_result(session, case, notice, by=world.people["sato"], now=world.desk.clock())
    return found


@pytest.fixture
def run(world: World, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Result]:
    @contextmanager
    def opened() -> Iterator[Desk]:
        yield world.desk

    monkeypatch.setattr(case_commands, "opened", opened)
    return lambda *words: CliRunner().invoke(case_commands.command, words)


def test_recomputing_attaches_the_run_and_says_what_differs(run, number: str) -> None:
    told = run("recompute", number)
    assert told.exit_code == 0, told.output
    assert f"通知 {PENALTY_NOTIFIED_YEN:,}円 → 再計算 {PENALTY_RECOMPUTED_YEN:,}円" in told.output
    again = json.loads(run("recompute", number, "--json").output)
    figures = {each["key"]: each for each in again["figures"]}
    assert figures["penalties_yen"]["difference"] == str(PENALTY_RECOMPUTED_YEN - PENALTY_NOTIFIED_YEN)


def test_a_case_without_a_notice_cannot_be_recomputed(run, world: World) -> None:
    plain = receive_raw(world.desk, letter(subject="証明書について"), source="import").case_number
    told = run("recompute", plain)
    assert told.exit_code == 2
    assert "通知が結び付いていません" in told.stderr


def test_a_case_is_listed_shown_and_taken_along(run, number: str, tmp_path: Path) -> None:
    assert number in run("list").output
    assert "受信" in run("show", number).output
    file = tmp_path / "case.json"
    assert run("export", number, str(file)).exit_code == 0
    assert json.loads(file.read_text(encoding="utf-8"))["case"]["number"] == number


def test_a_place_that_cannot_be_written_is_refused(run, number: str, tmp_path: Path) -> None:
    told = run("export", number, str(tmp_path / "missing" / "case.json"))
    assert told.exit_code == 2
    assert "書き出せません" in told.stderr


@pytest.mark.parametrize(("wanted", "reason"), [("2026-000001-0", "検査数字"), ("2026-000999-5", "")])
def test_a_number_that_is_none_is_refused(run, wanted: str, reason: str) -> None:
    told = run("show", wanted)
    assert told.exit_code == 2
    assert reason in told.stderr
