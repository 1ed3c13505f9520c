"""履歴: the one event table of all streams, chained by digest and sealed; what happened, who did it, when.

Every event belongs to a stream (case:<id>, run:<id>, user:<id>, settings, …). Its digest covers the event, its content
with a random salt, and the digest before it in the stream; writers of different streams do not wait for each other.
Whether all of it still stands is asked in `cases.history_verification`.
"""

import hashlib
import json
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, Protocol

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from cases.errors import ContentRefused, ErasureRefused
from cases.merkle import MerkleTree
from cases.models import Case, Event, EventStream, Seal
from cases.numbering import insert_for, lock_series

GENESIS = "0" * 64
ERASED = "erased"
_IDS_PER_UPDATE = 500
_PLAIN = frozenset((str, int, bool, type(None)))
_ENVELOPE = ("stream", "seq", "case_id", "at", "actor_id", "actor_name", "kind")


class Person(Protocol):
    """Whoever acts: anything with an id (None for the desk itself) and a name to show."""

    @property
    def id(self) -> int | None: ...

    @property
    def display_name(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Actor:
    """行為者 as a plain value."""

    id: int | None
    display_name: str


SYSTEM = Actor(None, "システム")


def record(
    session: Session,
    stream: str,
    kind: str,
    content: dict[str, Any],
    *,
    by: Person,
    now: datetime,
    case_id: int | None = None,
    random_bytes: Callable[[int], bytes] = secrets.token_bytes,
) -> Event:
    """Add an event (履歴) to a stream and return it, flushed.

    The stream's head stays locked until the transaction ends: a writer of several streams takes them in the
    order case, run, others. Raises `ContentRefused` for content without an exact form.
    """
    if now.tzinfo is None:
        raise ContentRefused(f"履歴 {stream} {kind}: 時刻 {now} にタイムゾーンがありません")
    text = canonical(content)
    head = _lock_head(session, stream)
    event = Event(
        stream=stream,
        seq=head.last_seq + 1,
        case_id=case_id,
        at=now.astimezone(UTC),
        actor_id=by.id,
        actor_name=by.display_name,
        kind=kind,
        content=text,
        salt=random_bytes(16).hex(),
        previous_digest=head.last_digest,
    )
    event.digest = event_digest(event, of_content=content_digest(event.salt, text))
    head.last_seq, head.last_digest = event.seq, event.digest
    session.add(event)
    session.flush()
    return event


def record_on_case(
    session: Session, case: Case, kind: str, content: dict[str, Any], *, by: Person, now: datetime
) -> Event:
    """Add an event to a case's own stream."""
    return record(session, f"case:{case.id}", kind, content, by=by, now=now, case_id=case.id)


def read_stream(session: Session, stream: str) -> list[Event]:
    """All events of a stream, oldest first."""
    return list(session.scalars(select(Event).where(Event.stream == stream).order_by(Event.seq)))


def case_events(session: Session, case_id: int) -> list[Event]:
    """Everything that happened to a case, whichever stream it stands in, oldest first."""
    return list(session.scalars(select(Event).where(Event.case_id == case_id).order_by(Event.id)))


def content_of(event: Event) -> dict[str, Any] | None:
    """The content of an event, or None when it has been erased."""
    return None if event.content is None else json.loads(event.content)


def erase(session: Session, event: Event, *, by: Person, now: datetime, reason: str) -> Event:
    """消去: drop an event's content and salt, keep its digest, and record who did it and why.

    Without the salt nobody can guess the content back; who did what kind of thing when, and the chain, still verify.
    """
    if event.kind == ERASED:
        raise ErasureRefused(f"履歴 {event.stream} の {event.seq} 番は消去の記録であり、消去できません")
    if event.content is None:
        raise ErasureRefused(f"履歴 {event.stream} の {event.seq} 番はすでに消去されています")
    if not reason.strip():
        raise ErasureRefused("消去の理由を入力してください")
    content = {
        "seq": event.seq,
        "kind": event.kind,
        "content_digest": content_digest(event.salt, event.content),
        "reason": reason.strip(),
    }
    event.content = None
    event.salt = None
    return record(session, event.stream, ERASED, content, by=by, now=now, case_id=event.case_id)


def seal(session: Session, *, now: datetime, limit: int = 10_000) -> Seal | None:
    """封印: take the unsealed events (at most `limit`) into the next numbered seal; None when there are none.

    A second sealer waits for the first and finds nothing left.
    """
    lock_series(session, "seal")
    unsealed = (
        select(Event.id, Event.digest).where(Event.seal_number.is_(None)).order_by(Event.id).limit(limit)
    )
    rows = session.execute(unsealed).all()
    if not rows:
        return None
    last = session.scalars(select(Seal).order_by(Seal.number.desc()).limit(1)).first()
    tree = MerkleTree()
    for row in rows:
        tree.add(row.digest)
    made = Seal(
        number=last.number + 1 if last else 1,
        sealed_at=now.astimezone(UTC),
        event_count=len(rows),
        merkle_root=tree.root(),
        previous_digest=last.digest if last else GENESIS,
    )
    made.digest = seal_digest(made)
    session.add(made)
    session.flush()
    for start in range(0, len(rows), _IDS_PER_UPDATE):
        ids = [row.id for row in rows[start : start + _IDS_PER_UPDATE]]
        session.execute(
            update(Event).where(Event.id.in_(ids)).values(seal_number=made.number),
            execution_options={"synchronize_session": False},
        )
    return made


def canonical(value: object) -> str:
    """The one JSON text of a value: sorted keys, no spaces, times as UTC. Raises `ContentRefused`."""
    if _is_exact(value):
        text = _json(value)
        if _can_be_stored(text):
            return text
    return _json(_exact(value, "content"))


def content_digest(salt: str, content: str) -> str:
    """SHA-256 over salt and content: all that is left of an erased content, kept by the record of its erasure."""
    return _sha256(salt + content)


def event_digest(event: Any, *, of_content: str) -> str:
    """SHA-256 over the canonical event, with its content's digest, and the digest before it in the stream.

    `event`: an `Event` or anything with its columns.
    """
    envelope = {name: getattr(event, name) for name in _ENVELOPE} | {"content": of_content}
    return _sha256(canonical(envelope) + event.previous_digest)


def seal_digest(made: Any) -> str:
    """SHA-256 over a seal's fields and the digest of the seal before it."""
    names = ("number", "sealed_at", "event_count", "merkle_root", "previous_digest")
    return _sha256(canonical({name: getattr(made, name) for name in names}))


def _lock_head(session: Session, stream: str) -> EventStream:
    found = (
        select(EventStream)
        .where(EventStream.name == stream)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    session.flush()  # populate_existing would drop an unwritten head
    head = session.scalars(found).one_or_none()
    if head is not None:
        return head
    values = {"name": stream, "last_seq": 0, "last_digest": GENESIS}
    session.execute(insert_for(session)(EventStream.__table__).values(values).on_conflict_do_nothing())
    return session.scalars(found).one()


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)


def _is_exact(value: Any) -> bool:
    """Whether a value has nothing but what JSON keeps as it is: most have, and need no copy."""
    kind = type(value)
    if kind is dict:
        for key in value:
            if type(key) is not str:
                return False
        value = value.values()
    elif kind is not list and kind is not tuple:
        return kind in _PLAIN
    for each in value:  # noqa: SIM110 - thousands of values: `all` takes half as long again
        if type(each) not in _PLAIN and not _is_exact(each):
            return False
    return True


def _can_be_stored(text: str) -> bool:
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True


def _exact(value: object, where: str) -> object:
    """The value with only what JSON keeps exactly."""
    if value is None or isinstance(value, bool | int):
        return value
    if isinstance(value, str):
        if not _can_be_stored(value):
            raise ContentRefused(f"履歴の内容 {where} に文字として保存できない符号があります")
        return value
    if isinstance(value, datetime):
        if value.tzinfo is None:
            raise ContentRefused(f"履歴の内容 {where} の時刻 {value} にタイムゾーンがありません")
        return value.astimezone(UTC).isoformat(timespec="microseconds")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, list | tuple):
        return [_exact(item, f"{where}[{index}]") for index, item in enumerate(value)]
    if isinstance(value, dict) and all(isinstance(key, str) for key in value):
        return {key: _exact(item, f"{where}.{key}") for key, item in value.items()}
    raise ContentRefused(
        f"履歴の内容 {where} は {type(value).__name__} で、正確な形で残せません。整数か文字列にしてください"
    )


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8")).hexdigest()
