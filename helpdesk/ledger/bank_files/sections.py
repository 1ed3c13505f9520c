"""ファイルの構成: which accounts (or requests) with which records a file holds; do its counts and sums agree?

A file is one or more sections of header, data records and trailer, and an end record behind the last. Everything that
is wrong is told at once, by line and field; then nothing of the file is used.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from helpdesk.errors import Problem, Refused
from helpdesk.ledger.bank_files.layouts import (
    ACCOUNT_STATEMENT,
    DATA,
    DEPOSIT_NOTICE,
    END,
    HEADER,
    LARGE_NOTICE_DATA,
    RECORD_NAMES,
    TRAILER,
    TRANSFER_RESULT,
    Field,
    Layout,
)
from helpdesk.ledger.bank_files.records import Record, place, read_record
from helpdesk.ledger.bank_files.splitting import Line, split_records

MOST_PROBLEMS = 500
_LARGE_AMOUNTS = slice(
    128, 152
)  # digits there: フォーマットB; in フォーマットA blanks end the EDI information


@dataclass(slots=True)
class Section:
    """One account or one request: its header, its data records, its trailer, each with the line it stands in."""

    line: int
    header: Record
    rows: list[tuple[int, Record]] = field(default_factory=list)
    trailer_line: int = 0
    trailer: Record | None = None


@dataclass(frozen=True, slots=True)
class Sections:
    """A file that was read and whose sums agree."""

    layout: Layout
    sections: list[Section]


def read_sections(content: bytes, *, today: date) -> Sections:
    """The sections of a file. Raises `Refused` with every problem."""
    layout, lines = split_records(content)
    reader = _Reader(layout, today)
    for line in lines:
        reader.take(line)
    reader.finish(len(lines))
    if reader.problems:
        raise Refused(_bounded(reader.problems))
    return Sections(layout, reader.sections)


class _Reader:
    """Takes one record after the other and says what may come next."""

    def __init__(self, layout: Layout, today: date) -> None:
        self.problems: list[Problem] = []
        self.sections: list[Section] = []
        self._layout = layout
        self._today = today
        self._may_come: Sequence[str] = (HEADER,)
        self._end: tuple[int, Record] | None = None

    def take(self, line: Line) -> None:
        record = line.content[:1].decode("ascii", errors="replace")
        if record not in self._may_come:
            wanted = "・".join(f"{each}（{RECORD_NAMES[each]}）" for each in self._may_come)
            words = (
                f"「{record}」です。ここには {wanted} が来ます"
                if wanted
                else "エンド・レコードの後にあります"
            )
            self.problems.append(Problem(place(line.number, "データ区分"), words))
        if record not in RECORD_NAMES:
            return
        values, problems = read_record(
            _fields(self._layout, record, line.content), line.content, line.number, self._today
        )
        self.problems += problems
        self._keep(record, line.number, values)

    def finish(self, lines: int) -> None:
        if self._may_come and not self.problems:
            missing = RECORD_NAMES[self._may_come[-1]]
            words = f"{missing}がありません。ファイルが途中で切れていないか確かめてください"
            self.problems.append(Problem(f"{lines}行目の後", words))
        if not self.problems:  # sums of records that could not be read would only confuse
            for section in self.sections:
                self.problems += _sum_problems(self._layout, section)
            self.problems += self._end_problems(lines)

    def _keep(self, record: str, number: int, values: Record) -> None:
        if record == HEADER:
            self.sections.append(Section(number, values))
            self._may_come = (DATA, TRAILER)
        elif record == DATA:
            if self.sections:
                self.sections[-1].rows.append((number, values))
            self._may_come = (DATA, TRAILER)
        elif record == TRAILER:
            if self.sections:
                self.sections[-1].trailer_line, self.sections[-1].trailer = number, values
            self._may_come = (HEADER, END)
        else:
            self._may_come, self._end = (), (number, values)

    def _end_problems(self, lines: int) -> Iterator[Problem]:
        """口座数 of the end record, where the kind has it and the bank gives it."""
        number, values = self._end or (lines, {})
        accounts = values.get("accounts")
        if accounts and accounts != len(self.sections):
            yield _differs(number, "口座数", accounts, len(self.sections))


def _fields(layout: Layout, record: str, content: bytes) -> tuple[Field, ...]:
    if layout is DEPOSIT_NOTICE and record == DATA and content[_LARGE_AMOUNTS].isdigit():
        return LARGE_NOTICE_DATA
    return layout.records[record]


def _sum_problems(layout: Layout, section: Section) -> list[Problem]:
    """What the trailer says otherwise than the data records; what a bank leaves out is not judged."""
    told, rows = section.trailer or {}, [row for _, row in section.rows]
    labels = {each.name: each.label for each in layout.records[TRAILER]}
    found = []
    for name, value in _SUMS[layout.label](rows).items():
        if told.get(name) is not None and told[name] != value:
            found.append(_differs(section.trailer_line, labels[name], told[name], value))
        elif told.get(name) is None and name in ("count", "sum", "in_count", "in_sum"):
            found.append(Problem(place(section.trailer_line, labels[name]), "空です。数字が必要です"))
    if layout is ACCOUNT_STATEMENT and not found:
        found += _balance_problems(section)
    return found


def _balance_problems(section: Section) -> Iterator[Problem]:
    """残高 before, and what came in and went out, must give the balance after; two zeros: the bank tells none."""
    before, after = section.header["balance_before"], (section.trailer or {})["balance_after"]
    if before is None or after is None or before == after == 0:
        return
    signed = -before if section.header["overdrawn"] == _OVERDRAWN else before
    signed += sum(row["amount"] * (1 if row["direction"] == "1" else -1) for _, row in section.rows)
    told = -after if (section.trailer or {})["overdrawn"] == _OVERDRAWN else after
    if signed != told:
        yield _differs(section.trailer_line, "取引後残高", told, signed)


_OVERDRAWN = 2


def amount_of(row: Record) -> int:
    """金額 of a data record, whichever of its two fields has it."""
    return (row.get("amount") or 0) or (row.get("large_amount") or 0)


def _count_and_sum(rows: Sequence[Record]) -> tuple[int, int]:
    return len(rows), sum(amount_of(row) for row in rows)


def _sums_of_result(rows: Sequence[Record]) -> dict[str, int]:
    count, total = _count_and_sum(rows)
    paid_count, paid_sum = _count_and_sum([row for row in rows if row["outcome"] == "0"])
    return {
        "count": count,
        "sum": total,
        "paid_count": paid_count,
        "paid_sum": paid_sum,
        "failed_count": count - paid_count,
        "failed_sum": total - paid_sum,
    }


def _sums_of_notice(rows: Sequence[Record]) -> dict[str, int]:
    count, total = _count_and_sum([row for row in rows if row["cancelled"] != "1"])
    cancelled_count, cancelled_sum = _count_and_sum([row for row in rows if row["cancelled"] == "1"])
    return {"count": count, "sum": total, "cancelled_count": cancelled_count, "cancelled_sum": cancelled_sum}


def _sums_of_statement(rows: Sequence[Record]) -> dict[str, int]:
    in_count, in_sum = _count_and_sum([row for row in rows if row["direction"] == "1"])
    out_count, out_sum = _count_and_sum([row for row in rows if row["direction"] == "2"])
    return {
        "in_count": in_count,
        "in_sum": in_sum,
        "out_count": out_count,
        "out_sum": out_sum,
        "count": len(rows),
    }


_SUMS: Final[dict[str, Callable[[Sequence[Record]], dict[str, int]]]] = {
    TRANSFER_RESULT.label: _sums_of_result,
    DEPOSIT_NOTICE.label: _sums_of_notice,
    ACCOUNT_STATEMENT.label: _sums_of_statement,
}


def _differs(line: int, label: str, told: int, counted: int) -> Problem:
    words = f"{told:,} ですが、明細からは {counted:,} です。明細が欠けていないか銀行に確かめてください"
    return Problem(place(line, label), words)


def _bounded(problems: list[Problem]) -> list[Problem]:
    if len(problems) <= MOST_PROBLEMS:
        return problems
    more = f"このほかに {len(problems) - MOST_PROBLEMS:,} 件の問題があります"
    return [*problems[:MOST_PROBLEMS], Problem("ファイル", more)]
