"""Sealing and verifying the history of an instance."""

from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy import create_engine

from cases.errors import InputRefused
from cases.history import SYSTEM, read_stream, record
from cases.history_verification import history_rows
from helpdesk import audit
from helpdesk.audit import export_file, open_existing, seal_history, verify_database, verify_file
from helpdesk.database import Database
from helpdesk.errors import InstanceUnusable


@pytest.fixture
def lived_in(database: Database, now: datetime) -> Database:
    """A database with three events and a seal."""
    with database.write_session() as session:
        for index in range(3):
            record(session, "settings", "changed", {"名前": index}, by=SYSTEM, now=now)
    seal_history(database, now=now)
    return database


def tamper(database: Database) -> None:
    with database.write_session() as session:
        read_stream(session, "settings")[1].actor_name = "別人"


def test_the_sealing_step_seals_all_and_then_nothing(database: Database, now: datetime) -> None:
    assert seal_history(database, now=now) == 0
    with database.write_session() as session:
        record(session, "settings", "changed", {}, by=SYSTEM, now=now)
    assert seal_history(database, now=now) == 1
    assert seal_history(database, now=now) == 0
    assert verify_database(database).unsealed == 0


def test_an_untouched_database_stands_and_a_changed_one_does_not(lived_in: Database) -> None:
    report = verify_database(lived_in)
    assert (report.ok, report.events, report.seals) == (True, 3, 1)
    assert verify_database(lived_in, known_seals={1: report.last_seal_digest}).ok
    tamper(lived_in)
    assert [problem.where for problem in verify_database(lived_in).problems] == ["settings の 2 番"]


def test_what_is_written_while_verifying_is_no_problem(lived_in: Database, now: datetime) -> None:
    with lived_in.read_session() as reading:
        rows = history_rows(reading)
        first = next(rows)
        with lived_in.write_session() as session:
            record(session, "settings", "changed", {}, by=SYSTEM, now=now)
        seen = [first, *rows]
    assert [feed for feed, _ in seen] == ["seal", "event", "event", "event", "stream"]
    assert seen[-1][1].last_seq == 3


def test_an_export_is_verified_without_the_database(
    lived_in: Database, tmp_path: Path, now: datetime
) -> None:
    path = tmp_path / "history.jsonl"
    assert export_file(lived_in, path, now=now) == 5
    assert verify_file(path) == verify_database(lived_in)
    assert path.stat().st_mode & 0o777 == 0o600
    assert [each.name for each in tmp_path.iterdir() if each.name.startswith(".")] == []
    path.write_bytes(path.read_bytes().replace("名前".encode(), b"\xff\xfe", 1))
    assert [problem.where for problem in verify_file(path).problems] == ["settings の 1 番"]


def test_an_export_that_fails_leaves_the_old_file_and_nothing_else(
    lived_in: Database, tmp_path: Path, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "out" / "history.jsonl"
    path.parent.mkdir()
    path.write_text("old")

    def fail(session: object, write: object, *, now: datetime) -> int:
        raise OSError("disk full")

    monkeypatch.setattr(audit, "export_history", fail)
    with pytest.raises(OSError, match="disk full"):
        export_file(lived_in, path, now=now)
    assert [(each.name, each.read_text()) for each in path.parent.iterdir()] == [("history.jsonl", "old")]


@pytest.mark.parametrize("content", [b"", b"\x00" * 1000, b"{}", b"\xff\xfe{"])
def test_a_file_that_is_no_export_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "x.jsonl"
    path.write_bytes(content)
    with pytest.raises(InputRefused, match="1 行目: 履歴の書き出しではありません"):
        verify_file(path)


def test_a_database_that_is_not_there_is_not_made(tmp_path: Path) -> None:
    path = tmp_path / "none.sqlite3"
    with pytest.raises(InstanceUnusable, match=r"none\.sqlite3 がありません"):
        open_existing(f"sqlite:///{path}")
    assert not path.exists()


def test_a_database_without_tables_or_that_is_none_is_unusable(tmp_path: Path) -> None:
    empty = tmp_path / "empty.sqlite3"
    engine = create_engine(f"sqlite:///{empty}")
    with engine.begin() as connection:
        connection.exec_driver_sql("create table x (y int)")
    engine.dispose()
    with pytest.raises(InstanceUnusable, match="helpdesk db upgrade"):
        open_existing(f"sqlite:///{empty}")
    other = tmp_path / "text.sqlite3"
    other.write_text("これはデータベースではありません" * 100)
    with pytest.raises(InstanceUnusable, match="データベースを開けません"):
        open_existing(f"sqlite:///{other}")
