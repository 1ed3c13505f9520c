"""鮮度: how old is what the feed last said, and has the desk been told that nothing new comes?"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from alerts import incidents
from alerts.models import Feed, Notice, Publication
from alerts.stages.inhibition import STALE_AFTER
from alerts.stages.routing import DUTY_DESK
from calc_core.slots import JAPAN


@dataclass(frozen=True, slots=True)
class Freshness:
    """One feed as the watch page shows it. A feed that never said anything is stale."""

    source: str
    newest_published_at: datetime | None
    last_fetched_at: datetime | None
    last_readable_at: datetime | None
    unreadable_since: datetime | None
    last_problem: str
    age: timedelta | None
    is_stale: bool


def freshness_of(
    session: Session, source: str, *, now: datetime, stale_after: timedelta = STALE_AFTER
) -> Freshness:
    """How fresh the feed is now; stale when the newest publication is older than `stale_after`."""
    feed = session.get(Feed, source)
    if feed is None:
        return Freshness(source, None, None, None, None, "", None, True)
    age = None if feed.newest_published_at is None else now - feed.newest_published_at
    return Freshness(
        source,
        feed.newest_published_at,
        feed.last_fetched_at,
        feed.last_readable_at,
        feed.unreadable_since,
        feed.last_problem,
        age,
        age is None or age > stale_after,
    )


def tell_if_stale(
    session: Session, source: str, *, now: datetime, stale_after: timedelta = STALE_AFTER
) -> Notice | None:
    """The notice that nothing new has come since the last publication: once for each publication that grew old.

    None: it is fresh, was told, cannot be read (which is told by `recording`), or never said anything.
    """
    fresh = freshness_of(session, source, now=now, stale_after=stale_after)
    if not fresh.is_stale or fresh.newest_published_at is None or fresh.unreadable_since is not None:
        return None
    key = f"{source} stale {fresh.newest_published_at.isoformat()}"
    if session.scalar(select(Notice.id).where(Notice.idempotency_key == key)) is not None:
        return None
    newest = (Publication.source == source, Publication.published_at == fresh.newest_published_at)
    publication = session.scalars(select(Publication).where(*newest).order_by(Publication.id.desc())).first()
    if publication is None or fresh.age is None:
        return None
    stamp = f"{fresh.newest_published_at.astimezone(JAPAN):%m/%d %H:%M}"
    minutes = int(fresh.age.total_seconds() // 60)
    notice = Notice(
        publication=publication,
        idempotency_key=key,
        event="missing",
        areas=[],
        slots=[],
        decision="send",
        stage="routing",
        reason=f"{stamp}の公表から{minutes}分、新しい公表がないため、当番席へ直ちに知らせる",
        receivers=[DUTY_DESK],
        decided_at=now,
    )
    session.add(notice)
    incidents.attach(session, publication, [notice], now=now)
    session.flush()
    return notice
