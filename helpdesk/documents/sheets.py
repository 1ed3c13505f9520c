"""表の文書: one description of a table, written as Excel or CSV. Nothing that a person typed becomes a formula.

Cells are typed: text, whole numbers, times (Japan time), dates. A figure is never a float here.
"""

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal

import xlsxwriter

from helpdesk.clock import in_japan

Kind = Literal["text", "whole", "moment", "day"]
_FORMULA_STARTS = (
    "=",
    "+",
    "-",
    "@",
    "＝",
    "＋",
    "－",
    "＠",
    "\t",
    "\r",
)  # a Japanese Excel reads the wide ones too
_EXCEL_TEXT_LIMIT = 32_767


@dataclass(frozen=True, slots=True)
class Column:
    """列: heading, kind of its cells, width in characters."""

    label: str
    kind: Kind = "text"
    width: int = 14


@dataclass(frozen=True, slots=True)
class Sheet:
    """表: a titled table; `notes` stand above it (period, cut-off, what is counted)."""

    title: str
    columns: Sequence[Column]
    rows: Sequence[Sequence[Any]]
    notes: Sequence[str] = ()


def write_excel(sheets: Sequence[Sheet], *, created: datetime, subject: str) -> bytes:
    """An Excel workbook; the same sheets and `created` give the same bytes."""
    buffer = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(buffer, options) as book:
        book.set_properties({"title": subject, "created": in_japan(created).replace(tzinfo=None)})
        formats = _formats(book)
        for sheet in sheets:
            _write_sheet(book.add_worksheet(_sheet_name(sheet.title)), sheet, formats)
    return buffer.getvalue()


def write_csv(sheets: Sequence[Sheet]) -> bytes:
    """All tables one below the other, UTF-8 with a byte order mark so that Excel reads it, CRLF."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\r\n")
    for number, sheet in enumerate(sheets):
        if number:
            writer.writerow([])
        writer.writerow([_harmless(sheet.title)])
        writer.writerows([[_harmless(note)] for note in sheet.notes])
        writer.writerow([_harmless(column.label) for column in sheet.columns])
        for row in sheet.rows:
            cells = zip(row, sheet.columns, strict=True)
            writer.writerow([_csv_cell(value, column.kind) for value, column in cells])
    return buffer.getvalue().encode("utf-8-sig")


def _formats(book: Any) -> dict[str, Any]:
    base = {"font_name": "Yu Gothic", "font_size": 10, "valign": "top"}
    return {
        "title": book.add_format(base | {"bold": True, "font_size": 14}),
        "note": book.add_format(base | {"font_color": "#555555"}),
        "head": book.add_format(base | {"bold": True, "bg_color": "#E8EDF5", "bottom": 1, "text_wrap": True}),
        "text": book.add_format(base | {"text_wrap": True}),
        "whole": book.add_format(base | {"num_format": "#,##0"}),
        "moment": book.add_format(base | {"num_format": "yyyy-mm-dd hh:mm"}),
        "day": book.add_format(base | {"num_format": "yyyy-mm-dd"}),
    }


def _write_sheet(page: Any, sheet: Sheet, formats: dict[str, Any]) -> None:
    page.write_string(0, 0, sheet.title, formats["title"])
    for number, note in enumerate(sheet.notes, 1):
        page.write_string(number, 0, note, formats["note"])
    top = len(sheet.notes) + 2
    for index, column in enumerate(sheet.columns):
        page.set_column(index, index, column.width)
        page.write_string(top, index, column.label, formats["head"])
    for offset, row in enumerate(sheet.rows, top + 1):
        for index, (value, column) in enumerate(zip(row, sheet.columns, strict=True)):
            _write_cell(page, offset, index, value, column.kind, formats[column.kind])
    page.freeze_panes(top + 1, 0)
    page.set_landscape()
    page.set_paper(9)
    page.fit_to_pages(1, 0)
    page.repeat_rows(top)
    if sheet.rows:
        page.autofilter(top, 0, top + len(sheet.rows), len(sheet.columns) - 1)


def _write_cell(page: Any, row: int, column: int, value: Any, kind: Kind, look: Any) -> None:
    if value is None or value == "":
        page.write_blank(row, column, None, look)
    elif kind == "whole":
        page.write_number(row, column, int(value), look)
    elif kind == "moment":
        page.write_datetime(row, column, in_japan(value).replace(tzinfo=None), look)
    elif kind == "day":
        page.write_datetime(row, column, datetime(value.year, value.month, value.day), look)  # noqa: DTZ001
    else:
        page.write_string(row, column, str(value)[:_EXCEL_TEXT_LIMIT], look)


def _csv_cell(value: Any, kind: Kind) -> str:
    if value is None:
        return ""
    if kind == "moment":
        return f"{in_japan(value):%Y-%m-%d %H:%M}"
    if kind == "day" and isinstance(value, date):
        return value.isoformat()
    if kind == "whole":
        return str(int(value))
    return _harmless(str(value))


def _harmless(text: str) -> str:
    """A text that a spreadsheet would run as a formula gets an apostrophe before it."""
    return f"'{text}" if text.startswith(_FORMULA_STARTS) else text


def _sheet_name(title: str) -> str:
    return "".join("・" if letter in "[]:*?/\\" else letter for letter in title)[:31]
