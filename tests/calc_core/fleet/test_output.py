"""The result as a file: exact text, written whole or not at all."""

from fractions import Fraction
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from calc_core.errors import InputRefused
from calc_core.fleet.month import FleetMonth, FleetResult
from calc_core.fleet.output import COLUMNS, writer_for

RESULT = FleetResult(
    2026,
    [
        FleetMonth("R,1", 12, Fraction(1, 3), 1, Fraction(9, 20), 9, 0, -1, 5),
        FleetMonth("R,1", 1, Fraction(0), 0, Fraction(9, 20), 9, 4, 3, 5),
    ],
    [],
)


def test_csv_and_parquet_hold_the_same_exact_rows(tmp_path) -> None:
    writer_for(tmp_path / "o.CSV")(RESULT)
    writer_for(tmp_path / "o.parquet")(RESULT)
    assert (tmp_path / "o.CSV").read_text(encoding="utf-8").splitlines() == [
        ",".join(COLUMNS),
        '"R,1",2026-12,1/3,0.45,0,-1,5',
        '"R,1",2027-01,0,0.45,4,3,5',
    ]
    rows = pq.read_table(tmp_path / "o.parquet").to_pylist()
    assert [list(row.values()) for row in rows] == [
        ["R,1", "2026-12", "1/3", "0.45", 0, -1, 5],
        ["R,1", "2027-01", "0", "0.45", 4, 3, 5],
    ]


def test_a_file_that_is_there_is_replaced_or_left_as_it_was(tmp_path, monkeypatch) -> None:
    path = tmp_path / "o.csv"
    path.write_text("old", encoding="utf-8")

    def fail(*_: object) -> None:
        raise OSError(28, "No space left on device")

    write = writer_for(path)
    with monkeypatch.context() as broken:
        broken.setattr(Path, "replace", fail)
        with pytest.raises(OSError, match="No space"):
            write(RESULT)
    assert [each.name for each in tmp_path.iterdir()] == ["o.csv"]
    assert path.read_text(encoding="utf-8") == "old"
    write(RESULT)
    assert path.read_text(encoding="utf-8").startswith("resource,")


@pytest.mark.parametrize("name", ["o.xlsx", "o", "none/o.csv"])
def test_a_place_that_cannot_be_written_is_refused_before_anything_is_computed(tmp_path, name) -> None:
    with pytest.raises(InputRefused):
        writer_for(tmp_path / name)


def test_an_amount_that_parquet_cannot_hold_is_refused_by_its_place_and_csv_holds_it(tmp_path) -> None:
    month = FleetMonth("R1", 4, Fraction(0), 0, Fraction(0), 0, 0, 2**63, -(2**63))
    result = FleetResult(2026, [month], [])
    with pytest.raises(InputRefused) as caught:
        writer_for(tmp_path / "o.parquet")(result)
    assert [each.where for each in caught.value.problems] == ["R1 2026-04 penalty_total_yen"]
    assert list(tmp_path.iterdir()) == []
    writer_for(tmp_path / "o.csv")(result)
    assert "R1,2026-04,0,0,0,9223372036854775808,-9223372036854775808" in (tmp_path / "o.csv").read_text()
