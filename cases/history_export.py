"""履歴の書き出し: the history as JSON lines that can be checked by anyone who has nothing but the file.

A head line, one line a seal, event and stream, an end line with their number. Event content stays the exact text
its digest was made of.
"""

import json
import re
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

from sqlalchemy.orm import Session

from cases.errors import InputRefused, Problem
from cases.history import canonical
from cases.history_verification import HistoryCheck, VerificationReport, history_rows

FORMAT = "helpdesk-history-1"
_ORDER = ("seal", "event", "stream")
_TEXT, _MAYBE_TEXT, _NUMBER, _MAYBE_NUMBER = (str,), (str, type(None)), (int,), (int, type(None))
_FIELDS: dict[str, dict[str, tuple[type, ...]]] = {
    "seal": {
        "number": _NUMBER,
        "sealed_at": _TEXT,
        "event_count": _NUMBER,
        "merkle_root": _TEXT,
        "previous_digest": _TEXT,
        "digest": _TEXT,
    },
    "event": {
        "id": _NUMBER,
        "stream": _TEXT,
        "seq": _NUMBER,
        "case_id": _MAYBE_NUMBER,
        "at": _TEXT,
        "actor_id": _MAYBE_NUMBER,
        "actor_name": _TEXT,
        "kind": _TEXT,
        "content": _MAYBE_TEXT,
        "salt": _MAYBE_TEXT,
        "previous_digest": _TEXT,
        "digest": _TEXT,
        "seal_number": _MAYBE_NUMBER,
    },
    "stream": {"name": _TEXT, "last_seq": _NUMBER, "last_digest": _TEXT},
}
_TIMES = ("at", "sealed_at")


def export_history(session: Session, write: Callable[[str], object], *, now: datetime) -> int:
    """履歴の書き出し: hand the whole history of this moment to `write`, a line at a time; the number of lines.

    Use a fresh session, as for `verify`.
    """
    write(canonical({"format": FORMAT, "exported_at": now}) + "\n")
    count = 0
    for feed, row in history_rows(session):
        write(canonical({"line": feed, **{name: getattr(row, name) for name in _FIELDS[feed]}}) + "\n")
        count += 1
    write(canonical({"line": "end", "lines": count}) + "\n")
    return count


def verify_export(
    lines: Iterable[str], *, known_seals: Mapping[int, str] | None = None
) -> VerificationReport:
    """履歴の検証 of an exported file, given its lines. Raises `InputRefused` when it is no export at all."""
    numbered = enumerate(lines, start=1)
    head = _parsed(next(numbered, (1, ""))[1])
    if head is None or head.get("format") != FORMAT:
        message = "履歴の書き出しではありません。helpdesk audit export で作ったファイルを指定してください"
        raise InputRefused([Problem("1 行目", message)])
    check, count, stage, ended = HistoryCheck(known_seals), 0, 0, False
    for number, line in numbered:
        if ended:
            check.report.add(f"{number} 行目", "終わりの行の後に行があります。加えられています")
            break
        value = _parsed(line)
        feed = value.get("line") if value else None
        if value and feed == "end":
            ended = True
            if value.get("lines") != count:
                check.report.add(f"{number} 行目", f"行数が {value.get('lines')} のはずが {count} です")
            continue
        count += 1
        row = _row(feed, value) if value and feed in _ORDER else None
        if row is None or _ORDER.index(feed) < stage:
            check.report.add(
                f"{number} 行目", "履歴の行として読めません。壊れているか、並びが変えられています"
            )
            continue
        stage = _ORDER.index(feed)
        getattr(check, feed)(row)
    if not ended:
        check.report.add("末尾", "終わりの行がありません。ファイルが途中で切れています")
    return check.finish()


def _parsed(line: str) -> dict[str, Any] | None:
    try:
        value = json.loads(line)
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None


def _row(feed: str, value: dict[str, Any]) -> SimpleNamespace | None:
    """A line's values, typed as the database would give them; None when they are not."""
    fields = _FIELDS[feed]
    if value.keys() != fields.keys() | {"line"}:
        return None
    if any(type(value[name]) not in kinds for name, kinds in fields.items()):
        return None
    row = {name: value[name] for name in fields}
    for name in _TIMES:
        if name in row:
            if not re.fullmatch(r"[0-9]{4}-[0-9:T.-]{15,22}\+00:00", row[name]):
                return None
            try:
                row[name] = datetime.fromisoformat(row[name]).astimezone(UTC)
            except ValueError:
                return None
    return SimpleNamespace(**row)
