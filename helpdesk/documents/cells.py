"""表の値の見せ方: how does one value read in Word, PDF and pictures, and how wide does it need its column?

Widths are counted in hundredths of a digit's width; a Japanese character is nearly two digits wide.
"""

import re
import unicodedata
from collections.abc import Sequence
from datetime import date
from typing import Any

from helpdesk.clock import in_japan
from helpdesk.documents.document import NUMERIC, Column, KeyValues, Kind, Table

NOTHING_FOUND = "該当なし"
_LABEL_MM = (28, 60)
_PADDING = 195
_LEAST = 900  # a column of texts is narrower than five Japanese characters only where its texts are
_HEAD = 740  # the head of a number may be broken from here on
_LONGEST_WORD = 1600  # a case number, a code: not broken; anything longer may be
_BOLD = 107  # hundredths of the width of plain letters
_JAPANESE, _CAPITAL, _DIGIT, _SLIM = 182, 120, 100, 62
_WORD = 16  # a case number, a code: not broken; anything longer may be
_WORD = re.compile(r"[!-~]+")
_MOST_LOOKED_AT = 400  # rows that are looked at for the widths of texts


def cell_text(value: Any, kind: Kind, unit: str = "") -> str:
    """`1,234`, `−5円`, `2026-06-30 10:00`; nothing for None."""
    if value is None or value == "":
        return ""
    if kind == "moment":
        return f"{in_japan(value):%Y-%m-%d %H:%M}"
    if kind == "day" and isinstance(value, date):
        return value.isoformat()
    if kind in NUMERIC and isinstance(value, int):
        return f"{number_text(value)}{'円' if kind == 'yen' else unit}"
    return f"{value}{unit}"


def number_text(value: int) -> str:
    """`1,234`, `−1,234`."""
    return f"{'−' if value < 0 else ''}{abs(value):,}"


def text_width(text: str) -> int:
    """How wide the longest line of a text is."""
    return max((sum(map(_width_of, line)) for line in text.split("\n")), default=0)


def fact_texts(facts: KeyValues) -> list[tuple[str, str]]:
    """Label and value of each line as they read; a value that is not there is a dash."""
    return [(fact.label, cell_text(fact.value, fact.kind, fact.unit) or "—") for fact in facts.rows] or [
        ("", NOTHING_FOUND)
    ]


def is_all_numbers(facts: KeyValues) -> bool:
    """Whether the values stand right-aligned in a narrow column."""
    return bool(facts.rows) and all(fact.kind in NUMERIC for fact in facts.rows)


def label_width_mm(facts: KeyValues) -> int:
    """How wide the column of labels is."""
    longest = max((len(fact.label) for fact in facts.rows), default=0)
    least, most = _LABEL_MM
    return min(max(least, 4 + longest * 7 // 2), most + (26 if is_all_numbers(facts) else 0))


def column_shares(table: Table, available: int) -> list[int]:
    """Whole widths of a table's columns that add up to `available`.

    Numbers, times, days and short words get what they need, so that none of them is broken; longer texts share the rest.
    Where there is room enough, no head is broken either.
    """
    wanted, least = map(list, zip(*(_need(table, index) for index in range(len(table.columns))), strict=True))
    for index in range(len(wanted)):
        whole = max(wanted[index], text_width(table.columns[index].label) * _BOLD // 100 + _PADDING)
        if sum(wanted) + whole - wanted[index] <= available:
            wanted[index] = whole
    room, stretch = available - sum(least), sum(wanted) - sum(least)
    if room < 0:
        shares = [width * available // sum(least) for width in least]
    elif room <= stretch:
        shares = [
            low + (high - low) * room // max(stretch, 1) for low, high in zip(least, wanted, strict=True)
        ]
    else:
        texts = [column.kind == "text" for column in table.columns]
        growing = [width * each for width, each in zip(wanted, texts, strict=True)] if any(texts) else wanted
        shares = [
            width + grown * (available - sum(wanted)) // sum(growing)
            for width, grown in zip(wanted, growing, strict=True)
        ]
    shares[-1] += available - sum(shares)
    return shares


def _need(table: Table, index: int) -> tuple[int, int]:
    """The width a column would like to have and the least it can do with, with the space left and right of the text."""
    column = table.columns[index]
    rows = table.rows[:_MOST_LOOKED_AT] if column.kind == "text" else table.rows
    texts = [cell_text(row[index], column.kind) for row in rows]
    longest, head = max(map(text_width, texts), default=0), text_width(column.label)
    if table.total:
        bold = text_width(cell_text(table.total[index], column.kind)) * _BOLD // 100
        longest = max(longest, bold)
    if column.kind != "text":
        width = max(longest, min(head, _HEAD)) + _PADDING
        return width, width
    wanted = max(min(max(longest, head), column.width * 100), 400)
    words = max((text_width(word) for text in texts for word in _WORD.findall(text)), default=0)
    least = min(wanted, max(_LEAST, min(words, _LONGEST_WORD)))
    return wanted + _PADDING, least + _PADDING


def _width_of(letter: str) -> int:
    if unicodedata.east_asian_width(letter) in "WFA":
        return _JAPANESE
    if letter in " ,.:;'|!()[]/-il":
        return _SLIM
    return _CAPITAL if letter.isupper() else _DIGIT


def row_as_text(row: Sequence[Any], columns: Sequence[Column]) -> list[str]:
    """One row as it reads."""
    return [cell_text(value, column.kind) for value, column in zip(row, columns, strict=True)]
