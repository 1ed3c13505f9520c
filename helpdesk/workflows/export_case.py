"""案件の控え: a case with its conversation and history, as data and as a document; that it was taken is recorded."""

import hashlib
import json
from collections.abc import Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from cases.history import canonical, case_events, record_on_case
from cases.models import Case, Message
from helpdesk.desk import Desk
from helpdesk.documents.case_file import CaseFile, HistoryLine, document_of
from helpdesk.documents.formats import CONTENT_TYPES, DocumentFile, check, write
from helpdesk.register.case_links import attached_run
from helpdesk.register.lookups import results_of_case
from helpdesk.users.permissions import Person


def export_case(desk: Desk, case_id: int, *, by: Person) -> dict[str, Any]:
    """Everything that stands in a case, ready for JSON; the caller has checked that the person may see it."""
    with desk.database.write_session() as session:
        case = session.get_one(Case, case_id)
        messages = _messages(session, case_id)
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


def export_case_file(
    desk: Desk, case_id: int, *, file_format: str, lines: Sequence[HistoryLine], by: Person
) -> DocumentFile:
    """案件ファイル, as the case stands now; `lines` are its history in words. The caller has checked as above."""
    check(file_format)
    now = desk.clock()
    with desk.database.read_session() as session:
        case = session.get_one(Case, case_id)
        number, linked = case.number, results_of_case(session, case_id)
        document = document_of(
            CaseFile(
                case=case,
                messages=_messages(session, case_id),
                history=lines,
                notified=linked[-1] if linked else None,
                run=attached_run(session, case_id),
                made_at=now,
                made_by=by.display_name,
                desk_name=desk.settings.desk_name,
            )
        )
    content = write(document, file_format)  # drawn outside any transaction: it takes a while
    digest = hashlib.sha256(content).hexdigest()
    with desk.database.write_session() as session:
        case = session.get_one(Case, case_id)
        record_on_case(session, case, "exported", {"what": file_format, "digest": digest}, by=by, now=now)
    return DocumentFile(content, f"case-{number}.{file_format}", CONTENT_TYPES[file_format], digest)


def _messages(session: Session, case_id: int) -> list[Message]:
    found = select(Message).where(Message.case_id == case_id).order_by(Message.id)
    return list(session.scalars(found.options(selectinload(Message.attachments))))


def _columns(row: Any, without: tuple[str, ...] = ()) -> dict[str, Any]:
    return {
        column.key: getattr(row, column.key) for column in row.__mapper__.columns if column.key not in without
    }
