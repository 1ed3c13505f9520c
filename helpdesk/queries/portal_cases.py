"""事業者の案件: what a business sees of its own cases: what was said, in its own words for how far they are.

Memos, drafts, calls, automatic mail, and mail of people who have no part in the case stay inside the desk.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from cases import lifecycle
from cases.kinds import KINDS
from cases.models import Attachment, Case, Message
from cases.objection_state import OPEN_STATUSES, WITHDRAWN, objection_of
from cases.queries import CaseRow
from cases.thread_matching import OUTSIDER_NOTE
from helpdesk.queries.cases import due_state, message_cards
from helpdesk.register.lookups import results_of_case

# state → words for the business, tone
STATES = {
    lifecycle.RECEIVED: ("受け付けました", "info"),
    lifecycle.IN_PROGRESS: ("確認しています", "accent"),
    lifecycle.AWAITING_RELEASE: ("確認しています", "accent"),
    lifecycle.WAITING: ("ご連絡しました", "warning"),
    lifecycle.CLOSED: ("完了しました", "neutral"),
}
_OUTSIDE = ("mail", "form")  # what was written to each other; a call's record is the desk's


@dataclass(frozen=True, slots=True)
class PortalCaseRow:
    """案件の一行 as the business reads it."""

    number: str
    kind: str
    subject: str
    state: str
    tone: str
    due_at: datetime | None
    due_state: str
    received_at: datetime
    updated_at: datetime


def row_of(row: CaseRow, now: datetime) -> PortalCaseRow:
    """A row of `cases.queries` in the words of the portal."""
    state, tone = STATES[row.status]
    return PortalCaseRow(
        number=row.number,
        kind=KINDS[row.kind],
        subject=row.subject,
        state=state,
        tone=tone,
        due_at=row.due_at,
        due_state=_due_state(row.status, row.due_at, now),
        received_at=row.received_at,
        updated_at=row.updated_at,
    )


def case_page(session: Session, case: Case, attachment_url: Any, now: datetime) -> dict[str, Any]:
    """The page of an own case; the caller has checked that it is one. A fixed number of statements."""
    found = session.scalars(
        select(Message)
        .where(Message.case_id == case.id)
        .order_by(Message.id)
        .options(selectinload(Message.attachments))
    )
    messages = [message for message in found if was_said(message)]
    state, tone = STATES[case.status]
    return {
        "case": case,
        "kind": KINDS[case.kind],
        "state": state,
        "tone": tone,
        "due_state": _due_state(case.status, case.due_at, now),
        "closed": case.status == lifecycle.CLOSED,
        "waiting": case.status == lifecycle.WAITING,
        "messages": message_cards(session, messages, attachment_url),
        "notices": results_of_case(session, case.id),
        "objection": _objection(session, case),
    }


def _objection(session: Session, case: Case) -> dict[str, Any] | None:
    """What was objected to and claimed; what is decided comes as a letter, when it is released."""
    found = objection_of(session, case.id)
    if found is None:
        return None
    return {
        "notice_number": found.notice_number,
        "claims": [claim["text"] for claim in found.claims],
        "amounts": [(label, exact) for _, label, _, exact in found.claimed_figures],
        "withdrawn": found.status == WITHDRAWN,
        "withdrawable": found.status in OPEN_STATUSES,
    }


def was_said(message: Message) -> bool:
    """Whether a message was exchanged between the business and the desk."""
    exchanged = message.direction in ("in", "out") and message.channel in _OUTSIDE
    return exchanged and not message.automatic and OUTSIDER_NOTE not in message.notes


def own_attachment(session: Session, case: Case, attachment_id: int) -> Attachment | None:
    """A file of a message that was exchanged in this case."""
    found = session.execute(
        select(Attachment, Message)
        .join(Message, Message.id == Attachment.message_id)
        .where(Attachment.id == attachment_id, Message.case_id == case.id)
    ).one_or_none()
    return found[0] if found is not None and was_said(found[1]) else None


def _due_state(status: str, due_at: datetime | None, now: datetime) -> str:
    """How the deadline looks to the business; what is late is the desk's to know and to mend, and is said plainly."""
    state = due_state(status, due_at, now)
    return "ok" if state == "soon" else state
