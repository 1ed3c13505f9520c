"""Storing publications in tests, each in a transaction of its own, as a watch that is started anew every time."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from alerts.readings import Determination
from alerts.recording import Recorded, record_publication
from helpdesk.database import Database


@dataclass(frozen=True)
class Operator:
    """A person at the duty desk."""

    id: int = 7
    display_name: str = "佐藤 当番"


def record(database: Database, each: Determination, *, now: datetime | None = None) -> Recorded:
    """One publication, committed."""
    raw = hashlib.sha256(each.content_digest().encode()).hexdigest()
    with database.write_session() as session:
        return record_publication(session, each, raw_sha256=raw, now=now or each.published_at)


def record_all(database: Database, determinations: Iterable[Determination]) -> list[Recorded]:
    """Each publication, committed alone."""
    return [record(database, each) for each in determinations]
