"""表のファイル: the bytes that people send as header and rows of text, or why they are no table.

CSV in UTF-8 (with or without BOM), UTF-16 or cp932, separated by commas or tabs, also packed as .csv.gz, and Excel's
.xlsx. Nothing is guessed beyond the encoding, and which one it was is told.
"""

import csv
import gzip
import io
import math
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from helpdesk.errors import Problem, Refused
from helpdesk.imports.formula_cells import cells_without_value

MOST_ROWS = 100_000
_MOST_COLUMNS = 200
_MOST_SHEET_ROWS = 1_048_576  # of Excel itself
_MOST_UNPACKED_BYTES = 200 * 1024 * 1024
_MOST_FORMULAS = 200  # named of those without a value
_EXACT_DIGITS = 15  # of a number in Excel; what stands behind them is the drift of binary fractions
_PACKED = b"\x1f\x8b"
_OTHER_FORMATS = {
    b"%PDF": "PDF",
    b"\xd0\xcf\x11\xe0": "古い Excel（.xls）",
    b"\x89PNG": "画像",
    b"\xff\xd8\xff": "画像",
    _PACKED: "二重に圧縮したもの",
}


@dataclass(frozen=True, slots=True)
class Row:
    """One row as a person finds it in the file."""

    number: int
    cells: list[str]


@dataclass(frozen=True, slots=True)
class Table:
    """表: its file's name, how it was read, the header and the rows below it; empty rows are left out.

    `unread_sheets`: visible sheets of the workbook that were not looked at.
    """

    file: str
    encoding: str
    header: Row
    rows: list[Row]
    unread_sheets: tuple[str, ...] = ()


def read_table(file: str, content: bytes) -> Table:
    """The table in a file. Raises `Refused` saying what the file is instead."""
    if not content.strip():
        raise _refused(file, "ファイルが空です。書き出しをやり直してください")
    if content.startswith(_PACKED):
        content = _unpacked(file, content)
    for magic, words in _OTHER_FORMATS.items():
        if content.startswith(magic):
            raise _refused(file, f"{words}のファイルです。CSV か .xlsx で保存し直してください")
    if content.startswith(b"PK\x03\x04"):
        unread: list[str] = []
        return _table(file, "Excel（.xlsx）", _xlsx_rows(file, content, unread), unread)
    text, encoding = _decoded(file, content)
    if text.lstrip()[:200].lower().startswith(("<!doctype", "<html", "<?xml", "<head", "<body")):
        words = "表ではなく Web ページです。サインインやエラーの画面を保存していないか確かめ、取得し直してください"
        raise _refused(file, words)
    return _table(file, encoding, _csv_rows(file, text))


def _unpacked(file: str, content: bytes) -> bytes:
    """What a .csv.gz holds, without taking more memory than any file may."""
    try:
        with gzip.open(io.BytesIO(content)) as packed:
            found = packed.read(_MOST_UNPACKED_BYTES + 1)
    except (OSError, EOFError, zlib.error):
        raise _refused(file, "圧縮（.gz）が壊れています。取得し直してください") from None
    if len(found) > _MOST_UNPACKED_BYTES:
        raise _refused(file, "展開すると大きすぎます。必要な表だけのファイルにしてください")
    if not found.strip():
        raise _refused(file, "ファイルが空です。書き出しをやり直してください")
    return found


def _decoded(file: str, content: bytes) -> tuple[str, str]:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        candidates = [("utf-16", "UTF-16")]
    elif content.startswith(b"\xef\xbb\xbf"):
        candidates = [("utf-8-sig", "UTF-8（BOM 付き）")]
    else:
        candidates = [("utf-8", "UTF-8"), ("cp932", "Shift_JIS（cp932）")]
    for name, label in candidates:
        try:
            text = content.decode(name)
        except UnicodeDecodeError:
            continue
        if "\0" in text:
            raise _refused(file, "文字でないデータが入っています。CSV か .xlsx で保存し直してください")
        return text, label
    raise _refused(
        file, "文字コードを読めません。UTF-8 か Shift_JIS の CSV、または .xlsx で保存し直してください"
    )


