"""監視画面: how fresh the feed is, where the slots of two days stand, and what is open.

Every page costs the same number of statements, whatever was published.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import and_, func, select
from sqlalchemy.orm import Session

from alerts import queries as alert_queries
from alerts.freshness import Freshness, freshness_of
from alerts.models import AreaDay, AreaState, Feed, Incident, Notice, Publication
from helpdesk.feed_troubles import open_troubles
from helpdesk.queries.margin_map import DayMap, day_map
from helpdesk.watch_models import FeedTrouble

INTERVAL = timedelta(minutes=30)  # 当日 publications come every half hour (domain.md §4.4)
REPLAYED = {"running": "再生中", "stopped": "再生を停止中", "ended": "再生は終了"}
PUBLICATIONS_SHOWN = 8
UNREADABLE_SHOWN = 5
NOTICES_SHOWN = 6
INCIDENTS_SHOWN = 20


@dataclass(frozen=True, slots=True)
class FeedState:
    """公表の鮮度 as pages show it: state is never, unreadable, late, received or, of a day played again, replayed."""

    state: str
    label: str
    tone: str
    fresh: Freshness
    age: str
    expected_at: datetime | None


@dataclass(frozen=True, slots=True)
class WatchPage:
    """Everything that the watch page shows."""

    feed: FeedState
    days: tuple[DayMap, ...]
    publications: list[Publication]
    unreadable: list[Publication]
    troubles: list[FeedTrouble]
    incidents: list[Incident]
    notices: list[Notice]

    @property
    def has_values(self) -> bool:
        """Whether anything was published for the days shown."""
        return any(map.rows for map in self.days)

    @property
    def ahead(self) -> set[str]:
        """The areas with a slot below 8 % that is not over."""
        return {row.area for map in self.days for row in map.rows if any(not low.is_over for low in row.lows)}

    @property
    def least_ahead(self) -> int | None:
        """The lowest margin of those slots."""
        lows = [low for map in self.days for row in map.rows for low in row.lows if not low.is_over]
        return min((low.least for low in lows), default=None)

    @property
    def unacknowledged(self) -> int:
        """How many open incidents nobody has acknowledged."""
        return sum(incident.state == "open" for incident in self.incidents)


@dataclass(frozen=True, slots=True)
class WatchSummary:
    """監視の要点 for the first page: the feed, what is open, and the days where they are wanted."""

    feed: FeedState
    incidents: list[Incident]
    days: tuple[DayMap, ...]

    @property
    def unacknowledged(self) -> int:
        """How many open incidents nobody has acknowledged."""
        return sum(incident.state == "open" for incident in self.incidents)


def watch_summary(
    session: Session,
    source: str,
    *,
    days: tuple[date, ...],
    now: datetime,
    late_after: timedelta,
    replay: str = "none",
) -> WatchSummary:
    """監視の要点; without days only feed and incidents are read."""
    return WatchSummary(
        feed=feed_state(session, source, now=now, late_after=late_after, replay=replay),
        incidents=list(alert_queries.open_incidents(session))[:INCIDENTS_SHOWN],
        days=day_maps(session, source, days, now=now) if days else (),
    )


def watch_page(
    session: Session, source: str, *, day: date, now: datetime, late_after: timedelta, replay: str = "none"
) -> WatchPage:
    """監視画面 for a day and the next."""
    days = (day, day + timedelta(days=1))
    newest_notices = select(Notice).order_by(Notice.id.desc()).limit(NOTICES_SHOWN)
    return WatchPage(
        feed=feed_state(session, source, now=now, late_after=late_after, replay=replay),
        days=day_maps(session, source, days, now=now),
        publications=list(alert_queries.publications(session, source, limit=PUBLICATIONS_SHOWN)),
        unreadable=_unreadable(session, source),
        troubles=list(open_troubles(session, source)),
        incidents=list(alert_queries.open_incidents(session))[:INCIDENTS_SHOWN],
        notices=list(session.scalars(newest_notices)),
    )


def feed_state(
    session: Session, source: str, *, now: datetime, late_after: timedelta, replay: str = "none"
) -> FeedState:
    """公表の鮮度: never received, unreadable, late (no new stamp for so long), or received.

    `replay`: how a day that is played again stands; its recording has gaps, so that it is never late and expects nothing.
    """
    fresh = freshness_of(session, source, now=now, stale_after=late_after)
    if fresh.unreadable_since is not None:
        state, label, tone = "unreadable", "読み取り不能", "danger"
    elif fresh.age is None:
        state, label, tone = "never", "未受信", "warning"
    elif replay in REPLAYED:
        state, label, tone = "replayed", REPLAYED[replay], "info"
    elif fresh.is_stale:
        state, label, tone = "late", "遅延", "danger"
    else:
        state, label, tone = "received", "受信済み", "success"
    newest = fresh.newest_published_at
    expected_at = newest + INTERVAL if newest and replay not in REPLAYED else None
    return FeedState(state, label, tone, fresh, age_words(fresh.age), expected_at)


def age_words(age: timedelta | None) -> str:
    """How old: 「4分前」「2時間5分前」「3日前」; a stamp of the minute that is just ending is no future."""
    if age is None:
        return "―"
    minutes = max(age // timedelta(minutes=1), 0)
    if minutes < 60:
        return f"{minutes}分前"
    if minutes < 24 * 60:
        return f"{minutes // 60}時間{minutes % 60}分前"
    return f"{minutes // (24 * 60)}日前"


def day_maps(session: Session, source: str, days: tuple[date, ...], *, now: datetime) -> tuple[DayMap, ...]:
    """The maps of these days."""
    states = list(session.scalars(select(AreaState).where(AreaState.day.in_(days))))
    newest = _newest_versions(session, source, days)
    return tuple(
        day_map(
            day,
            {state.area: state for state in states if state.day == day},
            {version.area: version for version in newest if version.day == day},
            now=now,
        )
        for day in days
    )


def change_mark(session: Session, source: str, *, now: datetime) -> str:
    """変更番号: another text whenever the watch page would look different; changes with the minute too (ages)."""
    row = session.execute(
        select(
            select(func.max(Publication.id)).scalar_subquery(),
            select(func.max(Notice.id)).scalar_subquery(),
            select(func.sum(Incident.version)).scalar_subquery(),
            select(Feed.last_fetched_at).where(Feed.source == source).scalar_subquery(),
            select(func.max(FeedTrouble.id)).scalar_subquery(),
        )
    ).one()
    parts = [each.isoformat() if isinstance(each, datetime) else str(each or 0) for each in row]
    return "-".join([source, *parts, f"{now:%Y%m%d%H%M}"]).replace("/", ".")


def _unreadable(session: Session, source: str) -> list[Publication]:
    statement = select(Publication).where(Publication.source == source, Publication.state == "unreadable")
    newest_first = statement.order_by(Publication.fetched_at.desc(), Publication.id.desc())
    return list(session.scalars(newest_first.limit(UNREADABLE_SHOWN)))


def _newest_versions(session: Session, source: str, days: tuple[date, ...]) -> list[AreaDay]:
    """What the newest stamp of each day says; of two publications under one stamp the later one."""
    newest = (
        select(AreaDay.day, func.max(Publication.published_at).label("published_at"))
        .join(Publication, Publication.id == AreaDay.publication_id)
        .where(AreaDay.day.in_(days), Publication.source == source)
        .group_by(AreaDay.day)
        .subquery()
    )
    statement = (
        select(AreaDay)
        .join(Publication, Publication.id == AreaDay.publication_id)
        .join(newest, and_(newest.c.day == AreaDay.day, newest.c.published_at == Publication.published_at))
        .where(Publication.source == source)
        .order_by(AreaDay.publication_id)
    )
    return list(session.scalars(statement))
