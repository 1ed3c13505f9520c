"""`helpdesk report daily` and `weekly` write each format and refuse what they cannot make."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from helpdesk.commands import main

BEGINS = {"pdf": b"%PDF", "docx": b"PK", "xlsx": b"PK", "csv": b"\xef\xbb\xbf"}


def run(*arguments: str, kind: str = "weekly"):
    return CliRunner().invoke(main, ["report", kind, *arguments])


@pytest.mark.parametrize("file_format", BEGINS)
def test_the_week_is_written_into_a_file(migrated: Path, tmp_path: Path, file_format: str) -> None:
    out = tmp_path / f"week.{file_format}"
    done = run(
        "--from", "2026-06-22", "--to", "2026-06-28", "--format", file_format, "--out", str(out), "--json"
    )
    assert done.exit_code == 0, done.output
    assert out.read_bytes().startswith(BEGINS[file_format])
    assert json.loads(done.output)["bytes"] == out.stat().st_size


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--from", "2026-06-23"], "月曜日ではありません"),
        (["--from", "2026-06-22", "--to", "2026-06-29"], "7日間です"),
        (["--from", "2026-06-22", "--format", "odt"], "「odt」はありません"),
        (["--from", "22. Juni"], "は日付ではありません"),
    ],
)
def test_what_cannot_be_made_is_refused_and_no_file_appears(
    migrated: Path, tmp_path: Path, arguments: list[str], told: str
) -> None:
    out = tmp_path / "week.pdf"
    done = run(*arguments, "--out", str(out))
    assert done.exit_code == 2
    assert told in done.output
    assert not out.exists()


@pytest.mark.parametrize("file_format", BEGINS)
def test_the_day_is_written_into_a_file(migrated: Path, tmp_path: Path, file_format: str) -> None:
    out = tmp_path / f"day.{file_format}"
    asked = ["--from", "2026-06-22", "--to", "2026-06-22", "--as-of", "2026-06-22 18:00"]
    done = run(*asked, "--format", file_format, "--out", str(out), "--json", kind="daily")
    assert done.exit_code == 0, done.output
    assert out.read_bytes().startswith(BEGINS[file_format])


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--from", "2026-06-22", "--to", "2026-06-23"], "一日です"),
        (["--from", "2999-01-01"], "まだ始まっていません"),
        (["--from", "2026-06-22", "--as-of", "18:00"], "は日時ではありません"),
    ],
)
def test_a_day_that_cannot_be_reported_is_refused(
    migrated: Path, tmp_path: Path, arguments: list[str], told: str
) -> None:
    out = tmp_path / "day.pdf"
    done = run(*arguments, "--out", str(out), kind="daily")
    assert done.exit_code == 2
    assert told in done.output
    assert not out.exists()
