"""精算の仕事: what waits to be issued, to be billed and to be transferred, for whoever does it."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from helpdesk.ledger.models import Payment
from helpdesk.ledger.payments import not_on_its_way
from helpdesk.settlement.billing import NEVER_BILLED
from helpdesk.settlement.models import BusinessStatement
from helpdesk.users.permissions import Person, can


@dataclass(frozen=True, slots=True)
class SettlementWork:
    """精算の仕事: how many; None where it is not this person's."""

    to_issue: int | None = None
    to_bill: int | None = None
    to_transfer: int | None = None  # due today or before, and not on its way


def settlement_work(session: Session, person: Person, *, today: date) -> SettlementWork:
    """What this person can do next: one statement for each kind of work that is his or hers."""
    return SettlementWork(
        to_issue=_count(session, "fixed") if can(person, "issue_statements") else None,
        to_bill=_count(session, "issued") if can(person, "bill_statements") else None,
        to_transfer=_due(session, today) if can(person, "order_transfers") else None,
    )


def _count(session: Session, state: str) -> int:
    asked = select(func.count()).where(BusinessStatement.newest, BusinessStatement.state == state)
    if state == "issued":
        asked = asked.where(BusinessStatement.family.not_in(NEVER_BILLED))
    return session.scalars(asked).one()


def _due(session: Session, today: date) -> int:
    asked = select(func.count()).select_from(Payment).where(Payment.pay_on <= today, not_on_its_way())
    return session.scalars(asked).one()
