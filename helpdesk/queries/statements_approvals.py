"""承認待ち: which statements wait for which step of the chain, and which of them for the person who asks."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, and_, case, func, select
from sqlalchemy.orm import Session

from calc_core.fiscal_year import DELIVERY_MONTHS
from helpdesk.ledger.balances import whole_yen
from helpdesk.settlement.deputies import steps_as_deputy
from helpdesk.settlement.models import FAMILIES, WHOLE_YEAR, BusinessStatement, StatementApproval
from helpdesk.settlement.steps import STEPS, Step
from helpdesk.users.models import User
from helpdesk.users.permissions import Person, can

MONTH_ORDER = (*DELIVERY_MONTHS, WHOLE_YEAR)
_STEP_FROM = {step.state_from: step for step in STEPS}
_IDS_ASKED = 500


@dataclass(frozen=True, slots=True)
class Waiting:
    """承認を待つ精算: of one family and month at one step: how many, what they come to, how many this person may take."""

    fiscal_year: int
    delivery_month: int
    family: str
    step: Step
    count: int
    pay_yen: int
    invoice_yen: int
    taken_before: int  # of these, this person has taken another step: somebody else must
    is_mine: bool
    as_deputy: bool

    @property
    def for_me(self) -> int:
        """How many this person may take now."""
        return self.count - self.taken_before if self.is_mine else 0


def steps_of(session: Session, person: Person, *, on: date) -> dict[int, bool]:
    """The steps that a person may take on a day, and whether as a deputy."""
    standing_in = steps_as_deputy(session, person.id, on)
    found = dict.fromkeys(standing_in, True)
    return found | {step.number: False for step in STEPS if can(person, step.ability)}


def inbox(session: Session, person: Person, *, on: date) -> list[Waiting]:
    """Everything that waits for a step: the oldest month first, what this person may take before the rest."""
    own = steps_of(session, person, on=on)
    rows = [_waiting(row, own) for row in _counted(session, person.id, tuple(_STEP_FROM))]
    return sorted(
        rows,
        key=lambda each: (
            not each.for_me,
            each.fiscal_year,
            MONTH_ORDER.index(each.delivery_month),
            list(FAMILIES).index(each.family),
            each.step.number,
        ),
    )


def count_for(session: Session, person: Person, *, on: date) -> int | None:
    """How many statements this person may approve now; None for whoever has no part in the chain."""
    own = steps_of(session, person, on=on)
    states = [step.state_from for step in STEPS if step.number in own]
    if not states:
        return None
    return sum(_waiting(row, own).for_me for row in _counted(session, person.id, states))


def taken_by(session: Session, person_id: int, statement_ids: Sequence[int]) -> set[int]:
    """Those of the statements of which this person has taken a step of the round at hand."""
    found: set[int] = set()
    for start in range(0, len(statement_ids), _IDS_ASKED):
        asked = select(BusinessStatement.id).where(
            BusinessStatement.id.in_(statement_ids[start : start + _IDS_ASKED]), _was_taken_by(person_id)
        )
        found.update(session.scalars(asked))
    return found


def people_to_appoint(session: Session, person: Person) -> dict[str, str]:
    """Who can stand in for somebody: active people who see the ledger, but not oneself; names by id."""
    users = session.scalars(select(User).where(User.is_active).order_by(User.display_name, User.id))
    return {
        str(user.id): user.display_name for user in users if can(user, "see_ledger") and user.id != person.id
    }


def _waiting(row: Any, own: dict[int, bool]) -> Waiting:
    year, month, family, state, count, pay, invoice, taken = row
    step = _STEP_FROM[state]
    is_mine = step.number in own
    return Waiting(
        year, month, family, step, count, pay, invoice, int(taken), is_mine, own.get(step.number, False)
    )


def _counted(session: Session, person_id: int, states: Collection[str]) -> Sequence[Any]:
    """Along the index: only what waits is looked at, whatever else there is."""
    year = BusinessStatement.fiscal_year
    first, last = session.execute(
        select(select(func.min(year)).scalar_subquery(), select(func.max(year)).scalar_subquery())
    ).one()
    if first is None:
        return []
    total = BusinessStatement.total_yen
    key = (year, BusinessStatement.delivery_month, BusinessStatement.family, BusinessStatement.state)
    return session.execute(
        select(
            *key,
            func.count(),
            whole_yen(case((total > 0, total), else_=0)),
            whole_yen(case((total < 0, -total), else_=0)),
            func.sum(case((_was_taken_by(person_id), 1), else_=0)),
        )
        .where(
            year.in_(range(first, last + 1)),
            BusinessStatement.delivery_month.in_(MONTH_ORDER),
            BusinessStatement.family.in_(FAMILIES),
            BusinessStatement.newest.is_(True),
            BusinessStatement.state.in_(states),
        )
        .group_by(*key)
    ).all()


def _was_taken_by(person_id: int) -> ColumnElement[bool]:
    taken = select(StatementApproval.id).where(
        and_(
            StatementApproval.statement_id == BusinessStatement.id,
            StatementApproval.round == BusinessStatement.round,
            StatementApproval.step > 0,
            StatementApproval.decided_by_id == person_id,
        )
    )
    return taken.correlate(BusinessStatement).exists()
