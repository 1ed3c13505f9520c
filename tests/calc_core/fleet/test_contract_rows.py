"""resources.csv: one row a contract; each wrong cell is told by line and column, all of them at once."""

from datetime import date
from pathlib import Path

from calc_core.contract_period import ContractPeriod
from calc_core.errors import Problem
from calc_core.fleet.contract_rows import OPTIONAL, REQUIRED, read_resources
from calc_core.fleet.csv_rows import FileProblems
from calc_core.fleet.resource import FleetResource

ROW = "R001,B1,東京,安定電源,1000,900,8000,100,false"
SHORT = ",".join(REQUIRED)
LONG = ",".join((*REQUIRED, *OPTIONAL))
WARNINGS: list[str] = []


def read(tmp_path: Path, *lines: str, encoding: str = "utf-8") -> tuple[list[FleetResource], list[str]]:
    path = tmp_path / "resources.csv"
    path.write_text("\n".join(lines) + "\n", encoding=encoding)
    problems: list[Problem] = []
    found = read_resources(path, FileProblems("resources.csv", problems), WARNINGS)
    return found, [each.where.removeprefix("resources.csv ") for each in problems]


def test_resources_stand_in_the_order_of_their_first_row_with_all_their_contracts(tmp_path) -> None:
    later = ROW.replace("1000,900", "500,400")
    found, problems = read(
        tmp_path,
        LONG,
        f"{ROW},,2026-06-30/24",
        ROW.replace("R001", "R000") + ",,",
        "",
        f"{later},2026-06-30/25,",
        encoding="utf-8-sig",
    )
    assert problems == []
    assert [each.resource for each in found] == ["R001", "R000"]
    assert found[0].periods == (
        ContractPeriod(1_000, 900, 8_000, 100, False, None, (date(2026, 6, 30), 24)),
        ContractPeriod(500, 400, 8_000, 100, False, (date(2026, 6, 30), 25), None),
    )


def test_truth_is_written_as_a_word_or_a_digit(tmp_path) -> None:
    rows = [f"R{number},B,東京,x,1,1,1,0,{word}" for number, word in enumerate(("TRUE", "1", "False", "0"))]
    found, problems = read(tmp_path, SHORT, *rows)
    assert ([each.periods[0].inefficient_coal for each in found], problems) == (
        [True, True, False, False],
        [],
    )


def test_every_wrong_cell_is_told_by_line_and_column(tmp_path) -> None:
    _, problems = read(
        tmp_path,
        LONG,
        "R001,,東京,安定電源,１０００,9.5,-1,1e400,yes,2026-13-01/1,2026-04-01/49",
        'R002,B1,東京,安定電源,"1,000",0,8000,0,1,2026-04-02/1,2026-04-01/48',
        "R003,B1,東京",
    )
    assert problems == [
        "2行目 business",
        "2行目 contract_kw",
        "2行目 assessed_kw",
        "2行目 price_yen_per_kw",
        "2行目 transitional_deduction_yen",
        "2行目 inefficient_coal",
        "2行目 valid_from",
        "2行目 valid_to",
        "3行目 contract_kw",
        "4行目",
    ]


def test_contracts_that_overlap_or_end_before_they_begin_are_told_by_their_row(tmp_path) -> None:
    _, problems = read(
        tmp_path,
        LONG,
        f"{ROW},,2026-06-30/24",
        f"{ROW},2026-06-30/24,",
        ROW.replace("R001", "R002") + ",2026-05-02/1,2026-05-01/1",
    )
    assert problems == ["3行目 valid_from", "4行目 valid_to"]


def test_rows_that_describe_a_resource_otherwise_are_warned_of_and_the_first_counts(tmp_path) -> None:
    found, problems = read(
        tmp_path, LONG, f"{ROW},,2026-06-30/24", ROW.replace("東京", "関西") + ",2026-06-30/25,"
    )
    assert (found[0].area, problems) == ("東京", [])
    assert WARNINGS[-1].startswith("resources.csv 3行目 area")


def test_a_deduction_above_the_contract_is_told(tmp_path) -> None:
    assert read(tmp_path, SHORT, ROW.replace(",100,", ",8000001,"))[1] == ["2行目 transitional_deduction_yen"]


def test_headers_that_are_missing_unknown_or_twice_there_are_told(tmp_path) -> None:
    assert read(tmp_path, SHORT.replace("area", "Area"), ROW)[1] == ["1行目 area", "1行目 Area"]
    assert read(tmp_path, f"{SHORT},area", f"{ROW},東京")[1] == ["1行目 area"]
    assert read(tmp_path, SHORT)[1] == ["resources.csv"]


def test_a_file_in_another_encoding_or_not_there_is_told(tmp_path) -> None:
    assert read(tmp_path, SHORT, ROW, encoding="cp932")[1] == ["2行目"]
    problems: list[Problem] = []
    assert read_resources(tmp_path / "none.csv", FileProblems("none.csv", problems), []) == []
    assert [each.where for each in problems] == ["none.csv"]


def test_a_hundred_problems_are_named_and_the_others_counted(tmp_path) -> None:
    path = tmp_path / "resources.csv"
    path.write_text("\n".join([SHORT, *[ROW.replace("false", "?")] * 150]), encoding="utf-8")
    problems: list[Problem] = []
    in_file = FileProblems("resources.csv", problems)
    read_resources(path, in_file, [])
    in_file.close()
    assert len(problems) == 101
    assert "ほかに 50 件" in problems[-1].message
