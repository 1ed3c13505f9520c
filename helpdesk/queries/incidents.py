"""監視の事案: the list, and one incident with what was published, told, delivered and asked about it.

Every page costs the same number of statements, however long the incident lasted.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import and_, select
from sqlalchemy.orm import Session, joinedload

from alerts import queries as alert_queries
from alerts.models import AreaDay, Incident, Notice, Publication, Transition
from alerts.slot_blobs import unpack_int32
from alerts.words import INCIDENT_STATES
from cases.checklists import ShownList, lists_of_case
from cases.models import Case, Message
from helpdesk.mail.models import OutboxMail
from helpdesk.queries.incident_timeline import timeline
from helpdesk.queries.margin_plot import Plot, margin_plot
from helpdesk.watch_models import IncidentCase

INCIDENTS_SHOWN = 50
NOTICES_SHOWN = 100
MAILS_SHOWN = 200
MEMOS_SHOWN = 50


@dataclass(frozen=True, slots=True)
class IncidentRow:
    """One incident of the list, with the number of its own case."""

    incident: Incident
    case_number: str | None


@dataclass(frozen=True, slots=True)
class IncidentPage:
    """One incident with everything around it."""

    incident: Incident
    own_case: Case | None
    checklists: list[ShownList]
    following: list[Case]
    mails: list[OutboxMail]
    memos: list[Message]
    notices: list[Notice]
    timeline: list[dict[str, Any]]
    plot: Plot | None


def incident_rows(
    session: Session, *, state: str, before_id: int | None
) -> tuple[list[IncidentRow], int | None]:
    """事案 newest first, and from where the next page goes on (None: that was all)."""
    statement = (
        select(Incident, Case.number)
        .outerjoin(
            IncidentCase,
            and_(IncidentCase.incident_id == Incident.id, IncidentCase.relation == "own"),
        )
        .outerjoin(Case, Case.id == IncidentCase.case_id)
    )
    if state == "unclosed":
        statement = statement.where(Incident.state != "closed")
    elif state in INCIDENT_STATES:
        statement = statement.where(Incident.state == state)
    if before_id is not None:
        statement = statement.where(Incident.id < before_id)
    found = session.execute(statement.order_by(Incident.id.desc()).limit(INCIDENTS_SHOWN + 1)).all()
    rows = [IncidentRow(incident, number) for incident, number in found[:INCIDENTS_SHOWN]]
    return rows, rows[-1].incident.id if len(found) > INCIDENTS_SHOWN else None


def incident_page(session: Session, incident: Incident) -> IncidentPage:
    """The page of one incident."""
    linked = session.execute(
        select(Case, IncidentCase.relation)
        .join(IncidentCase, IncidentCase.case_id == Case.id)
        .where(IncidentCase.incident_id == incident.id)
        .order_by(Case.id)
    ).all()
    own = next((case for case, relation in linked if relation == "own"), None)
    notices = list(reversed(alert_queries.notices_of_incident(session, incident.id)))
    return IncidentPage(
        incident=incident,
        own_case=own,
        checklists=lists_of_case(session, own) if own else [],
        following=[case for case, relation in linked if relation == "following"],
        mails=_mails(session, own),
        memos=_memos(session, own),
        notices=notices,
        timeline=timeline(incident, _transitions(session, incident), notices),
        plot=margin_plot(incident.day, _last_margins(session, incident)),
    )


def notice_page(session: Session, day: date | None, *, decision: str, before_id: int | None) -> list[Notice]:
    """知らせの記録, newest first: of the day they are about, or all; one more than a page shows."""
    statement = select(Notice).options(joinedload(Notice.publication), joinedload(Notice.incident))
    if day is not None:
        statement = statement.where(Notice.day == day)
    if decision:
        statement = statement.where(Notice.decision == decision)
    if before_id is not None:
        statement = statement.where(Notice.id < before_id)
    return list(session.scalars(statement.order_by(Notice.id.desc()).limit(NOTICES_SHOWN + 1)))


def _transitions(session: Session, incident: Incident) -> list[Transition]:
    statement = (
        select(Transition)
        .join(Publication, Publication.id == Transition.publication_id)
        .options(joinedload(Transition.publication))
        .where(
            Transition.day == incident.day,
            Transition.publication_id >= incident.first_publication_id,
            Publication.source == incident.first_publication.source,
        )
    )
    if incident.closed_at is not None:
        statement = statement.where(Publication.fetched_at <= incident.closed_at)
    return list(session.scalars(statement.order_by(Transition.id)))


def _memos(session: Session, own: Case | None) -> list[Message]:
    """Notes of its own case: who watches reads them here and need not see the desk's cases."""
    if own is None:
        return []
    statement = select(Message).where(Message.case_id == own.id, Message.channel == "memo")
    return list(session.scalars(statement.order_by(Message.id.desc()).limit(MEMOS_SHOWN)))


def _last_margins(session: Session, incident: Incident) -> dict[str, list[int | None]]:
    """The last readable margin of each slot of the incident's areas, as its own source published them."""
    versions = session.execute(
        select(AreaDay.area, AreaDay.margins)
        .join(Publication, Publication.id == AreaDay.publication_id)
        .where(
            AreaDay.day == incident.day,
            AreaDay.area.in_(incident.areas),
            Publication.source == incident.first_publication.source,
        )
        .order_by(Publication.published_at, Publication.id)
    )
    last: dict[str, list[int | None]] = {}
    for area, margins in versions:
        values = unpack_int32(margins)
        before = last.get(area, values)
        last[area] = [old if new is None else new for new, old in zip(values, before, strict=True)]
    return last


def _mails(session: Session, own: Case | None) -> list[OutboxMail]:
    """What left for the duty desk, with what became of it."""
    if own is None:
        return []
    statement = select(OutboxMail).where(OutboxMail.case_id == own.id, OutboxMail.kind == "alert")
    return list(session.scalars(statement.order_by(OutboxMail.id.desc()).limit(MAILS_SHOWN)))
