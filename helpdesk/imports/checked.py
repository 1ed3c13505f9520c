"""検査済みの行: what a file holds, ready to be recorded and for a person to look at first."""

import unicodedata
from collections.abc import Hashable
from dataclasses import dataclass, field
from typing import Any

from helpdesk.imports.columns import TableReader


@dataclass(frozen=True, slots=True)
class Checked:
    """Entries for the ledger or the register, and the same as a table of words for the preview.

    `warnings` are told before and after the import and refuse nothing; `nothing` is what to say where there is no
    entry at all.
    """

    entries: list[Any]
    headings: list[str]
    rows: list[list[str]]
    warnings: list[str] = field(default_factory=list)
    nothing: str = ""


def first_places(reader: TableReader, name: str) -> None:
    """Note every row whose value of this column has stood in a row before."""
    first: dict[str, int] = {}
    for row in reader.rows():
        reader.at_again(row)
        value = " ".join(unicodedata.normalize("NFKC", reader.cell(name)).split())
        if not value:
            continue
        if value in first:
            reader.note(name, f"「{value}」は {first[value]}行目にもあります。どちらかを除いてください")
        else:
            first[value] = row.number


class RowKeys:
    """What makes each row of a file its own; a row that comes twice is noted with the row where it stood first."""

    def __init__(self, reader: TableReader) -> None:
        self._reader = reader
        self._first: dict[Hashable, int] = {}

    def add(self, key: Hashable, name: str, words: str) -> None:
        """The current row is this one; `words` name it at the column `name` if it has come before."""
        row = self._reader.row_number
        first = self._first.setdefault(key, row)
        if first != row:
            self._reader.note(name, f"{words}は {first}行目にもあります。どちらかを除いてください")
