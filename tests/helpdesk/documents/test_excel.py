"""A workbook has typed cells, a cover, the charts as pictures; nothing in it runs; it is the same every time."""

import io
from datetime import UTC, date, datetime

import openpyxl
import pytest

from helpdesk.documents.document import Column, Document, Table
from helpdesk.documents.excel import write_excel
from tests.helpdesk.documents.sample_documents import every_block, hostile, long_table

CREATED = datetime(2026, 6, 30, 1, 0, tzinfo=UTC)
TABLE = Table(
    "週次報告/問合せ",
    [
        Column("件名", width=40),
        Column("件数", "whole"),
        Column("額", "yen"),
        Column("受付", "moment"),
        Column("日", "day"),
    ],
    [
        ["=1+1", 12345678901, -3, CREATED, date(2026, 6, 30)],
        ["+81-3-0000-0000 に電話", 0, None, None, None],
        ["http://example.invalid/", 1, 2, CREATED, date(2026, 7, 1)],
    ],
    ["期間 2026-06-22 〜 2026-06-28"],
    ["合計", 12345678902, -1, None, None],
)


def opened(document: Document) -> openpyxl.Workbook:
    return openpyxl.load_workbook(io.BytesIO(write_excel(document)))


@pytest.fixture(scope="module")
def report() -> openpyxl.Workbook:
    return opened(every_block())


def test_cells_are_typed_and_texts_stay_texts() -> None:
    page = opened(Document(title="報告", blocks=[TABLE], created=CREATED))["週次報告・問合せ"]
    rows = list(page.iter_rows(min_row=5, values_only=True))
    assert rows[0] == ("=1+1", 12345678901, -3, datetime(2026, 6, 30, 10, 0), datetime(2026, 6, 30))  # noqa: DTZ001
    assert page["A5"].data_type == "s"
    assert page["A7"].hyperlink is None
    assert rows[1] == ("+81-3-0000-0000 に電話", 0, None, None, None)
    assert rows[3][:3] == ("合計", 12345678902, -1)
    assert page["C5"].number_format.startswith('#,##0"円"')
    assert page.freeze_panes == "A5"


def test_the_cover_tells_the_facts_as_numbers_with_their_units(report: openpyxl.Workbook) -> None:
    rows = {row[0]: row[1:3] for row in report["表紙"].iter_rows(values_only=True) if row[0]}
    assert rows["受付"] == (1234, "件")
    assert rows["金額"][0] == -5
    assert rows["ご請求金額"][0] == 12_345_678
    assert "→ シート「通知値と再計算値」" in rows
    assert rows["期限"][0] == datetime(2026, 6, 30, 10, 0)  # noqa: DTZ001
    assert {"週次報告書（問合せ対応）", "2026-06-22〜2026-06-28", "・一つ目", "2. 手順二"} <= rows.keys()


def test_each_table_the_derivation_and_the_charts_have_their_sheets(report: openpyxl.Workbook) -> None:
    assert report.sheetnames == ["表紙", "通知値と再計算値", "空の表", "対応した案件", "算定の過程", "図"]
    assert len(report["図"]._images) == 1
    assert report["空の表"]["A4"].value == "該当なし"
    steps = list(report["算定の過程"].iter_rows(min_row=4, values_only=True))
    assert steps[0][:4] == ("北浜発電所 1号機", 1, "ペナルティ額", "104,976,000円")


def test_hostile_texts_stay_texts_and_sheets_of_one_title_get_two_names() -> None:
    book = opened(hostile())
    assert len(set(book.sheetnames)) == len(book.sheetnames) == 5
    values = [cell for page in book for cell in page._cells.values()]
    assert not [cell for cell in values if cell.data_type == "f" or cell.hyperlink]
    assert any(str(cell.value).startswith("# ] $x$ =1+1 〓〓") for cell in values)


def test_the_same_description_gives_the_same_bytes() -> None:
    assert write_excel(every_block()) == write_excel(every_block())


def test_a_table_of_two_thousand_rows_is_written_whole() -> None:
    assert opened(long_table(2_000))["案件"].max_row == 2_003
