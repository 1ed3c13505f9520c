"""列: which column of a file is which, by its heading, and reading rows so that every problem is found at once."""

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

from helpdesk.errors import Problem, Refused
from helpdesk.imports.cells import NotReadable, plain, read_day, read_yen
from helpdesk.imports.table_file import Row, Table

MOST_PROBLEMS = 200

_Value = TypeVar("_Value")


@dataclass(frozen=True, slots=True)
class Column:
    """列: our name, its heading, other headings that people give it, whether a file must have it, and an example."""

    name: str
    label: str
    other_names: tuple[str, ...] = ()
    required: bool = True
    example: str = ""


class TableReader:
    """Takes cells by column name, gathers problems with file, row and column, and refuses once at the end."""

    def __init__(self, table: Table, columns: Sequence[Column]) -> None:
        self.table = table
        self.problems: list[Problem] = []
        self._columns = {column.name: column for column in columns}
        self._at = self._places(table, columns)
        self._row: Row = table.header

    def rows(self) -> Sequence[Row]:
        """The rows, each made the current one by `at`."""
        return self.table.rows

    def at(self, row: Row) -> None:
        """Read from this row. One with more cells than headings is noted: its columns have slipped."""
        self.at_again(row)
        beyond = [cell for cell in row.cells[len(self.table.header.cells) :] if cell.strip()]
        if beyond:
            words = "見出しより列が多くあります。値の中のカンマが引用符で囲まれているか確かめてください"
            self.problems.append(Problem(f"{self.table.file} {row.number}行目", words))

    def at_again(self, row: Row) -> None:
        """Read once more from a row that has been judged."""
        self._row = row

    def place(self, name: str) -> str:
        """Where a value of the current row stands, for the reader."""
        return f"{self.table.file} {self._row.number}行目「{self._columns[name].label}」"

    def note(self, name: str, words: str) -> None:
        """Something is wrong with a value of the current row."""
        self.problems.append(Problem(self.place(name), words))

    def text(self, name: str, *, most: int = 60) -> str:
        """A text in one width; empty where the column or the value is not there."""
        found = self.value(name, plain) or ""
        if len(found) > most:
            self.note(name, f"{most}文字以内にしてください（いま {len(found)}文字）")
        return found[:most]

    def yen(self, name: str) -> int | None:
        """An amount; None after noting a problem."""
        return self.value(name, read_yen)

    def day(self, name: str) -> date | None:
        """A day; None after noting a problem."""
        return self.value(name, read_day)

    def choice(self, name: str, options: Mapping[str, str]) -> str:
        """The key of the option that is written as key or as label."""
        written = self.text(name)
        by_words = {label: key for key, label in options.items()} | {key: key for key in options}
        if written and written not in by_words:
            self.note(
                name, f"「{written}」はありません。{'・'.join(options.values())} のどれかにしてください"
            )
        return by_words.get(written, "")

    def cell(self, name: str) -> str:
        """What stands in a column of the current row."""
        at = self._at.get(name)
        return self._row.cells[at] if at is not None and at < len(self._row.cells) else ""

    def value(self, name: str, read: Callable[[str], _Value]) -> _Value | None:
        """The value of a column as `read` understands it; None after noting a problem, or where nothing stands."""
        cell = self.cell(name)
        if not cell.strip():
            if self._columns[name].required:
                self.note(name, "空です。値を入れてください")
            return None
        try:
            return read(cell)
        except NotReadable as error:
            self.note(name, str(error))
            return None

    def refuse_if_wrong(self) -> None:
        """Raise `Refused` when anything was wrong; of very many problems the rest is counted."""
        if not self.problems:
            return
        shown = self.problems[:MOST_PROBLEMS]
        if len(self.problems) > len(shown):
            more = len(self.problems) - len(shown)
            shown = [*shown, Problem(self.table.file, f"このほかに {more:,} 件の問題があります")]
        raise Refused(shown)

    def _places(self, table: Table, columns: Sequence[Column]) -> dict[str, int]:
        wanted = {
            _key(each): column.name for column in columns for each in (column.label, *column.other_names)
        }
        found: dict[str, int] = {}
        for at, heading in enumerate(table.header.cells):
            name = wanted.get(_key(heading))
            if name is None:
                continue
            if name in found:
                label = self._columns[name].label
                self.problems.append(
                    Problem(_heading(table), f"列「{label}」が2つあります。1つにしてください")
                )
            found[name] = at
        missing = [column.label for column in columns if column.required and column.name not in found]
        if missing:
            there = "・".join(cell.strip()[:20] for cell in table.header.cells if cell.strip())[:200]
            words = (
                f"列「{'」「'.join(missing)}」がありません。見出しを確かめてください（見つかった列：{there}）"
            )
            self.problems.append(Problem(_heading(table), words))
        if self.problems:
            raise Refused(self.problems)
        return found


def _heading(table: Table) -> str:
    return f"{table.file} {table.header.number}行目（見出し）"


def _key(heading: str) -> str:
    """A heading as it is compared: one width, no blanks, no unit in brackets."""
    text = unicodedata.normalize("NFKC", heading).strip("\ufeff")
    return re.sub(r"\s|\((?:円|税込|必須|任意)\)", "", text).lower()
