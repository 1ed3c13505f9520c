"""What is sent as a table: encodings, separators, workbooks, and all that is no table."""

import gzip
import io
import re
import zipfile
from contextlib import suppress
from datetime import date, datetime, time, timedelta

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpdesk.errors import Refused
from helpdesk.imports.table_file import read_table
from tests.helpdesk.imports.tables import workbook

TEXT = '取引番号,入金日\nB-1,2026-06-29\n\nB-2,"2026-06-30"\n'


@pytest.mark.parametrize(
    ("encoding", "told"),
    [("utf-8", "UTF-8"), ("utf-8-sig", "BOM 付き"), ("cp932", "Shift_JIS"), ("utf-16", "UTF-16")],
)
def test_every_encoding_gives_the_same_rows_with_the_files_own_numbers(encoding: str, told: str) -> None:
    table = read_table("入金.csv", TEXT.encode(encoding))
    assert table.header.cells == ["取引番号", "入金日"]
    assert [(row.number, row.cells) for row in table.rows] == [
        (2, ["B-1", "2026-06-29"]),
        (4, ["B-2", "2026-06-30"]),
    ]
    assert told in table.encoding


def test_tabs_separate_too_and_a_cell_may_hold_a_line_end() -> None:
    table = read_table("a.txt", '番号\t備考\n1\t"上\n下"\n2\t\n'.encode())
    assert [(row.number, row.cells) for row in table.rows] == [(2, ["1", "上\n下"]), (4, ["2", ""])]


def test_a_workbook_gives_whole_numbers_and_days_as_they_are() -> None:
    content = workbook(
        [
            ["番号", "日", "額"],
            ["B-1", datetime.combine(date(2026, 6, 29), time()), 1234567],
            ["B-2", "x", 5.0],
            ["B-3", None, 0.1],
        ]
    )
    table = read_table("a.xlsx", content)
    assert table.rows[0].cells == ["B-1", "2026-06-29", "1234567"]
    assert table.rows[1].cells == ["B-2", "x", "5"]
    assert table.rows[2].cells == ["B-3", "", "0.1"]


@pytest.mark.parametrize(
    ("kept", "shown"),
    [
        (b"0.30000000000000004", "0.3"),
        (b"434.99999999999994", "435"),
        (b"1234.5669999999998", "1234.567"),
        (b"5.1000000000000005", "5.1"),
        (b"1.0000000000000001E-5", "0.00001"),
        (b"1E5", "100000"),
        (b"1E16", "10000000000000000"),
        (b"-0.0", "0"),
    ],
)
def test_a_number_of_a_workbook_is_what_excel_shows_of_it(kept: bytes, shown: str) -> None:
    content = rewritten(workbook([["額", "次"], [777, 1]]), b"<v>777</v>", b"<v>" + kept + b"</v>")
    assert read_table("a.xlsx", content).rows[0].cells[0] == shown


def test_24_o_clock_of_a_workbook_is_a_time() -> None:
    content = workbook([["終了", "次"], [timedelta(hours=24), timedelta(minutes=30)]])
    assert read_table("a.xlsx", content).rows[0].cells == ["24:00:00", "00:30:00"]


def test_a_formula_that_nothing_has_computed_is_not_an_empty_cell() -> None:
    with pytest.raises(Refused) as refused:
        read_table("a.xlsx", workbook([["額", "次"], ["=1+1", 1], [3, "=A2"]]))
    assert [problem.where for problem in refused.value.problems] == [
        "a.xlsx 2行目（A列）",
        "a.xlsx 3行目（B列）",
    ]
    with pytest.raises(Refused, match="このほかに 50 件の数式があります"):
        read_table("a.xlsx", workbook([["額"], *[["=1"]] * 250]))


def test_visible_sheets_behind_the_first_filled_one_are_named() -> None:
    book = openpyxl.Workbook()
    for title in ("控え", "5月", "集計"):
        book.create_sheet(title)
    book["控え"].append(["額"])
    book["控え"].append([1])
    book["集計"].sheet_state = "hidden"
    kept = io.BytesIO()
    book.save(kept)
    assert read_table("a.xlsx", kept.getvalue()).unread_sheets == ("5月",)


def rewritten(content: bytes, before: bytes, after: bytes) -> bytes:
    """The workbook with other bytes in its parts."""
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(made, "w") as new:
        for name in old.namelist():
            new.writestr(name, old.read(name).replace(before, after))
    return made.getvalue()


def with_dimension(content: bytes, said: str) -> bytes:
    """The workbook with another claim about the size of its sheet; empty: none."""
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(made, "w") as new:
        for name in old.namelist():
            written = re.sub(rb"<dimension[^>]*/>", said.encode(), old.read(name))
            new.writestr(name, written)
    return made.getvalue()


@pytest.mark.parametrize(
    "said", ["", '<dimension ref="A1"/>', '<dimension ref="A1:B2"/>', '<dimension ref="A1:XFD1048576"/>']
)
def test_what_a_sheet_says_of_its_size_is_not_believed(said: str) -> None:
    content = with_dimension(workbook([["番号", "額"], ["B-1", 1], ["B-2", 2], ["B-3", 3]]), said)
    rows = read_table("a.xlsx", content).rows
    assert [(row.number, row.cells) for row in rows] == [
        (2, ["B-1", "1"]),
        (3, ["B-2", "2"]),
        (4, ["B-3", "3"]),
    ]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "空です"),
        (b" \r\n ", "空です"),
        (b"<!DOCTYPE html><html><body>504</body></html>", "Web ページです"),
        (b"\xef\xbb\xbf\n <html lang=ja>", "Web ページです"),
        (b"%PDF-1.7 ...", "PDFのファイルです"),
        (b"\xd0\xcf\x11\xe0 old", "古い Excel"),
        (b"PK\x03\x04 broken", "Excel のファイルとして読めません"),
        (b"\x81\xff\xfd\xfe", "文字コードを読めません"),
        (b"a,b\n1,\x00\n", "文字でないデータ"),
        ('番号,額\n1,"閉じない\n'.encode(), "引用符"),
        ("番号,額\n".encode(), "見出しの下に行がありません"),
    ],
)
def test_what_is_no_table_is_said_with_the_files_name(content: bytes, words: str) -> None:
    with pytest.raises(Refused) as refused:
        read_table("届いた.csv", content)
    [problem] = refused.value.problems
    assert problem.where == "届いた.csv"
    assert words in problem.message


@given(st.binary(max_size=200))
def test_no_bytes_break_the_reading(content: bytes) -> None:
    with suppress(Refused):
        assert read_table("x.csv", content).rows


def test_a_packed_csv_is_read_as_the_csv_in_it_and_a_broken_or_twice_packed_one_refused() -> None:
    packed = gzip.compress(TEXT.encode())
    assert read_table("a.csv.gz", packed).rows == read_table("a.csv", TEXT.encode()).rows
    for content, words in ((packed[:-9], "壊れています"), (gzip.compress(packed), "二重に圧縮")):
        with pytest.raises(Refused, match=words):
            read_table("a.csv.gz", content)
