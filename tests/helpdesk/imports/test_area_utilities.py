"""Utilities of areas: whom the share of an area is claimed from, since when; a correction is a further version."""

from datetime import date

import pytest

from cases.history import SYSTEM
from helpdesk.imports.area_utilities import AREA_UTILITIES
from helpdesk.imports.table_file import read_table
from helpdesk.register.area_utilities import utilities_in_force
from tests.helpdesk.imports.slot_files import TODAY, as_csv, problems_of

HEADER = ["エリア", "適用開始日", "事業者コード"]


@pytest.mark.any_database
def test_everything_wrong_is_found_by_row_and_column(desk, world) -> None:
    rows = [
        ["沖縄", "2026-04-01", "P001"],
        ["関西", "2026-02-30", "P009"],
        ["関西エリア", "2026/4/1", "P001"],
        ["関西", "2026-04-01", "P002"],
    ]
    with desk.database.read_session() as session:
        found = problems_of(session, AREA_UTILITIES, as_csv([HEADER, *rows]))
    assert [where for where, _ in found] == [
        "2行目「エリア」",
        "3行目「適用開始日」",
        "3行目「事業者コード」",
        "5行目「エリア」",
    ]


def test_another_business_of_the_same_day_is_a_correction_told_by_name(desk, world, now) -> None:
    def take(*rows: list[str]):
        with desk.database.write_session() as session:
            checked = AREA_UTILITIES.read(session, read_table("a.csv", as_csv([HEADER, *rows])), TODAY)
            kept = AREA_UTILITIES.keep(session, desk, checked, file=None, by=SYSTEM, now=now)
            return checked, kept

    checked, kept = take(["関西", "2026-04-01", "P001"], ["東京", "2026-04-01", "P002"])
    assert checked.rows[0] == ["関西", "2026-04-01", "北浜エナジー株式会社（P001）"]
    assert (kept.new, kept.corrected, kept.known) == (2, 0, 0)
    _, kept = take(["関西", "2026-04-01", "P002"], ["東京", "2026-04-01", "P002"])
    assert (kept.new, kept.corrected, kept.known) == (0, 1, 1)
    assert "北浜エナジー株式会社 → " in kept.changes[0]
    with desk.database.read_session() as session:
        assert list(utilities_in_force(session, date(2026, 4, 30))) == ["東京", "関西"]
        assert len(set(utilities_in_force(session, date(2026, 4, 1)).values())) == 1
        assert utilities_in_force(session, date(2026, 3, 31)) == {}