def _csv_rows(file: str, text: str) -> Iterator[Row]:
    first_line = text.lstrip().partition("\n")[0]
    delimiter = "\t" if "\t" in first_line and "," not in first_line else ","
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    before = 0
    try:
        for cells in reader:
            yield Row(before + 1, cells)
            before = reader.line_num
    except csv.Error:
        words = f'{before + 1}行目から読めません。引用符（"）が閉じているか確かめてください'
        raise _refused(file, words) from None


def _xlsx_rows(file: str, content: bytes, unread: list[str]) -> Iterator[Row]:
    """The rows of the first visible sheet that has any; the names of those behind it are added to `unread`."""
    try:
        import openpyxl
    except ImportError:
        raise _refused(
            file, "この環境では .xlsx を読めません。Excel で CSV（UTF-8）に保存してください"
        ) from None
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            size = sum(each.file_size for each in packed.infolist())
        if size > _MOST_UNPACKED_BYTES:
            raise _refused(file, "展開すると大きすぎます。必要な表だけのファイルにしてください")
        book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=True)
        visible = [each for each in book.worksheets if each.sheet_state == "visible"]
        for at, sheet in enumerate(visible):
            sheet.reset_dimensions()  # what a sheet says of its size may be missing, too small or enormous
            rows = sheet.iter_rows(max_col=_MOST_COLUMNS, max_row=_MOST_SHEET_ROWS, values_only=True)
            is_filled = False
            _refuse_formulas(file, content, sheet._worksheet_path)
            for number, values in enumerate(rows, 1):
                if values.count(None) == len(values):
                    continue  # of a million empty rows between two filled ones too
                is_filled = True
                yield Row(number, _without_empty_end([_text(value) for value in values]))
            if is_filled:
                unread += [each.title for each in visible[at + 1 :]]
                return
    except Refused:
        raise
    except Exception:  # noqa: BLE001 - whatever a broken workbook makes its reader raise, the answer is the same
        raise _refused(
            file, "Excel のファイルとして読めません。開けるか確かめ、保存し直してください"
        ) from None


def _refuse_formulas(file: str, content: bytes, path: str) -> None:
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        cells = cells_without_value(packed.read(path))
    words = "計算されていない数式です。Excel で開いて保存し直すか、値にしてください"
    problems = [Problem(f"{file} {row}行目（{column}列）", words) for row, column in cells[:_MOST_FORMULAS]]
    if len(cells) > len(problems):
        problems.append(Problem(file, f"このほかに {len(cells) - len(problems):,} 件の数式があります"))
    if problems:
        raise Refused(problems)


def _without_empty_end(cells: list[str]) -> list[str]:
    while cells and not cells[-1].strip():
        cells.pop()
    return cells


def _text(value: Any) -> str:
    """A cell as text: a number that Excel keeps as a binary float is the one that Excel shows of it."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time().isoformat() == "00:00:00" else value.isoformat(" ")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, timedelta) and value >= timedelta():
        minutes, seconds = divmod(int(value.total_seconds()), 60)
        return f"{minutes // 60:02}:{minutes % 60:02}:{seconds:02}"  # 24:00 of a cell in hours and minutes
    if isinstance(value, float) and value.is_integer() and abs(value) < 2**53:
        return str(int(value))
    if isinstance(value, float) and math.isfinite(value):
        number = format(Decimal(f"{value:.{_EXACT_DIGITS}g}"), "f")
        return number.rstrip("0").rstrip(".") if "." in number else number
    return str(value)


def _table(file: str, encoding: str, rows: Iterator[Row], unread: Sequence[str] = ()) -> Table:
    header, found = None, []
    for row in rows:
        if not any(cell.strip() for cell in row.cells):
            continue
        if header is None:
            header = row
            continue
        if len(found) == MOST_ROWS:
            raise _refused(file, f"{MOST_ROWS:,}行を超えています。分けて取り込んでください")
        found.append(row)
    if header is None:
        raise _refused(file, "何も入っていません。書き出しをやり直してください")
    if not found:
        raise _refused(
            file, "見出しの下に行がありません。取り込むものがないか、書き出しが途中で終わっています"
        )
    return Table(file, encoding, header, found, tuple(unread))


def _refused(file: str, words: str) -> Refused:
    return Refused([Problem(file, words)])
