"""Auction results: quantity and price of an area, main and additional apart."""

import pytest

from helpdesk.imports.auction_results import AUCTION_RESULTS
from helpdesk.imports.table_file import read_table
from tests.helpdesk.imports.slot_files import TODAY, as_csv, problems_of

pytestmark = pytest.mark.any_database

HEADER = ["年度", "オークション", "エリア", "約定容量（kW）", "約定価格（円/kW）"]


def read(content: bytes):
    return AUCTION_RESULTS.read(None, read_table("a.csv", content), TODAY)


def test_main_and_additional_auctions_stand_beside_each_other() -> None:
    rows = [
        ["2026", "メイン", "関西エリア", "25,123,456", "5,832"],
        ["2026", "追加オークション", "関西", "1", "0"],
    ]
    checked = read(as_csv([HEADER, *rows]))
    assert [(entry["auction"], entry["area"], entry["quantity_kw"]) for entry in checked.entries] == [
        ("main", "関西", 25_123_456),
        ("additional", "関西", 1),
    ]
    assert checked.rows[0] == ["2026年度 メインオークション", "関西", "25,123,456", "5,832"]


def test_everything_wrong_is_found_by_row_and_column() -> None:
    rows = [
        ["2026", "調整", "沖縄", "1.5", "5.5"],
        ["2026", "main", "東京", "1", "1"],
        ["2026", "メイン", "東京", "2", "1"],
    ]
    found = problems_of(None, AUCTION_RESULTS, as_csv([HEADER, *rows]))
    assert [where for where, _ in found] == [
        "2行目「オークション」",
        "2行目「エリア」",
        "2行目「約定容量」",
        "2行目「約定価格」",
        "4行目「エリア」",
    ]
    assert found[0][1] == "「調整」はありません。メイン か 追加 にしてください"
