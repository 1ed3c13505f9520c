"""coal.csv: months added up to the year; missing ones are warned of, wrong ones told by line and column."""

from fractions import Fraction
from pathlib import Path

from calc_core.coal_year import CoalYear
from calc_core.errors import Problem
from calc_core.fleet.coal_rows import read_coal
from calc_core.fleet.csv_rows import FileProblems

HEADER = "resource,month,metered_kwh,low_reserve_kwh,coal_kw,total_kw"
MONTHS = [f"2026-{month:02}" for month in range(4, 13)] + [f"2027-{month:02}" for month in (1, 2, 3)]


def read(tmp_path: Path, *lines: str) -> tuple[dict[str, CoalYear], list[str], list[str]]:
    path = tmp_path / "coal.csv"
    path.write_text("\n".join((HEADER, *lines)), encoding="utf-8")
    problems: list[Problem] = []
    warnings: list[str] = []
    found = read_coal(path, 2026, {"R1", "R2"}, FileProblems("coal.csv", problems), warnings)
    return found, [each.where.removeprefix("coal.csv ") for each in problems], warnings


def test_twelve_months_are_the_year(tmp_path) -> None:
    found, problems, warnings = read(tmp_path, *(f"R1,{month},100.5,0.5,7,9" for month in MONTHS))
    assert found == {"R1": CoalYear(Fraction(1_206), Fraction(6), Fraction(7), Fraction(9))}
    assert (problems, warnings) == ([], [])


def test_fewer_months_are_added_up_with_a_warning(tmp_path) -> None:
    found, problems, warnings = read(tmp_path, *(f"R1,{month},1,0,," for month in MONTHS[1:]))
    assert (found["R1"], problems) == (CoalYear(Fraction(11), Fraction(0)), [])
    assert len(warnings) == 1
    assert "4月 がない" in warnings[0]


def test_what_is_wrong_is_told_by_line_and_column(tmp_path) -> None:
    _, problems, _ = read(
        tmp_path,
        "R9,2026-04,1,0,,",
        "R1,4,1,0,,",
        "R1,2026-03,1,0,,",
        "R1,2026-04,x,-1,5,",
        "R1,2026-04,1,0,,",
        "R2,2026-04,1,0,5,6",
        "R2,2026-05,1,0,5,7",
        "R2,2026-06,1,0,5,6",
    )
    assert problems == [
        "2行目 resource",
        "3行目 month",
        "4行目 month",
        "5行目 metered_kwh",
        "5行目 low_reserve_kwh",
        "5行目 total_kw",
        "6行目 month",
        "8行目 total_kw",
    ]


def test_kw_of_coal_stand_with_the_whole_and_below_it(tmp_path) -> None:
    assert read(tmp_path, "R1,2026-04,1,0,5,")[1] == ["2行目 total_kw"]
    assert read(tmp_path, "R1,2026-04,1,0,5,4")[1] == ["2行目 coal_kw"]
    assert read(tmp_path, "R1,2026-04,x,-1,,")[1] == ["2行目 metered_kwh", "2行目 low_reserve_kwh"]


def test_a_wrong_month_or_resource_hides_nothing_else_of_its_row(tmp_path) -> None:
    assert read(tmp_path, "R1,2026-4,x,-1,5,4", "R9,2027-04,1,y,0,0")[1] == [
        "2行目 month",
        "2行目 metered_kwh",
        "2行目 low_reserve_kwh",
        "2行目 coal_kw",
        "3行目 month",
        "3行目 low_reserve_kwh",
        "3行目 coal_kw",
        "3行目 resource",
    ]
