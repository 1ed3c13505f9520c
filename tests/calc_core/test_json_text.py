"""JSON input: numbers keep their text, and what could be lost quietly is told with its path."""

from fractions import Fraction

import pytest

from calc_core import exact
from calc_core.errors import InputRefused, Problem
from calc_core.json_text import read_json


def test_a_number_is_read_by_its_text() -> None:
    value = read_json(b'{"a": 0.45, "b": 10000000000000000000001, "c": "0.45"}', "入力", [])
    assert exact.read(value["a"]) == Fraction(9, 20)
    assert exact.read(value["b"]) == 10**22 + 1
    assert isinstance(value["a"], exact.NumberText)
    assert not isinstance(value["c"], exact.NumberText)


@pytest.mark.parametrize("content", [b'{"a": ', b"\xff\xfe", b"[" * 100_000, b""])
def test_what_is_no_json_is_refused_with_its_place(content: bytes) -> None:
    with pytest.raises(InputRefused) as caught:
        read_json(content, "入力", [])
    assert [problem.where for problem in caught.value.problems] == ["入力"]


@pytest.mark.parametrize("word", ["NaN", "Infinity", "-Infinity"])
def test_a_word_for_no_number_is_read_on_and_refused_as_number(word: str) -> None:
    value = read_json(f'{{"a": {word}, "b": 1}}', "入力", [])
    assert exact.read(value["b"]) == 1
    with pytest.raises(ValueError, match=f"{word} は数ではありません"):
        exact.read(value["a"])


@pytest.mark.parametrize(
    ("content", "path", "places"),
    [
        ('{"a": 1, "a": 2, "b": 3, "b": 4, "c": 5}', "", ["a", "b"]),
        ('{"lines": [{"yen": 1}, {"yen": 1, "yen": 2}]}', "", ["lines[1].yen"]),
        ('[{"yen": 1, "yen": 2}]', "lines", ["lines[0].yen"]),
        ('{"a": {"b": 1, "b": {"c": 1, "c": 2}}}', "", ["a.b", "a.b.c"]),
    ],
)
def test_every_repeated_name_is_told_with_its_path_and_the_rest_is_read(
    content: str, path: str, places: list[str]
) -> None:
    problems: list[Problem] = []
    assert read_json(content, "入力", problems, path)
    assert [problem.where for problem in problems] == places


def test_a_byte_order_mark_is_no_problem() -> None:
    assert read_json("\ufeff{}".encode(), "入力", []) == {}
