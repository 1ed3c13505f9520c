"""改訂の比較: what changed between two wordings of an article, line by line."""

from dataclasses import dataclass
from difflib import SequenceMatcher

from kb.models import Revision

COMPARED = (
    ("題名", "title"),
    ("想定質問", "questions"),
    ("キーワード", "keywords"),
    ("本文", "body"),
    ("根拠", "source"),
    ("適用開始年度", "valid_from_fiscal_year"),
    ("適用終了年度", "valid_to_fiscal_year"),
)


@dataclass(frozen=True)
class Line:
    """One line of a comparison; `change` is same, removed or added."""

    part: str
    change: str
    text: str


def compare(old: Revision, new: Revision) -> list[Line]:
    """All lines of the parts that differ, removed lines before the added ones; empty if nothing differs."""
    lines: list[Line] = []
    for part, name in COMPARED:
        before, after = _lines(getattr(old, name)), _lines(getattr(new, name))
        if before != after:
            lines.extend(_compare_lines(part, before, after))
    return lines


def _compare_lines(part: str, before: list[str], after: list[str]) -> list[Line]:
    lines: list[Line] = []
    for tag, i1, i2, j1, j2 in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if tag == "equal":
            lines.extend(Line(part, "same", text) for text in before[i1:i2])
        else:
            lines.extend(Line(part, "removed", text) for text in before[i1:i2])
            lines.extend(Line(part, "added", text) for text in after[j1:j2])
    return lines


def _lines(value: str | int | None) -> list[str]:
    return [] if value is None else str(value).splitlines()
