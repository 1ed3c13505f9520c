"""H3 demand: kW and deduction of each area."""

import pytest

from helpdesk.imports.area_demand import AREA_DEMAND
from helpdesk.imports.table_file import read_table
from tests.helpdesk.imports.slot_files import TODAY, as_csv, problems_of

pytestmark = pytest.mark.any_database

HEADER = ["実需給年度", "エリア", "H3需要(kW)", "経過措置控除額（円）"]


def test_an_area_without_a_deduction_has_none() -> None:
    content = as_csv([HEADER, ["2026", "北海道", "4,500,000", ""], ["2026", "九州", "1", "1円"]])
    checked = AREA_DEMAND.read(None, read_table("a.csv", content), TODAY)
    assert [(entry["h3_demand_kw"], entry["transitional_deduction_yen"]) for entry in checked.entries] == [
        (4_500_000, 0),
        (1, 1),
    ]


def test_everything_wrong_is_found_by_row_and_column() -> None:
    rows = [["26", "関西", "x", "-1"], ["2026", "中国", "1", "0"], ["2026", "中国", "1", "0"]]
    found = problems_of(None, AREA_DEMAND, as_csv([HEADER, *rows]))
    assert [where for where, _ in found] == [
        "2行目「実需給年度」",
        "2行目「H3需要」",
        "2行目「経過措置控除額」",
        "4行目「エリア」",
    ]
