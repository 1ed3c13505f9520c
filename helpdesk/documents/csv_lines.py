"""CSV: the tables of a document as lines, which Excel opens and scripts read. Nothing runs as a formula."""

import csv
import io
import re
from collections.abc import Sequence
from datetime import date
from typing import Any

from helpdesk.clock import in_japan
from helpdesk.documents.document import (
    Block,
    Column,
    Document,
    Fact,
    KeyValues,
    Kind,
    LargeAmount,
    Table,
)
from helpdesk.documents.legible import legible

_LIKE_A_DAY = re.compile(r"[0-9]{1,4}/[0-9]{1,4}")  # 12/7 コマ would become 12月7日
# a Japanese Excel reads the wide ones too
_FORMULA_STARTS = ("=", "+", "-", "@", "＝", "＋", "－", "＠", "\t", "\r", "\n")


def write_csv(document: Document) -> bytes:
    """Facts and tables one below the other, UTF-8 with a byte order mark so that Excel reads it, CRLF."""
    parts = [_as_table(block) for block in document.blocks]
    return write_tables([part for part in parts if isinstance(part, Table)])


def write_tables(tables: Sequence[Table]) -> bytes:
    """The tables as CSV: title, notes, head, rows, total, an empty line between two."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\r\n")
    for number, table in enumerate(tables):
        if number:
            writer.writerow([])
        if table.title:
            writer.writerow([_harmless(table.title)])
        writer.writerows([[_harmless(note)] for note in table.notes])
        writer.writerow([_harmless(column.label) for column in table.columns])
        for row in [*table.rows, *([table.total] if table.total else [])]:
            cells = zip(row, table.columns, strict=True)
            writer.writerow([_cell(value, column.kind) for value, column in cells])
    return buffer.getvalue().encode("utf-8-sig")


def _as_table(block: Block) -> Block:
    """Facts, and the amount that a document is about, as a table; anything else as it is."""
    match block:
        case LargeAmount():
            return _of_facts(KeyValues([Fact(block.label, block.yen, "yen")]))
        case KeyValues():
            return _of_facts(block)
    return block


def _of_facts(block: KeyValues) -> Table:
    columns = [Column("項目"), Column("値", "figure"), Column("単位")]
    rows = []
    for fact in block.rows:
        value = fact.value if isinstance(fact.value, int) else _cell(fact.value, fact.kind)
        rows.append([fact.label, value, "円" if fact.kind == "yen" else fact.unit])
    return Table(block.title, columns, rows)


def _cell(value: Any, kind: Kind) -> str:
    if value is None:
        return ""
    if kind == "moment":
        return f"{in_japan(value):%Y-%m-%d %H:%M}"
    if kind == "day" and isinstance(value, date):
        return value.isoformat()
    if isinstance(value, int):
        return str(value)
    return _harmless(str(value))


def _harmless(text: str) -> str:
    """A text that a spreadsheet would run as a formula, or take a fraction for a day, gets an apostrophe before it."""
    clean = legible(text)
    is_taken = clean.startswith(_FORMULA_STARTS) or _LIKE_A_DAY.fullmatch(clean)
    return f"'{clean}" if is_taken else clean
