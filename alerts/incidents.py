"""監視の事案: one day about which the desk was told; opened by the first notice, acknowledged and closed by people.

A day is one incident, whatever areas and events it has: that is how the desk works it off. A notice of another day,
or after closing, opens another one.
"""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Protocol

from sqlalchemy import select
from sqlalchemy.orm import Session

from alerts.errors import IncidentRefused
from alerts.judging import Judgement
from alerts.models import Incident, Notice, Publication
from alerts.readings import is_over
from alerts.rules.thresholds import is_low
from alerts.state_store import load_states
from alerts.words import AREAS, INCIDENT_LABELS, LOW
from calc_core.slots import JAPAN, end_label


class Person(Protocol):
    """Who acts: an id and a name to be stored beside it."""

    @property
    def id(self) -> int | None: ...
    @property
    def display_name(self) -> str: ...


def follow(
    session: Session,
    publication: Publication,
    judgement: Judgement,
    notices: Iterable[Notice],
    *,
    now: datetime,
) -> None:
    """Tie what was decided to the days' incidents and keep their worst margin."""
    attach(session, publication, notices, now=now)
    for day in sorted({reading_key[0] for reading_key in judgement.changes}):
        incident = newest_of_day(session, day)
        if incident is None or incident.state == "closed":
            continue
        for (key_day, slot, area), state in judgement.changes.items():
            worst = incident.worst_margin_hundredths
            if (
                key_day == day
                and state.margin is not None
                and is_low(state.margin)
                and (worst is None or state.margin < worst)
            ):
                incident.worst_margin_hundredths = state.margin
                incident.worst_area, incident.worst_slot = area, slot
                incident.last_publication, incident.updated_at = publication, now


def attach(session: Session, publication: Publication, notices: Iterable[Notice], *, now: datetime) -> None:
    """Tie each notice to the incident of its day; what is sent opens one where none is open.

    A notice about the feed as a whole belongs to the day on which it is decided. An all-clear opens nothing.
    """
    for notice in notices:
        day = notice.day or now.astimezone(JAPAN).date()
        incident = newest_of_day(session, day)
        opens = notice.decision == "send" and notice.event != "recovered"
        if opens and (incident is None or incident.state == "closed"):
            incident = _open(session, day, incident, publication, now)
        if incident is None:
            continue
        notice.incident = incident
        if notice.decision == "send":
            incident.areas = [area for area in AREAS if area in {*incident.areas, *notice.areas}]
            incident.events = list(dict.fromkeys([*incident.events, notice.event]))
            incident.last_publication, incident.updated_at = publication, now


def acknowledge(
    session: Session, incident: Incident, *, comment: str = "", by: Person, now: datetime
) -> Incident:
    """確認: somebody has seen it and works on it. It does not end by that."""
    if incident.state != "open":
        raise IncidentRefused(
            f"事案 {incident.key} は「{INCIDENT_LABELS[incident.state]}」のため、確認できません。画面を開き直してください"
        )
    incident.state = "acknowledged"
    incident.acknowledged_at, incident.acknowledged_comment = now, comment.strip()
    incident.acknowledged_by_id, incident.acknowledged_by_name = by.id, by.display_name
    incident.updated_at = now
    session.flush()
    return incident


def close(session: Session, incident: Incident, *, comment: str = "", by: Person, now: datetime) -> Incident:
    """終了: nothing more is to be done. Refused while a slot that has not ended is below 8 %."""
    if incident.state == "closed":
        raise IncidentRefused(f"事案 {incident.key} はすでに終了しています。画面を開き直してください")
    low = still_low(session, incident.day, now=now)
    if low:
        slot, area = low[0]
        raise IncidentRefused(
            f"事案 {incident.key} は終了できません。{area}の{end_label(slot)}のコマなど{len(low)}コマが8%未満です。"
            "回復するか、コマが終わってから終了してください"
        )
    incident.state = "closed"
    incident.closed_at, incident.closed_comment = now, comment.strip()
    incident.closed_by_id, incident.closed_by_name = by.id, by.display_name
    incident.updated_at = now
    session.flush()
    return incident


def still_low(session: Session, day: date, *, now: datetime) -> Sequence[tuple[int, str]]:
    """The slots of the day (slot, area) that are low and have not ended, in order of time."""
    states = load_states(session, [day])
    order = {area: number for number, area in enumerate(AREAS)}
    found = [key for key, state in states.items() if state.state == LOW and not is_over(key, now)]
    return [(slot, area) for _, slot, area in sorted(found, key=lambda key: (key[1], order[key[2]]))]


def newest_of_day(session: Session, day: date) -> Incident | None:
    """The last incident of a day; only that one may be open."""
    newest = select(Incident).where(Incident.day == day).order_by(Incident.number_of_day.desc())
    return session.scalar(newest.limit(1))


def _open(
    session: Session, day: date, before: Incident | None, publication: Publication, now: datetime
) -> Incident:
    number = 1 if before is None else before.number_of_day + 1
    incident = Incident(
        key=f"RM-{day:%Y%m%d}-{number}",
        day=day,
        number_of_day=number,
        state="open",
        areas=[],
        events=[],
        first_publication=publication,
        last_publication=publication,
        opened_at=now,
        updated_at=now,
    )
    session.add(incident)
    session.flush()
    return incident
