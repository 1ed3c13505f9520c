"""履歴の検証: does every stream and every seal still stand? One set of checks for a database and for an export.

The history is fed in one pass: seals by number, events by id, heads of streams. Memory grows with the number of
streams and seals, not with the number of events. `cases.history_export` writes and reads the file form.
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Text, cast, literal, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from cases.errors import CasesError, Problem
from cases.history import ERASED, GENESIS, content_digest, event_digest, seal_digest
from cases.merkle import MerkleTree
from cases.models import Case, Event, EventStream, Seal

_DIGEST = re.compile(r"[0-9a-f]{64}")
_MOST_PROBLEMS = 1000  # listed; all are counted
_ROWS = 2000


@dataclass(slots=True)
class VerificationReport:
    """検証結果: what was checked, and every problem with its stream and number (Japanese)."""

    streams: int = 0
    events: int = 0
    erased: int = 0
    unsealed: int = 0
    seals: int = 0
    last_seal: int | None = None
    last_seal_digest: str | None = None
    problem_count: int = 0
    problems: list[Problem] = field(default_factory=list)

    @property
    def ok(self) -> bool:
        """Whether everything stands."""
        return self.problem_count == 0

    def add(self, where: str, message: str) -> None:
        """Note a problem."""
        self.problem_count += 1
        if len(self.problems) < _MOST_PROBLEMS:
            self.problems.append(Problem(where, message))


class HistoryCheck:
    """The checks themselves: feed `seal`, then `event`, then `stream` rows in order, then `finish`.

    `known_seals` are seals that left the house (number → digest, from a daily report): a history rewritten as a
    whole, seals included, is found by them alone.
    """

    def __init__(self, known_seals: Mapping[int, str] | None = None) -> None:
        self.report = VerificationReport()
        self._known_seals = dict(known_seals or {})
        self._seals: dict[int, Any | None] = {}  # None when all its events have been seen
        self._trees: dict[int, MerkleTree] = {}
        self._heads: dict[str, tuple[int, str]] = {}
        self._erased: dict[tuple[str, int], Any] = {}

    def seal(self, row: Any) -> None:
        """The next seal by number."""
        report, where = self.report, f"封印 {row.number}"
        expected = (report.last_seal or 0) + 1
        if row.number != expected:
            report.add(where, f"封印 {expected} があるはずの場所にあります。封印が削除されています")
        if row.previous_digest != (report.last_seal_digest or GENESIS):
            report.add(where, "前の封印とつながりません。前の封印が書き換えられています")
        if seal_digest(row) != row.digest:
            report.add(where, "内容がダイジェストと一致しません。封印が書き換えられています")
        if self._known_seals.pop(row.number, row.digest) != row.digest:
            report.add(where, "控えの封印と一致しません。履歴全体が作り直された疑いがあります")
        report.seals += 1
        report.last_seal, report.last_seal_digest = row.number, row.digest
        self._seals[row.number] = row

    def event(self, row: Any) -> None:
        """The next event by id."""
        report, where = self.report, f"{row.stream} の {row.seq} 番"
        report.events += 1
        last_seq, last_digest = self._heads.get(row.stream, (0, GENESIS))
        if row.seq != last_seq + 1:
            report.add(
                where,
                f"{last_seq + 1} 番があるはずの場所にあります。履歴が削除されたか、入れ替えられています",
            )
        if row.previous_digest != last_digest:
            report.add(where, "前の履歴とつながりません。前後の履歴が書き換えられたか、差し替えられています")
        self._heads[row.stream] = (row.seq, row.digest)
        self._check_content(row, where)
        self._check_seal_of(row, where)

    def stream(self, row: Any) -> None:
        """The head of a stream, after all events."""
        self.report.streams += 1
        head = self._heads.pop(row.name, (0, GENESIS))
        if head != (row.last_seq, row.last_digest):
            self.report.add(
                row.name,
                f"最後の履歴は {head[0]} 番ですが、流れの記録では {row.last_seq} 番です。"
                "末尾の履歴が削除されたか、書き換えられています",
            )

    def finish(self) -> VerificationReport:
        """The report, once everything has been fed."""
        for stream in self._heads:
            self.report.add(stream, "流れの記録がありません。削除されています")
        for stream, seq in self._erased:
            self.report.add(f"{stream} の {seq} 番", "内容が消去されていますが、消去の記録がありません")
        for number, row in self._seals.items():
            if row is not None:
                seen = self._trees[number].count if number in self._trees else 0
                self.report.add(f"封印 {number}", f"{row.event_count} 件のうち {seen} 件しかありません")
        for number in sorted(self._known_seals):
            self.report.add(f"封印 {number}", "控えにある封印がありません。削除されています")
        return self.report

    def _check_content(self, row: Any, where: str) -> None:
        if row.content is None and row.salt is None:
            self.report.erased += 1
            self._erased[row.stream, row.seq] = (
                row  # its digest is checked when the record of the erasure comes
            )
        elif row.content is None or row.salt is None:
            self._check_digest(row, None)
        else:
            self._check_digest(row, _content_digest(row))
            if row.kind == ERASED:
                self._check_erasure(row, where)

    def _check_digest(self, row: Any, of_content: str | None) -> None:
        try:
            stands = of_content is not None and event_digest(row, of_content=of_content) == row.digest
        except CasesError:
            stands = False  # nothing this desk has written
        if not stands:
            message = "内容がダイジェストと一致しません。記録の後に書き換えられています"
            self.report.add(f"{row.stream} の {row.seq} 番", message)

    def _check_erasure(self, row: Any, where: str) -> None:
        try:
            content = json.loads(row.content)
            seq, of_content = content["seq"], content["content_digest"]
        except (ValueError, LookupError, TypeError):
            self.report.add(where, "消去の記録として読めません")
            return
        erased = self._erased.pop((row.stream, seq), None)
        if erased is None:
            self.report.add(where, f"{seq} 番を消去した記録ですが、その内容は消去されていません")
        else:
            self._check_digest(erased, of_content)

    def _check_seal_of(self, row: Any, where: str) -> None:
        number = row.seal_number
        if number is None:
            self.report.unsealed += 1
            return
        made = self._seals.get(number)
        if made is None:
            cause = "に数えられていません" if number in self._seals else "がありません"
            self.report.add(where, f"封印 {number} {cause}。封印の後に加えられたか、封印が削除されています")
            return
        tree = self._trees.setdefault(number, MerkleTree())
        tree.add(row.digest if _DIGEST.fullmatch(row.digest) else GENESIS)
        if tree.count == made.event_count:
            if tree.root() != made.merkle_root:
                self.report.add(
                    f"封印 {number}", "封じた履歴と一致しません。封印の後に履歴が書き換えられています"
                )
            self._seals[number] = None
            del self._trees[number]


def verify(session: Session, *, known_seals: Mapping[int, str] | None = None) -> VerificationReport:
    """履歴の検証 of the database. Use a fresh session: it looks at one moment, whatever is written meanwhile."""
    check = HistoryCheck(known_seals)
    try:
        for feed, row in history_rows(session):
            getattr(check, feed)(row)
        for number in _cases_without_history(session):
            check.report.add(f"案件 {number}", "履歴がありません。案件の履歴が丸ごと削除されています")
    except (ValueError, TypeError, CasesError, SQLAlchemyError) as error:
        check.report.add("データベース", f"読めない値があり、検証を途中で止めました（{error}）")
    return check.finish()


def history_rows(session: Session) -> Iterator[tuple[str, Any]]:
    """The whole history of one moment as ("seal" | "event" | "stream", row), in the order of the checks."""
    if session.get_bind().dialect.name == "postgresql" and not session.in_transaction():
        session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
    statements = {
        "seal": select(Seal.__table__).order_by(Seal.number),
        "event": select(Event.__table__).order_by(Event.id),
        "stream": select(EventStream.__table__).order_by(EventStream.name),
    }
    for feed, statement in statements.items():
        for row in session.execute(statement.execution_options(yield_per=_ROWS)):
            yield feed, row


def _cases_without_history(session: Session) -> Iterator[str]:
    """Every case begins with an event: one without a stream has lost its history as a whole."""
    stream = select(EventStream.name).where(EventStream.name == literal("case:") + cast(Case.id, Text))
    yield from session.scalars(select(Case.number).where(~stream.exists()).order_by(Case.id))


def _content_digest(row: Any) -> str | None:
    try:
        return content_digest(row.salt, row.content)
    except ValueError:
        return None  # characters that this desk cannot have written
