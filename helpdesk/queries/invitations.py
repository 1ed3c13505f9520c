"""招待の一覧: who was invited to the portal by whom, and what became of it."""

from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from helpdesk.users.invitations import state_of
from helpdesk.users.models import Invitation

_MOST = 200
STATES = {
    "open": ("返事待ち", "info"),
    "accepted": ("利用中", "success"),
    "withdrawn": ("取消", "neutral"),
    "expired": ("期限切れ", "warning"),
}


def invitations(session: Session, now: datetime) -> list[dict[str, Any]]:
    """The invitations, newest first, each with its state in words."""
    found = session.scalars(
        select(Invitation)
        .options(joinedload(Invitation.business))
        .order_by(Invitation.id.desc())
        .limit(_MOST)
    )
    rows = []
    for each in found:
        state = state_of(each, now)
        label, tone = STATES[state]
        row = {"invitation": each, "state": label, "tone": tone, "renewable": state in ("open", "expired")}
        rows.append(row)
    return rows
