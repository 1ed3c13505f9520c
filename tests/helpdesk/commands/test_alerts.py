"""`helpdesk alerts replay` as a script uses it: lines, exit codes, and a start without instance and database."""

import gzip
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from helpdesk.commands import main
from tests.alerts.published import official, official_rows, tidy, tidy_row
from tests.alerts.recorded_days import OFFICIAL_DAY, TWO_DAYS

EARLY, LATE = "2026-07-22 08:29", "2026-07-22 08:59"


def replay(*files: Path | str) -> Result:
    return CliRunner().invoke(main, ["alerts", "replay", *map(str, files)], catch_exceptions=False)


def lines(result: Result) -> list[dict[str, Any]]:
    assert result.exit_code == 0, result.stderr
    return [json.loads(line) for line in result.stdout.splitlines()]


def written(path: Path, raw: bytes) -> Path:
    path.write_bytes(raw)
    return path


def test_files_of_both_layouts_packed_and_not_are_replayed_together_in_order(tmp_path: Path) -> None:
    recorded = written(
        tmp_path / "記録.csv.gz", gzip.compress(tidy([tidy_row(LATE, "17:00", "東京", "8.6")]))
    )
    downloaded = written(tmp_path / "公式.csv", official(EARLY, official_rows({(34, "東京"): 740})))
    changes = [line for line in lines(replay(recorded, downloaded)) if line["kind"] == "transition"]
    assert [(each["published_at"], each["to"], each["margin_percent"]) for each in changes] == [
        (EARLY, "low", "7.40"),
        (LATE, "normal", "8.60"),
    ]


def test_real_publications_are_replayed_the_same_however_often_they_are_named() -> None:
    once = replay(TWO_DAYS, OFFICIAL_DAY)
    assert len([line for line in lines(once) if line["kind"] == "transition"]) > 300
    assert replay(OFFICIAL_DAY, TWO_DAYS, OFFICIAL_DAY).stdout == once.stdout


def test_bad_files_are_refused_with_all_that_is_wrong_and_nothing_is_printed(tmp_path: Path) -> None:
    good = written(tmp_path / "good.csv", tidy([tidy_row(LATE, "17:00", "東京", "7.9")]))
    page = written(tmp_path / "page.csv", b"<html>503</html>")
    short = written(tmp_path / "short.csv", tidy([]).replace(b",area,", b","))
    rows = [tidy_row(LATE, "17:00", "東京", "7.9"), tidy_row(LATE, "17:15", "東京", "7.9"), ["x"] * 9]
    broken = written(tmp_path / "rows.csv", tidy(rows))
    refused = replay(good, page, short, broken, tmp_path / "none.csv", tmp_path)
    assert (refused.exit_code, refused.stdout) == (2, "")
    for told in (
        f"{page}: 公表データではなく Web ページ",
        f"{short} 1行目: 公表データの見出しではありません（足りない列: area）",
        f"{broken}: 読めない行が2行あるため、何も判定していません",
        f"{broken} 3行目 slot_end: 「17:15」は",
        f"{broken} 4行目 published_at",
        f"{tmp_path / 'none.csv'}: ファイルを開けません",
        f"{tmp_path}: ファイルを開けません",
    ):
        assert told in refused.stderr


def test_values_that_nobody_can_read_are_judged_as_missing_and_said(tmp_path: Path) -> None:
    rows = [
        tidy_row(stamp, "17:00", "東京", value)
        for stamp, value in [(EARLY, "7.9"), (LATE, "七"), ("2026-07-22 09:29", "***")]
    ]
    result = replay(written(tmp_path / "a.csv", tidy(rows)))
    told = lines(result)
    assert [line["published_at"] for line in told if line["kind"] == "transition"] == [EARLY]
    assert any(
        line["event"] == "missing" and line["published_at"] == LATE
        for line in told
        if line["kind"] == "notice"
    )
    assert "3行目 wide_reserve_pct: 「七」は数として読めません" in result.stderr


def test_many_warnings_of_a_file_are_counted(tmp_path: Path) -> None:
    rows = [tidy_row(LATE, "17:00", "東京", "7.9")] * 30
    result = replay(written(tmp_path / "a.csv", tidy(rows)))
    assert len(result.stderr.splitlines()) == 21
    assert "ほかに9件の注意があります" in result.stderr


def test_without_a_file_the_usage_is_told() -> None:
    result = CliRunner().invoke(main, ["alerts", "replay"])
    assert result.exit_code == 2
    assert "引数" in result.stderr


@pytest.mark.parametrize("module", ["sqlalchemy", "flask"])
def test_replay_starts_without_database_and_web_stack(module: str, tmp_path: Path) -> None:
    program = (
        "import sys; from helpdesk.commands import main\n"
        f"main(['alerts', 'replay', {str(OFFICIAL_DAY)!r}], standalone_mode=False)\n"
        f"sys.exit({module!r} in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, cwd=Path(__file__).parents[3])
    assert (done.returncode, done.stderr) == (0, b"")
