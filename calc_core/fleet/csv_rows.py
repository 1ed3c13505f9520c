"""全電源算定の CSV: rows of a UTF-8 file with exactly the columns it should have, problems by file, line and column."""

import csv
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from calc_core import exact
from calc_core.errors import Problem, unreadable_file

MOST_PROBLEMS = 100  # named one by one for each file; the rest is counted
_WHOLE = re.compile(r"[0-9]+", re.ASCII)
_TRUTH = {"true": True, "1": True, "false": False, "0": False}


class FileProblems:
    """Problems of one file: the first ones named, all counted."""

    def __init__(self, name: str, problems: list[Problem]) -> None:
        self.name = name
        self.count = 0
        self._problems = problems

    def add(self, place: str, message: str) -> None:
        """Note a problem at a place of the file (`3行目 contract_kw`)."""
        self.count += 1
        if self.count <= MOST_PROBLEMS:
            self._problems.append(Problem(f"{self.name} {place}".rstrip(), message))

    def close(self) -> None:
        """Say how many were not named."""
        if self.count > MOST_PROBLEMS:
            more = self.count - MOST_PROBLEMS
            self._problems.append(Problem(self.name, f"問題がほかに {more:,} 件あります"))


@dataclass(frozen=True, slots=True)
class CsvRow:
    """One row: its line in the file and its cells by column; each reading notes what is wrong with the cell."""

    line: int
    cells: Mapping[str, str]
    problems: FileProblems

    def fault(self, column: str, message: str) -> None:
        """Note what is wrong with a cell."""
        self.problems.add(f"{self.line}行目 {column}", message)

    def text(self, column: str) -> str | None:
        """A cell that must not be empty."""
        value = self.cells.get(column, "").strip()
        if not value:
            self.fault(column, "空です。値を書いてください")
            return None
        return value

    def whole(self, column: str) -> int | None:
        """A whole number, not negative."""
        value = self.text(column)
        if value is None:
            return None
        if _WHOLE.fullmatch(value) and len(value) <= exact.LONGEST_TEXT:
            return int(value)
        number = self.number(column)
        if number is None:
            return None
        if number.denominator != 1:
            self.fault(column, f"整数で書いてください（{value}）")
            return None
        return int(number)

    def number(self, column: str) -> Fraction | None:
        """An exact number, not negative."""
        value = self.text(column)
        if value is None:
            return None
        try:
            number = exact.read(value)
        except ValueError as refused:
            self.fault(column, str(refused))
            return None
        if number < 0:
            self.fault(column, f"負の値は指定できません（{value}）")
            return None
        return number

    def truth(self, column: str) -> bool | None:
        """true/false or 1/0."""
        value = self.text(column)
        if value is None:
            return None
        if value.lower() not in _TRUTH:
            self.fault(column, f"true か false（1 か 0）で書いてください（{value}）")
            return None
        return _TRUTH[value.lower()]


def read_rows(
    path: Path, required: Sequence[str], optional: Sequence[str], problems: FileProblems
) -> Iterator[CsvRow]:
    """The rows of a file that has the required columns, and no other than these and the optional ones."""
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except OSError as failed:
        problems.add("", unreadable_file(failed))
        return
    except UnicodeDecodeError as broken:
        line = broken.object.count(b"\n", 0, broken.start) + 1
        problems.add(f"{line}行目", "UTF-8 として読めません。UTF-8 で保存し直してください")
        return
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        header = [name.strip() for name in next(reader, [])]
        if not _header_is_sound(header, required, optional, problems):
            return
        for cells in reader:
            if not any(cell.strip() for cell in cells):
                continue
            if len(cells) != len(header):
                message = f"列が {len(cells)} 個あります。見出しと同じ {len(header)} 個にしてください"
                problems.add(f"{reader.line_num}行目", message)
                continue
            yield CsvRow(reader.line_num, dict(zip(header, cells, strict=True)), problems)
    except csv.Error as broken:
        problems.add(f"{reader.line_num}行目", f"CSV として読めません（{broken}）。引用符を確かめてください")


def _header_is_sound(
    header: Sequence[str], required: Sequence[str], optional: Sequence[str], problems: FileProblems
) -> bool:
    before = problems.count
    for name in required:
        if name not in header:
            problems.add(f"1行目 {name}", "必須の列がありません。見出しに加えてください")
    for name in dict.fromkeys(header):
        if name not in (*required, *optional):
            known = "、".join((*required, *optional))
            problems.add(f"1行目 {name or '（空の見出し）'}", f"知らない列です。使える列: {known}")
        elif header.count(name) > 1:
            problems.add(f"1行目 {name}", "同じ見出しの列が2つ以上あります。1つにしてください")
    return problems.count == before
