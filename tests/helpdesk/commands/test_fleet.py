"""`helpdesk fleet assess` as a script uses it: files in, a file out, exit codes, and a start without the web stack."""

import csv
import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner, Result

from calc_core import exact
from calc_core.contract_period import ContractPeriod
from calc_core.fiscal_year import days_in_month, months_until
from calc_core.fleet import FleetResource, FleetSlots
from helpdesk.commands import main
from tests.calc_core.fleet.folder import write_fleet
from tests.calc_core.fleet.slow_fleet import slow_months

YEAR = 2026
COLUMNS = [
    "resource",
    "month",
    "shortfall_slots",
    "cumulative_slots",
    "penalty_outage_yen",
    "penalty_total_yen",
    "payment_yen",
]


def fleet(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["fleet", "assess", *arguments], catch_exceptions=False)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Three resources from April to June, not in the order of their names."""
    contract = ContractPeriod(12_000, 12_000, 8_000)
    resources = [
        FleetResource(name, "B1", "東京", "安定電源", (replace(contract, assessed_kw=kw),))
        for name, kw in (("R3", 12_000), ("R1", 7_000), ("R2", 9_000))
    ]
    months = {}
    for month in months_until(6):
        shape = (3, days_in_month(YEAR, month), 48)
        multiplier = np.full(shape, 5, np.int8)
        months[month] = FleetSlots(
            (np.arange(np.prod(shape)) % 13_000).reshape(shape).astype(np.int32), multiplier
        )
    inputs = tmp_path / "in"
    inputs.mkdir()
    return write_fleet(inputs, YEAR, resources, months)


def written(path: Path) -> list[dict]:
    if path.suffix == ".parquet":
        return pq.read_table(path).to_pylist()
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_the_file_holds_each_resource_and_month_as_an_exact_calculation_has_it(folder, tmp_path) -> None:
    as_csv, as_parquet = tmp_path / "out.csv", tmp_path / "out.parquet"
    for output in (as_csv, as_parquet):
        done = fleet("--year", "2026", "--input", str(folder), "--output", str(output))
        assert done.exit_code == 0, done.stderr
    rows = written(as_csv)
    assert list(rows[0]) == COLUMNS
    assert rows == [{name: str(value) for name, value in row.items()} for row in written(as_parquet)]
    assert [(row["resource"], row["month"]) for row in rows[:4]] == [
        ("R3", "2026-04"),
        ("R3", "2026-05"),
        ("R3", "2026-06"),
        ("R1", "2026-04"),
    ]
    tables = {
        month: [
            pq.read_table(folder / f"slots-2026-{month:02}.parquet").column(name).to_pylist()
            for name in ("offered_kw", "multiplier")
        ]
        for month in (4, 5, 6)
    }
    for number, (name, kw) in enumerate((("R3", 12_000), ("R1", 7_000), ("R2", 9_000))):
        resource = FleetResource(name, "", "", "", (ContractPeriod(12_000, kw, 8_000),))
        own = {
            month: [values[number * len(values) // 3 : (number + 1) * len(values) // 3] for values in table]
            for month, table in tables.items()
        }
        for row, expected in zip(
            rows[number * 3 :], slow_months(YEAR, resource, own, tight_hours=1), strict=False
        ):
            assert row["shortfall_slots"] == exact.text(expected["shortfall_slots"])
            assert row["cumulative_slots"] == exact.text(expected["cumulative_slots"])
            for column in COLUMNS[4:]:
                assert int(row[column]) == expected[column]


def test_the_summary_is_json_on_stdout_and_progress_stands_on_stderr(folder, tmp_path) -> None:
    done = fleet("--year", "2026", "--input", str(folder), "--output", str(tmp_path / "o.csv"), "--json")
    summary = json.loads(done.stdout)
    rows = written(tmp_path / "o.csv")
    assert summary["rows"] == len(rows) == 9
    assert int(summary["payment_yen"]) == sum(int(row["payment_yen"]) for row in rows)
    assert int(summary["penalty_total_yen"]) == sum(int(row["penalty_total_yen"]) for row in rows) > 0
    assert "6月分まで算定しました（3/3）" in done.stderr
    assert len(summary["warnings"]) == 3


def test_caps_are_taken_from_the_file_of_parameters(folder, tmp_path) -> None:
    path = tmp_path / "p.toml"
    path.write_text('["penalty/caps"]\nmonthly_ratio = {2026 = "0.001"}\nannual_ratio = {2026 = "1"}\n')
    output = tmp_path / "out.csv"
    done = fleet("--year", "2026", "--input", str(folder), "--output", str(output), "--parameters", str(path))
    assert done.exit_code == 0, done.stderr
    assert {row["penalty_total_yen"] for row in written(output)} <= {"0", "96000"}
    assert any(int(row["penalty_outage_yen"]) > 96_000 for row in written(output))


def test_what_is_refused_names_every_place_and_writes_nothing(folder, tmp_path) -> None:
    text = (folder / "resources.csv").read_text(encoding="utf-8").replace(",7000,", ",7000.5,")
    (folder / "resources.csv").write_text(text.replace("false", "maybe", 1), encoding="utf-8")
    (folder / "slots-2026-05.parquet").unlink()
    output = tmp_path / "out.csv"
    output.write_text("as it was", encoding="utf-8")
    done = fleet("--year", "2026", "--input", str(folder), "--output", str(output))
    assert done.exit_code == 2
    assert done.stdout == ""
    for place in ("slots-2026-05.parquet", "2行目 inefficient_coal", "3行目 assessed_kw"):
        assert place in done.stderr
    assert output.read_text(encoding="utf-8") == "as it was"
    assert [each.name for each in tmp_path.iterdir() if each.name.startswith(".")] == []


def test_a_year_a_suffix_or_a_parameter_that_makes_no_sense_is_refused(folder, tmp_path) -> None:
    output = str(tmp_path / "out.csv")
    assert "fiscal_year" in fleet("--year", "きのう", "--input", str(folder), "--output", output).stderr
    wrong = fleet("--year", "2026", "--input", str(folder), "--output", str(tmp_path / "out.xlsx"))
    assert (wrong.exit_code, "拡張子は .csv か .parquet" in wrong.stderr) == (2, True)
    nowhere = fleet("--year", "2026", "--input", str(folder), "--output", str(tmp_path / "no" / "o.csv"))
    assert nowhere.exit_code == 2
    path = tmp_path / "p.toml"
    path.write_text('["penalty/outage_plan"]\nallowed_outage_slots = {2026 = "1"}\n')
    done = fleet(
        "--year", "2026", "--input", str(folder), "--output", output, "--parameters", str(path), "--json"
    )
    assert done.exit_code == 2
    told = json.loads(done.stderr.splitlines()[-1])
    assert told["error"]["problems"][0]["where"] == "penalty/outage_plan.allowed_outage_slots"
    assert not Path(output).exists()


def test_it_starts_without_the_web_stack_and_the_database() -> None:
    code = (
        "import sys, helpdesk.commands.fleet\n"
        "print([name for name in ('flask', 'sqlalchemy', 'pandas', 'numba') if name in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, check=True, text=True, timeout=60
    )
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize(
    "name", ["resources.csv", "coal.csv", "slots-2026-04.parquet", "slots-2026-07.parquet"]
)
def test_the_output_never_takes_the_place_of_an_input(folder, name) -> None:
    before = {each.name: each.read_bytes() for each in folder.iterdir()}
    done = fleet("--year", "2026", "--input", str(folder), "--output", str(folder / ".." / "in" / name))
    assert done.exit_code == 2
    assert "入力のファイルの名前です" in done.stderr
    assert {each.name: each.read_bytes() for each in folder.iterdir()} == before


def test_an_amount_too_large_for_parquet_is_a_problem_and_writes_nothing(folder, tmp_path) -> None:
    rows = (folder / "resources.csv").read_text(encoding="utf-8-sig").replace(",8000,", f",{10**18},")
    (folder / "resources.csv").write_text(rows, encoding="utf-8")
    done = fleet("--year", "2026", "--input", str(folder), "--output", str(tmp_path / "out.parquet"))
    assert done.exit_code == 2
    assert "R3 2026-04 payment_yen: Parquet の整数の列に入らない額です" in done.stderr
    assert [each.name for each in tmp_path.iterdir()] == ["in"]


def test_a_year_without_rules_is_told_before_its_files_are_looked_for(folder, tmp_path) -> None:
    done = fleet("--year", "2023", "--input", str(folder), "--output", str(tmp_path / "o.csv"))
    assert done.exit_code == 2
    assert "2024年度から適用されます" in done.stderr
    assert "slots-2023-04.parquet" not in done.stderr
