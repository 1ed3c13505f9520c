"""JSON input: numbers keep their text, and what could be lost quietly is refused."""

from fractions import Fraction

import pytest

from calc_core import exact
from calc_core.errors import InputRefused
from calc_core.json_text import read_json


def test_a_number_is_read_by_its_text() -> None:
    value = read_json(b'{"a": 0.45, "b": 10000000000000000000001, "c": "0.45"}', "入力")
    assert exact.read(value["a"]) == Fraction(9, 20)
    assert exact.read(value["b"]) == 10**22 + 1
    assert isinstance(value["a"], exact.NumberText)
    assert not isinstance(value["c"], exact.NumberText)


@pytest.mark.parametrize(
    ("content", "where"),
    [
        (b'{"a": 1, "a": 2}', "a"),
        (b'{"a": NaN}', "入力"),
        (b'{"a": -Infinity}', "入力"),
        (b'{"a": ', "入力"),
        (b"\xff\xfe", "入力"),
        (b"[" * 100_000, "入力"),
        (b"", "入力"),
    ],
)
def test_what_is_no_plain_json_is_refused_with_its_place(content: bytes, where: str) -> None:
    with pytest.raises(InputRefused) as caught:
        read_json(content, where="入力")
    assert caught.value.problems[0].where == where


def test_a_byte_order_mark_is_no_problem() -> None:
    assert read_json("\ufeff{}".encode(), "入力") == {}
