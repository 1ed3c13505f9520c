"""Excel: a document as a workbook of typed cells: a cover, a sheet for each table, the charts as pictures.

Nothing that a person typed becomes a formula or a link; figures are numbers, times are Japan time. The same description
gives the same bytes.
"""

import io
import itertools
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from helpdesk.clock import in_japan
from helpdesk.documents.cells import NOTHING_FOUND, text_width
from helpdesk.documents.charts import chart_alt, chart_picture
from helpdesk.documents.document import (
    NUMERIC,
    Chart,
    Column,
    Derivation,
    Document,
    Heading,
    KeyValues,
    Kind,
    LargeAmount,
    Listing,
    Paragraph,
    Quotation,
    Table,
)
from helpdesk.documents.legible import legible

_TEXT_LIMIT = 32_767
_NAME_LIMIT = 31
_FORBIDDEN_IN_NAMES = "[]:*?/\\'\n\t"
_LAST_OF_ONE_UNIT = 0xFFFF  # Excel counts the letters after this one twice
_COVER, _DERIVATIONS, _CHARTS = "表紙", "算定の過程", "図"
_COVER_WIDTHS = (46, 24, 30)
_LINE_POINTS, _MOST_LINES = 16, 25  # Excel's rows are at most 409 points high
_PICTURE_DPI = 200
_PIXELS_PER_ROW = 20
_STEPS = (
    Column("計算", width=24),
    Column("段", "whole", 6),
    Column("項目", width=28),
    Column("値", "figure", 18),
    Column("式", width=40),
    Column("数値", width=36),
    Column("根拠", width=30),
    Column("注", width=24),
)


def write_excel(document: Document) -> bytes:
    """The document as .xlsx."""
    import xlsxwriter

    buffer = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    created = in_japan(document.created).replace(tzinfo=None)
    with xlsxwriter.Workbook(buffer, options) as book:
        author = legible("、".join(document.sender))
        book.set_properties({"title": legible(document.title)[:255], "author": author, "created": created})
        writer = _Writer(book)
        writer.cover(document)
        for table in document.of_kind(Table):
            writer.table(table)
        steps = document.of_kind(Derivation)
        if steps:
            writer.table(Table(_DERIVATIONS, _STEPS, list(_step_rows(steps))))
        charts = document.of_kind(Chart)
        if charts:
            writer.charts(charts)
    return buffer.getvalue()


class _Writer:
    """Adds sheets under names that Excel takes."""

    def __init__(self, book: Any) -> None:
        self.book = book
        self.formats = _formats(book)
        self.names: set[str] = set()

    def sheet(self, title: str) -> Any:
        page = self.book.add_worksheet(self._free_name(title))
        page.set_paper(9)
        page.fit_to_pages(1, 0)
        page.set_footer("&C&P / &N")
        return page

    def cover(self, document: Document) -> None:
        """What it is, to whom, from whom, and everything that is no table: figures and texts line by line."""
        page = self.sheet(_COVER)
        page.hide_gridlines(2)
        for index, width in enumerate(_COVER_WIDTHS):
            page.set_column(index, index, width)
        self._text(page, 0, document.title, "title")
        row = 1
        beside = (document.subtitle, document.number, *document.addressee, *document.sender)
        for line in filter(None, beside):
            self._text(page, row, line, "note")
            row += 1
        if document.dated:
            self._cell(page, row, 0, document.dated, "day", look="day_left")
            row += 1
        for block in document.blocks:
            row = self._on_cover(page, row, block)

    def table(self, table: Table) -> None:
        """One table on a sheet: title, notes, a head that stays in sight, rows, total."""
        page = self.sheet(table.title)
        page.set_landscape()
        self._text(page, 0, table.title, "title")
        for number, note in enumerate(table.notes, 1):
            self._text(page, number, note, "note")
        top = len(table.notes) + 2
        for index, column in enumerate(table.columns):
            page.set_column(index, index, max(column.width, _LEAST_WIDTHS.get(column.kind, 0)))
            head = "head_number" if column.kind in NUMERIC else "head"
            page.write_string(top, index, legible(column.label), self.formats[head])
        row = top
        widths = [column.width for column in table.columns]
        for row, values in enumerate(table.rows, top + 1):
            for index, (value, column) in enumerate(zip(values, table.columns, strict=True)):
                self._cell(page, row, index, value, column.kind)
            _grow(page, row, values, widths)
        page.freeze_panes(top + 1, 0)
        page.repeat_rows(top)
        if not table.rows:
            self._text(page, top + 1, NOTHING_FOUND, "note")
            row = top + 1
        elif len(table.columns):
            page.autofilter(top, 0, row, len(table.columns) - 1)
        if table.total:
            for index, (value, column) in enumerate(zip(table.total, table.columns, strict=True)):
                self._cell(page, row + 1, index, value, column.kind, look=f"{column.kind}_total")

    def charts(self, charts: list[Chart]) -> None:
        """The same pictures as in Word and PDF, one below the other."""
        page = self.sheet(_CHARTS)
        page.hide_gridlines(2)
        row = 0
        for chart in charts:
            picture = chart_picture(chart)
            self._text(page, row, chart.title, "strong")
            options = {
                "image_data": io.BytesIO(picture),
                "description": legible(chart_alt(chart)),
            }
            page.insert_image(row + 1, 0, f"{chart.title}.png", options)
            height = int.from_bytes(picture[20:24], "big")  # in pixels, as PNG tells it
            row += 3 + height * 96 // _PICTURE_DPI // _PIXELS_PER_ROW

    def _on_cover(self, page: Any, row: int, block: object) -> int:
        match block:
            case Heading():
                self._text(page, row + 1, block.text, "strong")
                return row + 2
            case KeyValues():
                row += 1
                if block.title:
                    self._text(page, row, block.title, "strong")
                    row += 1
                for row, fact in enumerate(block.rows, row):  # noqa: B020
                    self._cell(page, row, 0, fact.label, "text")
                    self._cell(page, row, 1, fact.value, fact.kind)
                    self._cell(page, row, 2, fact.unit, "text")
                    _grow(page, row, [fact.label, fact.value], _COVER_WIDTHS)
                return row + 1
            case LargeAmount():
                self._text(page, row + 1, block.label, "amount_label")
                page.write_number(row + 1, 1, block.yen, self.formats["amount"])
                page.set_row(row + 1, 2 * _LINE_POINTS)
                return self._words(page, row + 2, block.remark) if block.remark else row + 2
            case Paragraph() | Quotation():
                return self._words(page, row, block.text)
            case Table():
                self._text(page, row, f"→ シート「{_sheet_name(block.title)[:_NAME_LIMIT]}」", "note")
                return row + 1
            case Listing():
                signs = (f"{number}. " if block.numbered else "・" for number in itertools.count(1))
                for sign, item in zip(signs, block.items, strict=False):
                    row = self._words(page, row, sign + item)
                return row
        return row

    def _words(self, page: Any, row: int, text: str) -> int:
        """A paragraph over the width of the cover."""
        clean = legible(text)[:_TEXT_LIMIT]
        page.merge_range(row, 0, row, len(_COVER_WIDTHS) - 1, "", self.formats["plain"])
        self._text(page, row, clean, "plain")
        _grow(page, row, [clean], [sum(_COVER_WIDTHS)])
        return row + 1

    def _text(self, page: Any, row: int, text: str, look: str) -> None:
        page.write_string(row, 0, legible(text)[:_TEXT_LIMIT], self.formats[look])

    def _cell(self, page: Any, row: int, index: int, value: Any, kind: Kind, *, look: str = "") -> None:
        look = self.formats[look or kind]
        if value is None or value == "":
            page.write_blank(row, index, None, look)
        elif kind in ("whole", "yen") or (kind == "figure" and isinstance(value, int)):
            page.write_number(row, index, int(value), look)
        elif kind == "moment":
            page.write_datetime(row, index, in_japan(value).replace(tzinfo=None), look)
        elif kind == "day":
            page.write_datetime(row, index, datetime(value.year, value.month, value.day), look)  # noqa: DTZ001
        else:
            page.write_string(row, index, legible(str(value))[:_TEXT_LIMIT], look)

    def _free_name(self, title: str) -> str:
        """A sheet's name: no forbidden signs, at most 31 characters, none twice."""
        name = _sheet_name(title)
        free, number = name[:_NAME_LIMIT], 1
        while free.lower() in self.names:
            number += 1
            free = f"{name[: _NAME_LIMIT - 4]} {number}"
        self.names.add(free.lower())
        return free


