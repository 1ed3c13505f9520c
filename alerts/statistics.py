"""監視の日次集計: what the feed published on one day, what was decided about it and what became of it (B4.1)."""

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from alerts.models import AreaDay, Incident, Notice, Publication, Transition
from alerts.rules.thresholds import is_low
from alerts.slot_blobs import unpack_int32
from alerts.words import AREAS, DECISIONS, EVENTS, LOW


@dataclass(frozen=True, slots=True)
class ToldNotice:
    """知らせ as the report lists it."""

    decided_at: datetime
    event: str
    areas: tuple[str, ...]
    decision: str
    stage: str
    reason: str


@dataclass(frozen=True, slots=True)
class IncidentDay:
    """事案 that was open on the day, as it stood at the day's end."""

    key: str
    areas: tuple[str, ...]
    worst_margin_hundredths: int | None
    opened_at: datetime
    acknowledged_at: datetime | None
    acknowledged_by: str
    closed_at: datetime | None
    day: date | None = None
    source: str = ""


@dataclass(frozen=True, slots=True)
class WatchDay:
    """監視の一日: `publications` by their state; `notices` by event and decision; slots that went low or came back."""

    publications: dict[str, int]
    notices: dict[tuple[str, str], int]
    went_low: int
    came_back: int
    told: tuple[ToldNotice, ...]
    incidents: tuple[IncidentDay, ...]


def watch_day(session: Session, start: datetime, end: datetime, *, as_of: datetime | None = None) -> WatchDay:
    """The figures of the stretch [start, end); `as_of`: as they were known at that moment."""
    until = end if as_of is None else min(end, as_of)
    fetched = (Publication.fetched_at >= start, Publication.fetched_at < until)
    states = session.scalars(select(Publication.state).where(*fetched))
    changes = session.scalars(select(Transition.to_state).join(Transition.publication).where(*fetched))
    notices = list(
        session.scalars(
            select(Notice).where(Notice.decided_at >= start, Notice.decided_at < until).order_by(Notice.id)
        )
    )
    counted = Counter((each.event, each.decision) for each in notices)
    to_states = Counter(changes)
    return WatchDay(
        publications=dict(sorted(Counter(states).items())),
        notices={
            (event, decision): counted[event, decision]
            for event in EVENTS
            for decision in DECISIONS
            if counted[event, decision]
        },
        went_low=to_states[LOW],
        came_back=to_states.total() - to_states[LOW],
        told=tuple(
            ToldNotice(each.decided_at, each.event, tuple(each.areas), each.decision, each.stage, each.reason)
            for each in notices
        ),
        incidents=_incidents(session, start, until),
    )


def _incidents(session: Session, start: datetime, until: datetime) -> tuple[IncidentDay, ...]:
    """Those that were open at some time of the stretch; what was done later has not happened yet."""

    def known(moment: datetime | None) -> datetime | None:
        return moment if moment is not None and moment < until else None

    found = session.scalars(
        select(Incident)
        .where(Incident.opened_at < until, Incident.closed_at.is_(None) | (Incident.closed_at >= start))
        .options(joinedload(Incident.first_publication))
        .order_by(Incident.id)
    ).all()
    stood = {each.id: _as_it_stood(session, each, until) for each in found}
    return tuple(
        IncidentDay(
            key=each.key,
            areas=stood[each.id][0],
            worst_margin_hundredths=stood[each.id][1],
            opened_at=each.opened_at,
            acknowledged_at=known(each.acknowledged_at),
            acknowledged_by=each.acknowledged_by_name if known(each.acknowledged_at) else "",
            closed_at=known(each.closed_at),
            day=each.day,
            source=each.first_publication.source,
        )
        for each in found
    )


def _as_it_stood(session: Session, incident: Incident, until: datetime) -> tuple[tuple[str, ...], int | None]:
    """Areas and worst margin as they were known then: an incident goes on, a report of a past day does not change."""
    if incident.updated_at < until:
        return tuple(incident.areas), incident.worst_margin_hundredths
    told = select(Notice.areas).where(
        Notice.incident_id == incident.id, Notice.decision == "send", Notice.decided_at < until
    )
    named = {area for areas in session.scalars(told) for area in areas}
    published = (
        select(AreaDay.margins)
        .join(Publication, Publication.id == AreaDay.publication_id)
        .where(
            AreaDay.day == incident.day,
            Publication.source == incident.first_publication.source,
            Publication.state == "judged",
            Publication.fetched_at >= incident.opened_at,
            Publication.fetched_at < until,
        )
    )
    margins = (margin for blob in session.scalars(published) for margin in unpack_int32(blob))
    lows = [margin for margin in margins if margin is not None and is_low(margin)]
    return tuple(area for area in AREAS if area in named), min(lows, default=None)
