"""A period of the books is closed: its checklist is looked at, and from then on it takes no entry (A6.2)."""

from datetime import datetime

from sqlalchemy.orm import Session

from cases import history
from helpdesk.clock import in_japan
from helpdesk.desk import Desk
from helpdesk.errors import HelpdeskError
from helpdesk.ledger import closing
from helpdesk.ledger.account_history import LEDGER, lock_ledger
from helpdesk.ledger.closing import OK, Check, closing_of, is_year, order_check, read_period
from helpdesk.ledger.closing_checks import audit_check, ledger_checks
from helpdesk.ledger.models import PeriodClosing
from helpdesk.settlement.closing_checks import statement_checks
from helpdesk.users.permissions import Person, require


def checklist(session: Session, period: str, *, now: datetime) -> list[Check]:
    """締めの確認項目 of a period as it stands: order, statements, receipts, transfers, the books themselves."""
    checks = order_check(session, period, today=in_japan(now).date())
    if is_year(period):
        return [*checks, audit_check(session)]  # its months were looked at one by one
    statements = statement_checks(session, period)
    return [*checks, *statements, *ledger_checks(session, until=closing.last_day_of(period))]


def close_period(session: Session, desk: Desk, period: str, *, reason: str = "", by: Person) -> PeriodClosing:
    """締める, once; a second time nothing happens. Raises `Refused` with the blockers, or for warnings without a reason."""
    require(by, "close_periods", "帳簿を締める")
    now, period = desk.clock(), read_period(period)
    try:
        lock_ledger(session)
        if (there := closing_of(session, period)) is not None:
            session.rollback()
            return there
        made = closing.close(
            session, period, checklist(session, period, now=now), reason=reason, by=by, now=now
        )
    except HelpdeskError:
        session.rollback()
        raise
    content = {
        "period": period,
        "entries": made.entries,
        "debit_yen": made.debit_yen,
        "credit_yen": made.credit_yen,
        "reason": made.reason,
        "open": [f"{label}: {words}" for label, state, words in made.checks if state != OK],
    }
    history.record(session, LEDGER, "period_closed", content, by=by, now=now)
    session.commit()
    return made
