"""列: which column of a file is which, by its heading, and reading rows so that every problem is found at once."""

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, TypeVar

from helpdesk.errors import Problem, Refused
from helpdesk.imports.cells import NotReadable, plain, read_day, read_yen
from helpdesk.imports.table_file import Row, Table

MOST_PROBLEMS = 10_000  # told one by one
_MOST_TITLE_ROWS = 10
_MOST_REMEMBERED = 20_000
_ONE_HEADING_A_COLUMN = "セルの結合を解除し、列ごとに見出しを1行で書くか、いらない列を除いてください。"
_BESIDES = re.compile(r"\s|[(\[](?:円|円/kw|kw|kwh|%|税込|必須|任意)[)\]]")

_SUM_WORDS = frozenset({"合計", "総計", "小計", "計"})

_Value = TypeVar("_Value")


@dataclass(frozen=True, slots=True)
class Column:
    """列: our name, its heading, other headings that people give it, whether a file must have it, and an example.

    `may_be_empty`: of a column that a file must have, though not every row has a value: what a file means by leaving
    it out altogether would be a guess.
    """

    name: str
    label: str
    other_names: tuple[str, ...] = ()
    required: bool = True
    example: str = ""
    may_be_empty: bool = False

    @property
    def need(self) -> str:
        """Whether a file must have it, for a reader."""
        if not self.required:
            return "任意"
        return "必須・空欄可" if self.may_be_empty else "必須"


@dataclass(frozen=True, slots=True)
class CellProblem(Problem):
    """Something wrong in a file: where it stands, also in parts, for a list of them."""

    file: str = ""
    row: int | None = None
    column: str = ""


_ONE_MORE = CellProblem("", "")  # stands for each beyond those that are told: a file can have millions


