"""Shares of retailers: exact text, and what stands in for a missing peak."""

import pytest

from helpdesk.imports.retailer_shares import RETAILER_SHARES
from helpdesk.imports.table_file import read_table
from tests.helpdesk.imports.slot_files import TODAY, as_csv, problems_of

pytestmark = pytest.mark.any_database

HEADER = [
    "実需給年度",
    "対象月",
    "エリア",
    "事業者コード",
    "夏季ピーク",
    "冬季ピーク",
    "ピーク時の契約電力",
    "契約電力",
    "代替値",
]


def test_numbers_stay_exact_and_a_retailer_without_a_peak_names_a_substitute(desk, world) -> None:
    rows = [
        ["2026", "4", "関西", "P001", "1,234.50", "1/3", "1000", "0", ""],
        ["2026", "4", "関西", "P002", "", "0", "", "", "12.5"],
    ]
    with desk.database.read_session() as session:
        checked = RETAILER_SHARES.read(session, read_table("a.csv", as_csv([HEADER, *rows])), TODAY)
    kw = [list(entry.values())[4:] for entry in checked.entries]
    assert kw == [["1234.5", "1/3", "1000", "0", ""], ["", "0", "", "", "12.5"]]
    assert checked.rows[0][:2] == ["北浜エナジー株式会社（P001）", "2026年度 4月分 関西"]


def test_everything_wrong_is_found_by_row_and_column(desk, world) -> None:
    rows = [
        ["2026", "4", "関西", "P009", "1", "1", "1", "1", ""],
        ["2026", "4", "関西", "P001", "", "", "1", "1", ""],
        ["2026", "4", "関西", "P001", "1", "", "0", "", ""],
        ["2026", "4", "関西", "P001", "-1", "1e999", "1", "1", "x"],
        ["2026", "5", "関西", "P001", "1", "1", "1", "1", ""],
        ["2026", "5", "関西", "P001", "1", "1", "1", "1", ""],
    ]
    with desk.database.read_session() as session:
        found = problems_of(session, RETAILER_SHARES, as_csv([HEADER, *rows]))
    assert [where for where, _ in found] == [
        "2行目「事業者コード」",
        "3行目「代替値」",
        "4行目「ピーク時の契約電力」",
        "4行目「契約電力」",
        "5行目「夏季ピーク」",
        "5行目「冬季ピーク」",
        "5行目「代替値」",
        "7行目「事業者コード」",
    ]
