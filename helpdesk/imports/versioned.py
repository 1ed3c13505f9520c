"""版のある行の取り込み: rows whose corrections are further versions beside them, with what they said before in words."""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from cases.history import Person
from helpdesk.clock import in_japan
from helpdesk.desk import Desk
from helpdesk.imports.checked import Checked
from helpdesk.imports.import_kind import Keep
from helpdesk.imports.kept import Kept, bounded
from helpdesk.register.models import ImportedFile
from helpdesk.register.versions import Recorded, record_versions

Words = Mapping[str, Mapping[Any, str]]  # column → value → what a reader calls it


def keep_versions(
    model: type,
    *,
    key: tuple[str, ...],
    labels: Mapping[str, str],
    words: Callable[[Session], Words] = lambda session: {},
) -> Keep:
    """How rows of a model are kept, of which those with the same `key` are versions of one thing.

    `labels` name the columns whose change is told, `words` gives the names of values that are keys.
    """

    def keep(
        session: Session,
        desk: Desk,
        checked: Checked,
        *,
        file: ImportedFile | None,
        by: Person,
        now: datetime,
    ) -> Kept:
        file_id = file.id if file else None
        recorded = record_versions(session, model, checked.entries, key=key, file_id=file_id, now=now)
        return kept_of(recorded, checked, labels, words(session) if recorded.before else {})

    return keep


def kept_of(
    recorded: Recorded, checked: Checked, labels: Mapping[str, str], words: Words | None = None
) -> Kept:
    """What was recorded, with the changes in words."""
    changes = []
    for place, before in recorded.before.items():
        told = told_changes(before, checked.entries[place], labels, words or {})
        changes.append(f"{'・'.join(checked.rows[place][:2])}：{told}")
    return Kept(
        recorded.new,
        recorded.corrected,
        recorded.known,
        states=recorded.states,
        changes=bounded(changes),
    )


def told_changes(
    before: Mapping[str, Any], after: Mapping[str, Any], labels: Mapping[str, str], words: Words
) -> str:
    """From what to what the labelled columns changed."""

    def told(name: str, value: Any) -> str:
        return words[name].get(value, "") if name in words else in_words(value)

    return "、".join(
        f"{label} {told(name, before[name])} → {told(name, after[name])}"
        for name, label in labels.items()
        if before[name] != after[name]
    )


def in_words(value: Any) -> str:
    """A value for a reader."""
    if value is None or value == "":
        return "なし"
    if isinstance(value, bool):
        return "はい" if value else "いいえ"
    if isinstance(value, int):
        return f"{value:,}"
    if isinstance(value, datetime):
        return f"{in_japan(value):%Y-%m-%d %H:%M}"
    return value.isoformat() if isinstance(value, date) else str(value)
