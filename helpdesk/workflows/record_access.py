"""閲覧の記録 (B8.1): that a person of a business has opened or taken something, once a day for each thing."""

from datetime import datetime, time

from sqlalchemy import select

from cases import history
from cases.business_calendar import JAPAN
from cases.models import Event
from helpdesk.clock import in_japan
from helpdesk.desk import Desk
from helpdesk.users.permissions import Person


def record_access(desk: Desk, kind: str, thing: dict[str, int | str], *, by: Person) -> None:
    """Write `kind` (notice_viewed, notice_saved, attachment_saved) into the person's stream, unless it stands there today."""
    now = desk.clock()
    today = datetime.combine(in_japan(now).date(), time(), JAPAN)
    stream, content = f"user:{by.id}", history.canonical(thing)
    known = select(Event.id).where(
        Event.stream == stream, Event.kind == kind, Event.at >= today, Event.content == content
    )
    with desk.database.read_session() as session:
        if session.scalar(known.limit(1)) is not None:
            return
    with desk.database.write_session() as session:
        history.record(session, stream, kind, thing, by=by, now=now)
