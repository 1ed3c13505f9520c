"""`helpdesk calc run --batch`: a thousand lines in one process, no start-up for each."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.benchmarks.measuring import report, side_by_side

LINE = {
    "rule": "penalty/outage_plan",
    "fiscal_year": 2026,
    "inputs": {"contract_amount_yen": 184_064_000, "shortfall_slots": "8736"},
}


def answered(path: Path) -> list[dict]:
    done = subprocess.run(
        [
            sys.executable,
            "-c",
            "from helpdesk.commands import main; main()",
            "calc",
            "run",
            "--batch",
            str(path),
        ],
        capture_output=True,
        check=True,
        timeout=120,
    )
    return [json.loads(line) for line in done.stdout.splitlines()]


@pytest.fixture
def lines(tmp_path: Path) -> dict[int, Path]:
    """Files of that many lines."""
    paths = {count: tmp_path / f"{count}.jsonl" for count in (1, 100, 1_000)}
    for count, path in paths.items():
        path.write_text(f"{json.dumps(LINE)}\n" * count, encoding="utf-8")
    return paths


def test_a_thousand_lines_are_answered_in_one_process_without_a_start_for_each(lines, capsys) -> None:
    answers = answered(lines[1_000])
    assert len(answers) == 1_000
    assert all(answer == answers[0] and "value" in answer for answer in answers)
    seconds = side_by_side(
        3,
        one=lambda: answered(lines[1]),
        hundred=lambda: answered(lines[100]),
        thousand=lambda: answered(lines[1_000]),
    )
    report(capsys, "calc run --batch, lines", seconds)
    a_line = (seconds["thousand"] - seconds["hundred"]) / 900
    assert a_line < seconds["one"] / 20  # what a start costs, divided among twenty
