"""Tables as Excel and CSV: typed cells, nothing runs as a formula, the same input gives the same bytes."""

import csv
import io
from datetime import UTC, date, datetime

import openpyxl

from helpdesk.documents.sheets import Column, Sheet, write_csv, write_excel

CREATED = datetime(2026, 6, 30, 1, 0, tzinfo=UTC)
SHEET = Sheet(
    title="週次報告/問合せ",
    columns=[
        Column("件名", width=40),
        Column("件数", "whole"),
        Column("受付", "moment"),
        Column("日", "day"),
    ],
    rows=[
        ["=1+1", 12345678901, CREATED, date(2026, 6, 30)],
        ["+81-3-0000-0000 に電話", 0, None, None],
        ["髙橋㈱①〜", -3, CREATED, date(2026, 7, 1)],
    ],
    notes=["期間 2026-06-22 〜 2026-06-28"],
)


def test_excel_cells_are_typed_and_texts_stay_texts() -> None:
    page = openpyxl.load_workbook(
        io.BytesIO(write_excel([SHEET], created=CREATED, subject="週次報告"))
    ).active
    assert page.title == "週次報告・問合せ"
    rows = list(page.iter_rows(min_row=5, values_only=True))
    assert rows[0] == ("=1+1", 12345678901, datetime(2026, 6, 30, 10, 0), datetime(2026, 6, 30))  # noqa: DTZ001
    assert page["A5"].data_type == "s"
    assert rows[1] == ("+81-3-0000-0000 に電話", 0, None, None)
    assert rows[2][0] == "髙橋㈱①〜"


def test_the_same_sheets_give_the_same_bytes() -> None:
    assert write_excel([SHEET], created=CREATED, subject="x") == write_excel(
        [SHEET], created=CREATED, subject="x"
    )


def test_csv_opens_in_excel_and_runs_nothing() -> None:
    raw = write_csv([SHEET, SHEET])
    assert raw.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(io.StringIO(raw.decode("utf-8-sig"))))
    assert rows[2] == ["件名", "件数", "受付", "日"]
    assert rows[3] == ["'=1+1", "12345678901", "2026-06-30 10:00", "2026-06-30"]
    assert rows[4][0].startswith("'+81")
    assert rows[5] == ["髙橋㈱①〜", "-3", "2026-06-30 10:00", "2026-07-01"]
    assert not any(cell.startswith(("=", "+", "@")) for row in rows for cell in row)
