"""事案と案件: every incident of the watch has one case of its own, opened and closed together with it.

Called inside the transaction of whoever decides; nothing here commits.
"""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from alerts import incidents
from alerts.models import Incident
from cases import history, lifecycle
from cases.kinds import INCIDENT
from cases.models import Case
from cases.opening import NewCase, open_case
from helpdesk.clock import in_japan
from helpdesk.users.permissions import Person
from helpdesk.watch_models import IncidentCase
from helpdesk.workflows.notice_text import mark_of

OWN, FOLLOWING = "own", "following"
TOPIC = "reserve_margin"


def own_case(session: Session, incident: Incident) -> Case | None:
    """The case that the incident opened."""
    found = select(Case).join(IncidentCase, IncidentCase.case_id == Case.id)
    return session.scalars(
        found.where(IncidentCase.incident_id == incident.id, IncidentCase.relation == OWN)
    ).one_or_none()


def case_of(session: Session, incident: Incident, *, why: str, now: datetime) -> Case:
    """Its own case; the first time it is asked for it is opened, and `why` is what stands in it."""
    known = own_case(session, incident)
    if known is not None:
        return known
    mark = mark_of(incident.first_publication.source)
    subject = f"{mark}広域予備率の監視 {incident.day.month}月{incident.day.day}日（{incident.key}）"
    new = NewCase(kind=INCIDENT, channel="system", subject=subject, body_text=why, topic=TOPIC)
    case = open_case(session, new, by=history.SYSTEM, now=now)
    session.add(
        IncidentCase(
            incident_id=incident.id,
            case_id=case.id,
            relation=OWN,
            linked_at=now,
            linked_by_name=history.SYSTEM.display_name,
        )
    )
    session.flush()
    content = {"incident": incident.key, "day": incident.day, "source": incident.first_publication.source}
    history.record_on_case(session, case, "incident_opened", content, by=history.SYSTEM, now=now)
    return case


def close_with_case(
    session: Session,
    incident: Incident,
    reason: str,
    *,
    by: Person | history.Actor,
    watch_now: datetime,
    now: datetime,
) -> None:
    """Close the incident, and its case where the case can be closed. Raises `IncidentRefused` while a slot is low."""
    was_seen = incident.acknowledged_at is not None
    incidents.close(session, incident, comment=reason, by=by, now=watch_now)
    content = {"incident": incident.key, "reason": reason, "acknowledged": was_seen}
    case = own_case(session, incident)
    if case is None:
        history.record(session, "watch", "incident_closed", content, by=by, now=now)
        return
    history.record_on_case(session, case, "incident_closed", content, by=by, now=now)
    if lifecycle.CLOSED in lifecycle.possible(case):
        lifecycle.move(session, case, lifecycle.CLOSED, by=by, now=now, reason=reason)


def close_past(session: Session, *, watch_now: datetime, now: datetime) -> list[Incident]:
    """Close every incident whose day is over (コマ48 ends at 24:00): nothing more can be told of it."""
    today = in_japan(watch_now).date()
    past = select(Incident).where(Incident.state != "closed", Incident.day < today).order_by(Incident.id)
    closed = list(session.scalars(past))
    for incident in closed:
        unseen = "" if incident.acknowledged_at else "（誰も確認していないまま）"
        reason = f"対象の日が終わったため、自動で終了{unseen}"
        close_with_case(session, incident, reason, by=history.SYSTEM, watch_now=watch_now, now=now)
    return closed
