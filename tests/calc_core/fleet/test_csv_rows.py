"""Rows of a CSV file: numbers exact, problems named up to a limit and counted beyond it."""

from fractions import Fraction
from pathlib import Path

from calc_core.errors import Problem
from calc_core.fleet.csv_rows import FileProblems, read_rows


def rows(tmp_path: Path, content: bytes) -> tuple[list, list[Problem]]:
    path = tmp_path / "f.csv"
    path.write_bytes(content)
    problems: list[Problem] = []
    return list(read_rows(path, ("a",), ("b",), FileProblems("f.csv", problems))), problems


def test_numbers_are_exact_and_never_negative(tmp_path) -> None:
    (first, second, third), problems = rows(tmp_path, b"a,b\n0.45,x\n-1,\n1e3,\n")
    assert first.number("a") == Fraction(9, 20)
    assert (second.number("a"), third.whole("a"), first.whole("a")) == (None, 1_000, None)
    assert [each.where for each in problems] == ["f.csv 3行目 a", "f.csv 2行目 a"]


def test_quotes_that_do_not_close_are_told(tmp_path) -> None:
    _, problems = rows(tmp_path, b'a\n"x\n')
    assert ["CSV として読めません" in each.message for each in problems] == [True]


def test_lines_are_those_of_the_file_even_behind_a_cell_of_two_lines(tmp_path) -> None:
    found, _ = rows(tmp_path, b'a,b\r\n1,"x\r\ny"\r\n2,\r\n')
    assert [each.line for each in found] == [3, 4]
