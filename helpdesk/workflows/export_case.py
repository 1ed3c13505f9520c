"""案件の控え: a case with its conversation and history as one document; that it was taken is itself recorded."""

import hashlib
import json
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from cases.history import canonical, case_events, record_on_case
from cases.models import Case, Message
from helpdesk.desk import Desk
from helpdesk.users.permissions import Person


def export_case(desk: Desk, case_id: int, *, by: Person) -> dict[str, Any]:
    """Everything that stands in a case, ready for JSON; the caller has checked that the person may see it."""
    with desk.database.write_session() as session:
        case = session.get_one(Case, case_id)
        messages = session.scalars(
            select(Message)
            .where(Message.case_id == case_id)
            .order_by(Message.id)
            .options(selectinload(Message.attachments))
        )
        document = {
            "case": _columns(case),
            "business": _columns(case.business) if case.business else None,
            "contact": _columns(case.contact) if case.contact else None,
            "messages": [
                _columns(message, without=("search_text",))
                | {"attachments": [_columns(attachment) for attachment in message.attachments]}
                for message in messages
            ],
            "events": [_columns(event) for event in case_events(session, case_id)],
        }
        exact = json.loads(canonical(document))
        digest = hashlib.sha256(canonical(exact).encode("utf-8")).hexdigest()
        record_on_case(session, case, "exported", {"what": "json", "digest": digest}, by=by, now=desk.clock())
        return exact | {"digest": digest}


def _columns(row: Any, without: tuple[str, ...] = ()) -> dict[str, Any]:
    return {
        column.key: getattr(row, column.key) for column in row.__mapper__.columns if column.key not in without
    }
