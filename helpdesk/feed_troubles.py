"""公表の障害: which troubles a feed has, since when and for how many rounds; begun once, told once, over once."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from helpdesk.watch_models import FeedTrouble

LABELS = {"fetch_failed": "取得できません", "unreadable": "読み取れません", "stale": "更新されません"}


def note_trouble(
    session: Session,
    source: str,
    kind: str,
    detail: str,
    *,
    now: datetime,
    not_before: datetime | None = None,
) -> FeedTrouble:
    """The trouble that is going on, one round longer; a new one if none of this kind is."""
    found = _going_on(session, source, (kind,))
    if found:
        trouble = found[0]
        trouble.rounds += 1
    else:
        trouble = FeedTrouble(source=source, kind=kind, rounds=1, began_at=now)
        session.add(trouble)
    trouble.detail, trouble.last_seen_at, trouble.not_before = detail, now, not_before
    session.flush()
    return trouble


def end_troubles(
    session: Session, source: str, kinds: Collection[str], *, now: datetime
) -> Sequence[FeedTrouble]:
    """End what is going on of these kinds; what has ended just now."""
    ended = _going_on(session, source, kinds)
    for trouble in ended:
        trouble.ended_at = now
    session.flush()
    return ended


def open_troubles(session: Session, source: str) -> Sequence[FeedTrouble]:
    """What is wrong with the feed now, oldest first."""
    return _going_on(session, source, tuple(LABELS))


def _going_on(session: Session, source: str, kinds: Collection[str]) -> Sequence[FeedTrouble]:
    found = select(FeedTrouble).where(
        FeedTrouble.source == source, FeedTrouble.kind.in_(kinds), FeedTrouble.ended_at.is_(None)
    )
    return session.scalars(found.order_by(FeedTrouble.id)).all()
