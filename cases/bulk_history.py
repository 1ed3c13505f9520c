"""履歴の一括: how a file of thousands of rows is written into the history: the same events as one by one, few statements."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from secrets import token_bytes
from types import SimpleNamespace
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from cases.errors import ContentRefused
from cases.history import GENESIS, Person, canonical, content_digest, event_digest
from cases.models import Event, EventStream
from cases.numbering import insert_for

_STREAMS_AT_ONCE = 400
_EVENTS_AT_ONCE = 5_000


@dataclass(frozen=True, slots=True)
class Occurrence:
    """One thing to be recorded, as `history.record` takes it."""

    stream: str
    kind: str
    content: dict[str, Any]
    case_id: int | None = None


def record_all(
    session: Session,
    occurrences: Sequence[Occurrence],
    *,
    by: Person,
    now: datetime,
    random_bytes: Callable[[int], bytes] = token_bytes,
) -> None:
    """Add events to their streams in the order given; digests and chains are those of `history.record`.

    The streams' heads are locked in the order of their names until the transaction ends. Raises `ContentRefused`.
    """
    if now.tzinfo is None:
        raise ContentRefused(f"履歴の時刻 {now} にタイムゾーンがありません")
    texts = [canonical(each.content) for each in occurrences]
    heads = _lock_heads(session, sorted({each.stream for each in occurrences}))
    rows = []
    for each, text in zip(occurrences, texts, strict=True):
        head = heads[each.stream]
        row = {
            "stream": each.stream,
            "seq": head.last_seq + 1,
            "case_id": each.case_id,
            "at": now.astimezone(UTC),
            "actor_id": by.id,
            "actor_name": by.display_name,
            "kind": each.kind,
            "content": text,
            "salt": random_bytes(16).hex(),
            "previous_digest": head.last_digest,
        }
        row["digest"] = event_digest(SimpleNamespace(**row), of_content=content_digest(row["salt"], text))
        head.last_seq, head.last_digest = row["seq"], row["digest"]
        rows.append(row)
    for start in range(0, len(rows), _EVENTS_AT_ONCE):
        session.execute(insert(Event.__table__), rows[start : start + _EVENTS_AT_ONCE])
    session.flush()


def _lock_heads(session: Session, names: Sequence[str]) -> dict[str, EventStream]:
    session.flush()  # populate_existing would drop unwritten heads
    heads: dict[str, EventStream] = {}
    for start in range(0, len(names), _STREAMS_AT_ONCE):
        some = names[start : start + _STREAMS_AT_ONCE]
        values = [{"name": name, "last_seq": 0, "last_digest": GENESIS} for name in some]
        table = EventStream.__table__
        session.execute(insert_for(session)(table).on_conflict_do_nothing(), values)
        found = (
            select(EventStream)
            .where(EventStream.name.in_(some))
            .order_by(EventStream.name)
            .with_for_update()
            .execution_options(populate_existing=True)
        )
        heads |= {head.name: head for head in session.scalars(found)}
    return heads
