"""公表データの文字と行: bytes to a table with line numbers; what is no such table says why (an error page, a wrong
encoding, other columns).

Published in UTF-8 with BOM (`domain.md` §4.1); files that went through a spreadsheet come as cp932. One damaged byte
damages its own row only: the low margin in the row below must still be seen.
"""

import csv
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from alerts.errors import FeedUnreadable, Problem

_LINE_END = re.compile(r"\r\n|\n|\r")
_DECODINGS = (("utf-8-sig", "strict"), ("cp932", "strict"), ("utf-8-sig", "replace"), ("cp932", "replace"))


@dataclass(frozen=True, slots=True)
class Table:
    """The lines above the header, and the text lines below it with their numbers."""

    above: tuple[str, ...]
    body: tuple[tuple[int, str], ...]
    columns: tuple[str, ...]


def read_table(raw: bytes, name: str, columns: Sequence[str], *, lines_above: int) -> Table:
    """The table with exactly these columns, the header after `lines_above` lines. Raises `FeedUnreadable`."""
    if not raw.strip():
        raise FeedUnreadable([Problem(name, "空のファイルです。公表データを取得し直してください")])
    fault: Problem | None = None
    for encoding, errors in _DECODINGS:
        try:
            lines = _LINE_END.split(raw.decode(encoding, errors))
        except UnicodeDecodeError:
            continue
        found = _header_fault(lines, name, columns, lines_above)
        if found is None:
            body = [(n, line) for n, line in enumerate(lines, 1) if n > lines_above + 1 and line.strip()]
            return Table(tuple(lines[:lines_above]), tuple(body), tuple(columns))
        fault = fault or found
    raise FeedUnreadable([fault or Problem(name, "文字コードを読めません。公表データを取得し直してください")])


def rows_of(table: Table, problems: list[Problem], name: str) -> Iterator[tuple[int, list[str]]]:
    """Each row that has the right number of fields, with its line; the others are added to `problems`."""
    for number, line in table.body:
        fields = _fields(line)
        if fields is None:
            problems.append(Problem(place(name, number), "引用符が閉じていません。この行は使いません"))
        elif len(fields) != len(table.columns):
            message = f"列が{len(table.columns)}個ではなく{len(fields)}個あります。この行は使いません"
            problems.append(Problem(place(name, number), message))
        else:
            yield number, [field.strip() for field in fields]


def place(name: str, line: int, column: str = "") -> str:
    """Where something stands, for a person: file, line and column."""
    return " ".join(filter(None, (name, f"{line}行目", column)))


def first_field(line: str) -> str:
    """What a line of one field says."""
    fields = _fields(line) or [""]
    return fields[0].strip()


def _fields(line: str) -> list[str] | None:
    if '"' not in line:
        return line.split(",")
    try:
        return next(csv.reader([line], strict=True), [])
    except csv.Error:
        return None


def _header_fault(lines: list[str], name: str, columns: Sequence[str], lines_above: int) -> Problem | None:
    start = "".join(lines[:3]).lstrip("\ufeff \t").lower()
    if start.startswith("<"):
        message = "公表データではなく Web ページ（エラー画面など）です。時間をおいて取得し直してください"
        return Problem(name, message)
    if len(lines) <= lines_above:
        return Problem(name, "見出しの行がありません。公表データを取得し直してください")
    header = [field.strip().lstrip("\ufeff") for field in _fields(lines[lines_above]) or []]
    if header == list(columns):
        return None
    missing = [column for column in columns if column not in header]
    extra = [column for column in header if column not in columns]
    told = [f"足りない列: {'、'.join(missing)}"] if missing else []
    told += [f"知らない列: {'、'.join(_printable(column) for column in extra[:12])}"] if extra else []
    told = told or ["列の並びが違います"]
    where = place(name, lines_above + 1)
    return Problem(
        where, f"公表データの見出しではありません（{'。'.join(told)}）。ファイルを確かめてください"
    )


def _printable(text: str) -> str:
    shown = "".join(each if each.isprintable() else "\ufffd" for each in text[:30])
    return shown or "（空）"