def _sheet_name(title: str) -> str:
    """A title without the signs that a sheet's name may not have; it may still be too long, or there already."""
    return (
        "".join(
            "・" if letter in _FORBIDDEN_IN_NAMES or ord(letter) > _LAST_OF_ONE_UNIT else letter
            for letter in legible(title)
        )
        or "表"
    )


_LEAST_WIDTHS = {"moment": 17, "day": 12, "yen": 16, "whole": 8, "figure": 12}


def _formats(book: Any) -> dict[str, Any]:
    base = {"font_name": "Yu Gothic", "font_size": 10, "valign": "top"}
    kinds = {
        "text": {"text_wrap": True},
        "whole": {"num_format": "#,##0_ "},
        "yen": {"num_format": '#,##0"円"_ '},
        "figure": {"num_format": "#,##0_ ", "align": "right", "indent": 1},
        "moment": {"num_format": "yyyy-mm-dd hh:mm"},
        "day": {"num_format": "yyyy-mm-dd"},
    }
    head = {"bold": True, "bg_color": "#E8EDF5", "bottom": 1, "text_wrap": True}
    looks = {
        "title": {"bold": True, "font_size": 14},
        "strong": {"bold": True, "font_size": 11},
        "plain": {"text_wrap": True},
        "note": {"font_color": "#555555"},
        "amount_label": {"bold": True, "font_size": 12, "bottom": 2, "valign": "vcenter"},
        "amount": {
            "bold": True,
            "font_size": 16,
            "bottom": 2,
            "valign": "vcenter",
            "num_format": '#,##0"円"_ ',
        },
        "head": head,
        "head_number": head | {"align": "right"},
        "day_left": {"num_format": "yyyy-mm-dd", "align": "left", "font_color": "#555555"},
    }
    looks |= kinds | {f"{kind}_total": look | {"bold": True, "top": 1} for kind, look in kinds.items()}
    return {name: book.add_format(base | look) for name, look in looks.items()}


def _grow(page: Any, row: int, values: Sequence[Any], widths: Sequence[int]) -> None:
    """A row as high as its longest text needs: not every program that opens a workbook measures it anew."""
    most = 1
    for value, width in zip(values, widths, strict=False):
        if isinstance(value, str) and (len(value) * 2 > width or "\n" in value):
            lines = sum(1 + max(0, text_width(line) - 1) // (width * 95) for line in value.split("\n"))
            most = max(most, lines)
    if most > 1:
        page.set_row(row, min(most, _MOST_LINES) * _LINE_POINTS)


def _step_rows(derivations: list[Derivation]) -> Iterator[list[Any]]:
    for each in derivations:
        for number, step in enumerate(each.steps, 1):
            yield [
                each.title,
                number,
                step.label,
                step.value,
                step.words,
                step.numbers,
                step.source,
                step.remark,
            ]
        for warning in each.warnings:
            yield [each.title, None, "注意", None, None, None, None, warning]
