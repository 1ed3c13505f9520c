"""events.parquet: one row an event; numbers exact whatever their column, problems by row and column."""

from datetime import date
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from calc_core.errors import Problem
from calc_core.fleet.csv_rows import FileProblems
from calc_core.fleet.event_rows import read_events
from calc_core.slot_event import SlotEvent

DAY = date(2026, 4, 1)
OFFER = {
    "resource": "R1",
    "date": DAY,
    "slot": 3,
    "event": "market_offer",
    "limit_kw": 9,
    "planned_kw": 1,
    "offered_kw": 2,
}
ORDER = {"resource": "R1", "date": DAY, "slot": 4, "event": "dispatch_order", "kind": "generation"}


def read(tmp_path: Path, *rows: dict, **kinds: pa.DataType) -> tuple[dict, list[str]]:
    names = list(dict.fromkeys(name for row in rows for name in row))
    table = pa.table({name: pa.array([row.get(name) for row in rows], kinds.get(name)) for name in names})
    pq.write_table(table, tmp_path / "events.parquet")
    problems: list[Problem] = []
    path = tmp_path / "events.parquet"
    found = read_events(path, 2026, {"R1": 0, "R2": 1}, FileProblems("events.parquet", problems))
    return found, [each.where.removeprefix("events.parquet ") for each in problems]


def test_events_are_read_with_what_their_rule_takes(tmp_path) -> None:
    order = ORDER | {"baseline_kwh": Decimal("1.50"), "metered_kwh": Decimal("2.25")}
    found, problems = read(tmp_path, OFFER, order, OFFER | {"resource": "R2"})
    assert problems == []
    inputs = {"limit_kw": 9, "planned_kw": 1, "offered_kw": 2}
    assert found["R1"] == [
        SlotEvent(DAY, 3, "market_offer", inputs),
        SlotEvent(
            DAY,
            4,
            "dispatch_order",
            {"baseline_kwh": Fraction(3, 2), "metered_kwh": Fraction(9, 4), "kind": "generation"},
        ),
    ]
    assert found["R2"] == [SlotEvent(DAY, 3, "market_offer", inputs)]


def test_text_is_exact_and_floats_are_taken_where_they_are_whole(tmp_path) -> None:
    found, problems = read(tmp_path, ORDER | {"baseline_kwh": 5.0, "metered_kwh": "1/3"})
    assert (found["R1"][0].inputs["metered_kwh"], problems) == (Fraction(1, 3), [])
    assert read(tmp_path, ORDER | {"baseline_kwh": 0.1, "metered_kwh": "1"})[1] == ["1行目 baseline_kwh"]


def test_an_empty_float_is_no_value(tmp_path) -> None:
    order = ORDER | {"baseline_kwh": 5, "metered_kwh": 1, "limit_kw": float("nan")}
    assert read(tmp_path, order)[1] == []


def test_what_is_wrong_is_told_by_row_and_column(tmp_path) -> None:
    _, problems = read(
        tmp_path,
        OFFER | {"resource": "R9"},
        OFFER | {"slot": 49},
        OFFER | {"date": date(2027, 4, 1)},
        OFFER | {"event": "party"},
        OFFER | {"limit_kw": -1},
        OFFER | {"offered_kw": None},
        OFFER | {"kind": "generation"},
        OFFER,
        OFFER,
        ORDER | {"baseline_kwh": 1, "metered_kwh": 1, "kind": "solar"},
    )
    assert problems == [
        "1行目 resource",
        "2行目 slot",
        "3行目 date",
        "4行目 event",
        "5行目 limit_kw",
        "6行目 offered_kw",
        "7行目 kind",
        "9行目 slot",
        "10行目 kind",
    ]


def test_columns_that_no_rule_takes_and_files_that_are_none_are_told(tmp_path) -> None:
    assert read(tmp_path, OFFER | {"assessed_kw": 5})[1] == ["assessed_kw"]
    assert read(tmp_path, {"resource": "R1", "slot": 1})[1] == ["date", "event"]
    (tmp_path / "events.parquet").write_bytes(b"PAR1 and no more")
    problems: list[Problem] = []
    assert read_events(tmp_path / "events.parquet", 2026, {}, FileProblems("events.parquet", problems)) == {}
    assert len(problems) == 1