class TableReader:
    """Takes cells by column name, gathers problems with file, row and column, and refuses once at the end."""

    def __init__(self, table: Table, columns: Sequence[Column]) -> None:
        self.problems: list[Problem] = []
        self.warnings = [f"シート「{each}」は読み取っていません" for each in table.unread_sheets]
        self._read: dict[tuple[Callable[[str], Any], str], Any] = {}  # most cells of a file come many times
        self._columns = {column.name: column for column in columns}
        self._wanted = {
            _key(each): column.name for column in columns for each in (column.label, *column.other_names)
        }
        self._sums: set[int] = set()  # numbers of rows that add up the others
        self.table = self._below_titles(table)
        self._at = self._places(self.table, columns)
        self._row: Row = self.table.header

    def rows(self) -> Sequence[Row]:
        """The rows, each made the current one by `at`."""
        return self.table.rows

    def at(self, row: Row) -> None:
        """Read from this row. One with more cells than headings is noted, for its columns have slipped; so is a sum."""
        self.at_again(row)
        if _key(next((cell for cell in row.cells if cell.strip()), "")) in _SUM_WORDS:
            self._sums.add(row.number)
            words = "合計の行のようです。この行を消して保存し直してください"
            where = f"{self.table.file} {row.number}行目"
            self._add(lambda: CellProblem(where, words, self.table.file, row.number))
        beyond = [cell for cell in row.cells[len(self.table.header.cells) :] if cell.strip()]
        if beyond:
            words = "見出しより列が多くあります。値の中のカンマが引用符で囲まれているか確かめてください"
            where = f"{self.table.file} {row.number}行目"
            self._add(lambda: CellProblem(where, words, self.table.file, row.number))

    def at_again(self, row: Row) -> None:
        """Read once more from a row that has been judged."""
        self._row = row

    @property
    def row_number(self) -> int:
        """The current row as a person counts."""
        return self._row.number

    def place(self, name: str) -> str:
        """Where a value of the current row stands, for the reader."""
        return f"{self.table.file} {self._row.number}行目「{self._columns[name].label}」"

    def note(self, name: str, words: str) -> None:
        """Something is wrong with a value of the current row."""
        label = self._columns[name].label
        self._add(lambda: CellProblem(self.place(name), words, self.table.file, self._row.number, label))

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
            if self._columns[name].required and not self._columns[name].may_be_empty:
                self.note(name, "空です。値を入れてください")
            return None
        if (read, cell) in self._read:
            return self._read[read, cell]
        try:
            found = read(cell)
        except NotReadable as error:
            self.note(name, str(error))
            return None
        if len(self._read) >= _MOST_REMEMBERED:
            self._read.clear()
        self._read[read, cell] = found
        return found

    def refuse_if_wrong(self) -> None:
        """Raise `Refused` when anything was wrong; of very many problems the rest is counted."""
        found = [each for each in self.problems if not self._is_in_sum(each)]
        if not found:
            return
        shown = found[:MOST_PROBLEMS]
        if len(found) > len(shown):
            more = len(found) - len(shown)
            words = f"このほかに {more:,} 件の問題があります"
            shown = [*shown, CellProblem(self.table.file, words, self.table.file)]
        raise Refused(shown)

    def _is_in_sum(self, problem: Problem) -> bool:
        """Whether this is about one value of a row that should not be there at all."""
        return isinstance(problem, CellProblem) and problem.row in self._sums and bool(problem.column)

    def has(self, name: str) -> bool:
        """Whether something stands in a column of the current row."""
        return bool(self.cell(name).strip())

    def _add(self, make: Callable[[], CellProblem]) -> None:
        self.problems.append(make() if len(self.problems) < MOST_PROBLEMS else _ONE_MORE)

    def _below_titles(self, table: Table) -> Table:
        """The table without title rows, where a row below them is unmistakably the header: it has all that is required.

        A row with one cell alone is a title, even if it is called like a column. Where no row has all that is required,
        the first with several headings that are known is the one to speak of.
        """
        required = {column.name for column in self._columns.values() if column.required}
        for skipped, row in enumerate((table.header, *table.rows[:_MOST_TITLE_ROWS])):
            names = {self._wanted.get(_key(cell)) for cell in row.cells if cell.strip()} - {None}
            is_header = required <= names
            if skipped < len(table.rows) and (is_header or len(names) > 1):
                if skipped and is_header:
                    self.warnings.append(f"見出しより上の {skipped} 行は表題として読み飛ばしました")
                return replace(table, header=row, rows=table.rows[skipped:])
            if names and sum(1 for cell in row.cells if cell.strip()) > 1:
                return table
        return table

    def _places(self, table: Table, columns: Sequence[Column]) -> dict[str, int]:
        found: dict[str, int] = {}
        unread: list[str] = []
        for at, heading in enumerate(table.header.cells):
            name = self._wanted.get(_key(heading))
            if name is None:
                if heading.strip():
                    unread.append(heading.strip()[:20])
                continue
            if name in found:
                label = self._columns[name].label
                self._refuse_heading(f"列「{label}」が2つあります。1つにしてください")
            found[name] = at
        if unnamed := _unnamed_columns(table):
            places = "・".join(f"{at + 1}列目" for at in unnamed[:10])
            words = f"{places}に値がありますが、見出しが空です。{_ONE_HEADING_A_COLUMN}"
            self._refuse_heading(words)
        missing = [column.label for column in columns if column.required and column.name not in found]
        if missing:
            there = "・".join(cell.strip()[:20] for cell in table.header.cells if cell.strip())[:200]
            words = (
                f"列「{'」「'.join(missing)}」がありません。見出しを確かめてください（見つかった列：{there}）"
            )
            below = {_key(cell) for cell in table.rows[0].cells}
            if any(key in self._wanted and not key.isdigit() for key in below):
                words = f"見出しが2行に分かれています。{_ONE_HEADING_A_COLUMN}{words}"
            self._refuse_heading(words)
        if self.problems:
            raise Refused(self.problems)
        if unread:
            self.warnings.append(f"読み取らなかった列：{'・'.join(unread[:20])}")
        return found

    def _refuse_heading(self, words: str) -> None:
        table = self.table
        where = f"{table.file} {table.header.number}行目（見出し）"
        self.problems.append(CellProblem(where, words, table.file, table.header.number, "見出し"))


def _unnamed_columns(table: Table) -> list[int]:
    """Columns with values and without a heading: headings that were merged stand over the first of them alone."""
    empty = [at for at, heading in enumerate(table.header.cells) if not heading.strip()]
    return [at for at in empty if any(at < len(row.cells) and row.cells[at].strip() for row in table.rows)]


def _key(heading: str) -> str:
    """A heading as it is compared: one width, no blanks, no unit in brackets."""
    text = unicodedata.normalize("NFKC", heading).strip("\ufeff").lower()
    return _BESIDES.sub("", text)
