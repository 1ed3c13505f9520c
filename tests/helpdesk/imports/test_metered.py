"""Metered values: a row a resource and day, kWh in 48 columns, exact."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpdesk.imports.columns import TableReader
from helpdesk.imports.metered import METERED
from helpdesk.imports.quantities import read_wh
from helpdesk.imports.slot_columns import SLOT_COLUMNS, read_energies
from helpdesk.imports.table_file import read_table
from helpdesk.register.models import NO_VALUE
from tests.helpdesk.imports.slot_files import LABELS, TODAY, as_csv, problems_of
from tests.helpdesk.imports.tables import workbook

pytestmark = pytest.mark.any_database

HEADER = ["電源等コード", "対象日", *LABELS]


def test_headings_are_ends_of_slots_or_numbers_and_cells_what_people_write(desk, world) -> None:
    numbered = ["電源コード", "日付", *(f"{slot}コマ" for slot in range(1, 49))]
    content = as_csv([numbered, ["ｒ-１", "令和8年4月1日", "1,234.5", "", "１２", *["0"] * 45]])
    with desk.database.read_session() as session:
        checked = METERED.read(session, read_table("a.csv", content.decode().encode("cp932")), TODAY)
    [entry] = checked.entries
    assert (entry.kind, entry.resource_id) == ("metered_wh", world.resources["R-1"])
    assert entry.cells[:4].tolist() == [1_234_500, NO_VALUE, 12_000, 0]
    assert checked.rows == [["北浜発電所 1号機（R-1）", "2026-04-01", "47コマ 合計 1,246.5 kWh"]]
    assert checked.warnings == ["1 件 北浜発電所 1号機（R-1） 1コマは空です。値なしとして登録します"]


def test_unknown_resources_negative_values_and_days_ahead_are_all_named(desk, world) -> None:
    rows = [
        ["R-9", "2026-04-01", *["1"] * 48],
        ["R-1", "2026-07-01", "-3", *["1"] * 47],
        ["R-1", "2026-04-01", *["1"] * 48, "2"],
        ["", "", *["1"] * 48],
    ]
    with desk.database.read_session() as session:
        assert problems_of(session, METERED, as_csv([HEADER, *rows])) == [
            ("2行目「電源等コード」", "電源等「R-9」は登録されていません。コードを確かめてください"),
            ("3行目「対象日」", "今日（2026-06-30）より先の日です"),
            ("3行目「00:30」", "「-3」は 0 以上ではありません"),
            (
                "4行目",
                "見出しより列が多くあります。値の中のカンマが引用符で囲まれているか確かめてください",
            ),
            ("5行目「電源等コード」", "空です。値を入れてください"),
            ("5行目「対象日」", "空です。値を入れてください"),
        ]


@pytest.mark.parametrize("midnight", ["24:00", "1 day, 0:00:00", "1900-01-01"])
def test_a_workbook_may_hold_times_as_headings(midnight: str) -> None:
    times = [f"{label}:00" for label in LABELS[:-1]]
    table = read_table("a.xlsx", workbook([[*times, midnight], [0.5, *[2] * 47]]))
    reader = TableReader(table, SLOT_COLUMNS)
    reader.at(table.rows[0])
    energies = read_energies(reader)
    assert energies is not None
    assert energies.values_wh[:2].tolist() == [500, 2_000]


_CELLS = st.one_of(
    st.integers(0, 2_147_483).map(str),
    st.integers(0, 2_147_483_647).map(lambda wh: f"{wh // 1000}.{wh % 1000:03d}"),
    st.integers(0, 2_147_483).map(lambda kwh: f"{kwh:,}"),
    st.just(""),
)


@settings(max_examples=50)
@given(st.lists(_CELLS, min_size=48, max_size=48))
def test_the_fast_path_and_the_slow_one_agree(cells: list[str]) -> None:
    table = read_table("a.csv", as_csv([["x", *LABELS], ["x", *cells]]))
    reader = TableReader(table, SLOT_COLUMNS)
    reader.at(table.rows[0])
    energies = read_energies(reader)
    assert energies is not None
    assert energies.values_wh.tolist() == [read_wh(cell) if cell else NO_VALUE for cell in cells]
    assert energies.empty == cells.count("")
