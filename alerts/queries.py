"""監視の一覧: what the watch and incident pages, mails and reports read. Each function is one statement."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from alerts.models import AreaDay, AreaState, Incident, Notice, Publication, Transition
from alerts.slot_blobs import unpack_int32
from alerts.state_store import slot_states
from alerts.tracking import UNSEEN, SlotState
from alerts.words import AREAS
from calc_core.slots import SLOTS


@dataclass(frozen=True, slots=True)
class SlotVersion:
    """One published value of a slot: None where the publication had none."""

    publication_id: int
    published_at: datetime
    margin_hundredths: int | None


@dataclass(frozen=True, slots=True)
class DayVersion:
    """One area's day as one publication had it."""

    publication_id: int
    published_at: datetime
    area: str
    margins: list[int | None]


def day_grid(session: Session, day: date) -> dict[str, list[SlotState]]:
    """Every area's 48 slots as they stand now; an area that was never seen has 48 unseen ones."""
    grid = {area: [UNSEEN] * len(SLOTS) for area in AREAS}
    for row in session.scalars(select(AreaState).where(AreaState.day == day)):
        grid[row.area] = slot_states(row)
    return grid


def day_versions(session: Session, day: date, areas: Sequence[str] = AREAS) -> list[DayVersion]:
    """Every version of a day, oldest publication first: what a plot of an incident is made of."""
    found = session.execute(
        select(AreaDay.publication_id, Publication.published_at, AreaDay.area, AreaDay.margins)
        .join(Publication, Publication.id == AreaDay.publication_id)
        .where(AreaDay.day == day, AreaDay.area.in_(areas))
        .order_by(Publication.published_at, AreaDay.publication_id)
    )
    return [DayVersion(row[0], row[1], row[2], unpack_int32(row[3])) for row in found]


def slot_versions(session: Session, day: date, slot: int, area: str) -> list[SlotVersion]:
    """Every published value of one slot, oldest publication first."""
    return [
        SlotVersion(each.publication_id, each.published_at, each.margins[slot - 1])
        for each in day_versions(session, day, [area])
    ]


def publications(session: Session, source: str, *, limit: int = 50) -> Sequence[Publication]:
    """The last ones fetched, newest first, also those that nobody could read."""
    newest = select(Publication).where(Publication.source == source)
    return session.scalars(
        newest.order_by(Publication.fetched_at.desc(), Publication.id.desc()).limit(limit)
    ).all()


def transitions_of_day(session: Session, day: date) -> Sequence[Transition]:
    """What changed in a day, in the order in which it was judged, with the publications."""
    of_day = select(Transition).where(Transition.day == day).order_by(Transition.id)
    return session.scalars(of_day.options(joinedload(Transition.publication))).all()


def notices_of_incident(session: Session, incident_id: int) -> Sequence[Notice]:
    """What was told, held and dropped in an incident, oldest first, with the publications."""
    found = select(Notice).where(Notice.incident_id == incident_id).order_by(Notice.id)
    return session.scalars(found.options(joinedload(Notice.publication))).all()


def notices_to_hand(session: Session, *, limit: int = 100) -> Sequence[Notice]:
    """What was decided to be sent and has not been put into the outbox, oldest first."""
    waiting = select(Notice).where(Notice.decision == "send", Notice.handed_at.is_(None))
    return session.scalars(waiting.order_by(Notice.id).limit(limit)).all()


def incident_by_key(session: Session, key: str) -> Incident | None:
    """The incident of this number."""
    return session.scalar(select(Incident).where(Incident.key == key))


def open_incidents(session: Session) -> Sequence[Incident]:
    """Every incident that has not been closed, the newest day first."""
    found = select(Incident).where(Incident.state.in_(("open", "acknowledged")))
    return session.scalars(found.order_by(Incident.day.desc(), Incident.id.desc())).all()


def incidents(session: Session, *, limit: int = 50) -> Sequence[Incident]:
    """The last incidents, the newest day first."""
    return session.scalars(
        select(Incident).order_by(Incident.day.desc(), Incident.id.desc()).limit(limit)
    ).all()
