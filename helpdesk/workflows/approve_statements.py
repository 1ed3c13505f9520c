"""Statements are approved step by step, returned with a reason, and deputies stand in (承認・差戻し・代理).

What a person approves is what was shown: the fingerprint names versions, states and rounds. All of them or none.
"""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from cases import history
from helpdesk.clock import in_japan
from helpdesk.desk import Desk
from helpdesk.errors import Conflict, HelpdeskError, NotAllowed, NotFound
from helpdesk.settlement import approval, deputies
from helpdesk.settlement.deputies import Appointment
from helpdesk.settlement.lists import WITHOUT_DETAILS, statement_by_id
from helpdesk.settlement.models import ApprovalDeputy, BusinessStatement, StatementApproval
from helpdesk.settlement.statement_versions import hold_statements
from helpdesk.settlement.steps import STEPS, step_by_number
from helpdesk.users.permissions import Person, can, require


def statements_to_approve(
    session: Session,
    *,
    family: str,
    fiscal_year: int,
    delivery_month: int,
    step: int,
    statement_ids: Sequence[int] | None = None,
) -> list[BusinessStatement]:
    """What `approve_month` would act on: all that wait for this step, or those named. Show their `fingerprint`.

    Raises `NotFound` when one that is named is not of this family and month.
    """
    found = (
        select(BusinessStatement)
        .where(
            BusinessStatement.family == family,
            BusinessStatement.fiscal_year == fiscal_year,
            BusinessStatement.delivery_month == delivery_month,
        )
        .options(*WITHOUT_DETAILS)
    )
    if statement_ids is None:
        waiting = BusinessStatement.state == step_by_number(step).state_from
        found = found.where(BusinessStatement.newest, waiting)
        return list(session.scalars(found.order_by(BusinessStatement.id)))
    wanted, rows = sorted(set(statement_ids)), []
    for start in range(0, len(wanted), 500):
        rows += session.scalars(found.where(BusinessStatement.id.in_(wanted[start : start + 500]))).all()
    if len(rows) < len(wanted):
        raise NotFound("その月の精算にない番号が選ばれています")
    return sorted(rows, key=lambda row: row.id)


def approve_month(
    session: Session,
    desk: Desk,
    *,
    family: str,
    fiscal_year: int,
    delivery_month: int,
    step: int,
    statement_ids: Sequence[int] | None = None,
    shown: str,
    by: Person,
) -> list[BusinessStatement]:
    """承認: one step (1 … 4) of all statements of a family and month that wait for it, or of those named; committed.

    `shown` is the `approval.fingerprint` of `statements_to_approve` as the person saw them. Raises `NotAllowed`,
    `NotFound`, `Conflict` when anything of it has changed, `Refused` with every statement that this person may not
    approve.
    """
    now, today = desk.clock(), in_japan(desk.clock()).date()
    wanted = step_by_number(step)
    if not can(by, wanted.ability) and step not in deputies.steps_as_deputy(session, by.id, today):
        raise NotAllowed(f"「{wanted.label}」は{wanted.role_label}かその代理だけができます")
    try:
        seen = statements_to_approve(
            session,
            family=family,
            fiscal_year=fiscal_year,
            delivery_month=delivery_month,
            step=step,
            statement_ids=statement_ids,
        )
        hold_statements(session, family)
        statements = approval.read_held(session, [each.id for each in seen], with_details=False)
        if approval.fingerprint(statements) != shown:
            raise Conflict(approval.CHANGED_SINCE)
        made = approval.approve(session, statements, step, by=by, on=today, now=now)
        content = {"family": family, "delivery_month": delivery_month, "step": step}
        content |= {"label": wanted.label, "as_deputy": made[0].as_deputy}
        content |= {"statements": [each.id for each in statements], "shown": shown}
        history.record(session, _stream(family, fiscal_year), "statements_approved", content, by=by, now=now)
    except HelpdeskError:
        session.rollback()
        raise
    session.commit()
    return statements


def return_statement(
    session: Session, desk: Desk, statement_id: int, *, reason: str, shown: str = "", by: Person
) -> StatementApproval:
    """差戻し: the statement begins the chain anew, with the reason; committed. `shown`: the one statement's fingerprint.

    Raises `NotAllowed`, `NotFound`, `Conflict`, `Refused`.
    """
    now, today = desk.clock(), in_japan(desk.clock()).date()
    if not approval.may_return(session, by, on=today):
        raise NotAllowed("差し戻せるのは、承認の役割をもつ人かその代理だけです")
    try:
        hold_statements(session, statement_by_id(session, statement_id).family)
        [statement] = approval.read_held(session, [statement_id])
        if shown and approval.fingerprint([statement]) != shown:
            raise Conflict(approval.CHANGED_SINCE)
        made = approval.return_to_start(session, statement, reason=reason, by=by, on=today, now=now)
        content = {"family": statement.family, "delivery_month": statement.delivery_month}
        content |= {"statement": statement.id, "business": statement.business_id, "round": made.round}
        content |= {"reason": made.reason}
        stream = _stream(statement.family, statement.fiscal_year)
        history.record(session, stream, "statement_returned", content, by=by, now=now)
    except HelpdeskError:
        session.rollback()
        raise
    session.commit()
    return made


def appoint_deputy(
    session: Session,
    desk: Desk,
    *,
    step: int,
    user_id: int,
    valid_from: date,
    valid_to: date,
    reason: str,
    by: Person,
) -> ApprovalDeputy:
    """代理の指定: somebody may take this step from a day to a day (inclusive); committed.

    Raises `NotAllowed`, `NotFound`, `Refused` with everything that is wrong.
    """
    require(by, "appoint_deputies", "承認の代理を指定する")
    now = desk.clock()
    wanted = Appointment(step, user_id, valid_from, valid_to, reason)
    try:
        made = deputies.appoint(session, wanted, by=by, today=in_japan(now).date(), now=now)
        content = {"deputy": made.id, "step": step, "from": valid_from, "to": valid_to, "reason": made.reason}
        history.record(session, f"user:{user_id}", "deputy_appointed", content, by=by, now=now)
    except HelpdeskError:
        session.rollback()
        raise
    session.commit()
    return made


def revoke_deputy(session: Session, desk: Desk, deputy_id: int, *, by: Person) -> ApprovalDeputy:
    """代理の取消: from now on; committed. Raises `NotAllowed`, `NotFound`, `Conflict`, `Refused`."""
    require(by, "appoint_deputies", "承認の代理を取り消す")
    now = desk.clock()
    try:
        deputy = deputies.revoke(session, deputy_id, by=by, now=now)
        content = {"deputy": deputy.id, "step": deputy.step}
        history.record(session, f"user:{deputy.user_id}", "deputy_revoked", content, by=by, now=now)
    except HelpdeskError:
        session.rollback()
        raise
    session.commit()
    return deputy


def steps_of(session: Session, desk: Desk, person: Person) -> list[int]:
    """The steps that a person may take today, of his or her own or as a deputy: whose inbox it is."""
    standing_in = deputies.steps_as_deputy(session, person.id, in_japan(desk.clock()).date())
    return [step.number for step in STEPS if can(person, step.ability) or step.number in standing_in]


def _stream(family: str, fiscal_year: int) -> str:
    return f"settlement:{family}:{fiscal_year}"
