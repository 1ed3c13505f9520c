"""Columns of a Parquet file as whole numbers: exact or not at all."""

from datetime import datetime, timedelta
from decimal import Decimal

import numpy as np
import pyarrow as pa
import pytest

from calc_core.errors import Problem
from calc_core.fleet.columns import dates, positions, rows_of, whole_numbers
from calc_core.fleet.csv_rows import FileProblems


def read(values: pa.Array, limits=(0, 127)) -> tuple[list[int] | None, list[str]]:
    problems: list[Problem] = []
    found = whole_numbers(pa.table({"a": values}), "a", np.int8, limits, FileProblems("f", problems))
    return None if found is None else found.tolist(), [each.where for each in problems]


@pytest.mark.parametrize("kind", [pa.int8(), pa.uint64(), pa.float32(), pa.float64(), pa.decimal128(25, 3)])
def test_whole_values_are_taken_from_any_column_of_numbers(kind) -> None:
    assert read(pa.array([0, 5, 127]).cast(kind)) == ([0, 5, 127], [])


@pytest.mark.parametrize(
    ("values", "places"),
    [
        (pa.array([1.0, 1.5, float("nan"), float("inf")]), ["f 2行目 a", "f 3行目 a", "f 4行目 a"]),
        (pa.array([1, 128, -1]), ["f 2行目 a", "f 3行目 a"]),
        (pa.array([Decimal("1.5")]), ["f a"]),
        (pa.array(["1"]), ["f a"]),
        (pa.array([True]), ["f a"]),
    ],
)
def test_anything_else_is_told(values, places) -> None:
    assert read(values) == (None, places)


def test_midnights_are_dates_and_other_moments_are_not() -> None:
    day = datetime(2026, 4, 1)  # noqa: DTZ001
    problems: list[Problem] = []
    for kind in (pa.timestamp("ns"), pa.timestamp("us"), pa.date64(), pa.date32()):
        table = pa.table({"date": pa.array([day, None]).cast(kind)})
        assert dates(table, FileProblems("f", problems)).to_pylist() == [day.date(), None]
    for values in (
        pa.array([day + timedelta(hours=9)]),
        pa.array([day]).cast(pa.timestamp("ns", "Asia/Tokyo")),
    ):
        assert dates(pa.table({"date": values}), FileProblems("f", problems)) is None
    assert len(problems) == 2


def test_chunks_with_their_own_words_are_one_column() -> None:
    chunks = [pa.array(names).dictionary_encode() for names in (["x", "y"], ["y", "z", "y"])]
    problems: list[Problem] = []
    table = pa.table({"resource": pa.chunked_array(chunks)})
    found = positions(table, {"x": 0, "y": 1, "z": 2}, FileProblems("f", problems))
    assert (found.tolist(), problems) == ([0, 1, 1, 2, 1], [])
    assert positions(table, {"x": 0, "z": 2}, FileProblems("f", problems)) is None
    assert "（y、最初は 2行目から）" in problems[0].message


def test_many_rows_are_counted() -> None:
    problems: list[Problem] = []
    rows_of(np.ones(50, bool), "a", "悪い", FileProblems("f", problems))
    assert len(problems) == 21
    assert "ほかに 30 行" in problems[-1].message
