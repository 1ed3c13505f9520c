"""記録済みの確認: what of a file is recorded already, and does it say the same as what is recorded?"""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import InstrumentedAttribute, Session

_ASKED_AT_ONCE = 500


def already_recorded(
    session: Session, key: InstrumentedAttribute[str], wanted: Sequence[str]
) -> dict[str, Any]:
    """The rows whose key is among those wanted, by key; so many at once as every database takes."""
    found: dict[str, Any] = {}
    for start in range(0, len(wanted), _ASKED_AT_ONCE):
        asked = select(key.class_).where(key.in_(wanted[start : start + _ASKED_AT_ONCE]))
        found |= {getattr(row, key.key): row for row in session.scalars(asked)}
    return found


def differing(entry: object, row: object, labels: Mapping[str, str]) -> str:
    """The labels of the columns in which they differ, joined; empty: the same thing once more."""
    return "・".join(label for name, label in labels.items() if getattr(entry, name) != getattr(row, name))
