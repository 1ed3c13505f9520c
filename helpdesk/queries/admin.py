"""管理画面の一覧: what waits for a person: quarantined mail, mail that did not leave or may have."""

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from cases.models import Case
from helpdesk.mail.models import OutboxMail, ReceivedMail

_MOST = 200


def quarantined(session: Session) -> list[ReceivedMail]:
    """隔離メール, newest first."""
    statement = select(ReceivedMail).where(ReceivedMail.outcome == "quarantined")
    return list(session.scalars(statement.order_by(ReceivedMail.id.desc()).limit(_MOST)))


def count_quarantined(session: Session) -> int:
    """How many mails stand in quarantine."""
    statement = select(func.count()).select_from(ReceivedMail).where(ReceivedMail.outcome == "quarantined")
    return session.scalar(statement) or 0


def troubled_outbox(session: Session) -> list[tuple[OutboxMail, str | None]]:
    """Mails that failed or may not have arrived, with the case's number."""
    statement = (
        select(OutboxMail, Case.number)
        .outerjoin(Case, Case.id == OutboxMail.case_id)
        .where(OutboxMail.state.in_(("uncertain", "failed")))
        .order_by(OutboxMail.id.desc())
        .limit(_MOST)
    )
    return [(row[0], row[1]) for row in session.execute(statement)]
