"""`helpdesk audit verify` and `helpdesk audit export`."""

import json
from datetime import datetime
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from cases.history import SYSTEM, read_stream, record
from helpdesk.audit import seal_history, verify_database
from helpdesk.commands.audit import command
from helpdesk.database import Database


@pytest.fixture
def instance(database: Database, tmp_path: Path, now: datetime, monkeypatch: pytest.MonkeyPatch) -> Database:
    """An instance whose history has three sealed events."""
    url = database.engine.url.render_as_string(hide_password=False)
    monkeypatch.setenv("HELPDESK_INSTANCE", str(tmp_path / "instance"))
    monkeypatch.setenv("HELPDESK_DATABASE_URL", url)
    with database.write_session() as session:
        for index in range(3):
            record(session, "settings", "changed", {"index": index}, by=SYSTEM, now=now)
    seal_history(database, now=now)
    return database


def run(*arguments: object) -> Result:
    return CliRunner().invoke(command, [str(argument) for argument in arguments])


def tamper(database: Database) -> None:
    with database.write_session() as session:
        read_stream(session, "settings")[1].actor_name = "別人"


def test_verify_ends_with_0_when_all_stands(instance: Database) -> None:
    result = run("verify")
    assert result.exit_code == 0, result.output
    digest = verify_database(instance).last_seal_digest
    assert result.stdout.splitlines() == [
        "流れ 1、履歴 3 件（消去済み 0、未封印 0）、封印 1",
        f"最後の封印 1:{digest}",
        "履歴に異常はありません",
    ]


def test_verify_ends_with_1_and_names_what_is_broken(instance: Database) -> None:
    tamper(instance)
    result = run("verify")
    assert result.exit_code == 1
    assert "settings の 2 番: 内容がダイジェストと一致しません" in result.stdout
    assert result.stdout.splitlines()[-1] == "異常が 1 件あります"
    value = json.loads(run("verify", "--json").stdout)
    assert (value["ok"], value["events"], value["problems"][0]["where"]) == (False, 3, "settings の 2 番")


def test_an_export_is_written_and_verified_as_a_file(instance: Database, tmp_path: Path) -> None:
    path = tmp_path / "history.jsonl"
    written = run("export", path, "--json")
    assert (written.exit_code, json.loads(written.stdout)) == (0, {"file": str(path), "rows": 5})
    assert run("verify", path).exit_code == 0
    path.write_text(path.read_text(encoding="utf-8").replace("changed", "removed"), encoding="utf-8")
    broken = run("verify", path, "--json")
    assert (broken.exit_code, json.loads(broken.stdout)["problem_count"]) == (1, 3)


def test_a_noted_seal_is_compared(instance: Database) -> None:
    digest = verify_database(instance).last_seal_digest
    assert run("verify", "--seal", f"1:{digest}").exit_code == 0
    other = run("verify", "--seal", f"1:{'0' * 64}")
    assert (other.exit_code, "控えの封印と一致しません" in other.stdout) == (1, True)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["verify", "--seal", "1"], "番号:ダイジェスト"),
        (["verify", "--seal", "x:" + "0" * 64], "番号:ダイジェスト"),
        (["verify", "/nonexistent/history.jsonl"], "/nonexistent/history.jsonl: 開けません"),
        (["verify", "/"], "/: 開けません"),
        (["export", "/nonexistent/history.jsonl"], "開けません"),
    ],
)
def test_unusable_input_ends_with_2_and_says_why(
    instance: Database, arguments: list[str], message: str
) -> None:
    result = run(*arguments)
    assert (result.exit_code, result.stdout) == (2, "")
    assert message in result.stderr


def test_a_file_that_is_no_export_ends_with_2(tmp_path: Path) -> None:
    path = tmp_path / "x.jsonl"
    path.write_text("名前,金額\n")
    result = run("verify", path)
    assert (result.exit_code, "履歴の書き出しではありません" in result.stderr) == (2, True)


def test_a_missing_instance_ends_with_2(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HELPDESK_INSTANCE", str(tmp_path))
    monkeypatch.setenv("HELPDESK_DATABASE_URL", f"sqlite:///{tmp_path}/none.sqlite3")
    result = run("verify")
    assert (result.exit_code, "none.sqlite3 がありません" in result.stderr) == (2, True)
    monkeypatch.setenv("HELPDESK_SMTP_PORT", "x")
    assert run("verify").exit_code == 2
