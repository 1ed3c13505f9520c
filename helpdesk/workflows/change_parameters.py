"""The numbers this desk computes with are changed: proposed by one person, put in force by another (設定値の変更).

Each step is one commit with its event in the stream "settings". What was computed before keeps the set that it used.
"""

from datetime import datetime

from sqlalchemy.orm import Session

from cases import history
from helpdesk.desk import Desk
from helpdesk.errors import HelpdeskError
from helpdesk.register import parameter_sets
from helpdesk.register.input_marks import RESULTS, SLOTS, mark_changed, months_with_slots
from helpdesk.register.models import ParameterSet
from helpdesk.users.permissions import Person, can, require

STREAM = "settings"


def propose_parameters(
    session: Session, desk: Desk, content: str, reason: str, *, based_on: int | None, by: Person
) -> ParameterSet:
    """提案: a new version that waits for its decision."""
    require(by, "propose_parameters", "設定値を提案する")
    now = desk.clock()
    try:
        made = parameter_sets.propose(session, content, reason, based_on=based_on, by=by, now=now)
    except HelpdeskError:
        session.rollback()
        raise
    _record(session, made, "parameters_proposed", {"content": content, "reason": made.reason}, by=by, now=now)
    return made


def approve_parameters(session: Session, desk: Desk, version: int, *, by: Person) -> ParameterSet:
    """承認: from now on the desk computes with this version."""
    require(by, "approve_parameters", "設定値を承認する")
    now = desk.clock()
    before = parameter_sets.parameters_in_force(session)
    try:
        found = parameter_sets.approve(session, version, by=by, now=now)
    except HelpdeskError:
        session.rollback()
        raise
    _mark(session, before, parameter_sets.parameters_in_force(session), now)
    _record(session, found, "parameters_approved", {}, by=by, now=now)
    return found


def reject_parameters(
    session: Session, desk: Desk, version: int, decision: str, *, by: Person
) -> ParameterSet:
    """却下, by who may approve; or 取下げ, by who proposed it."""
    own = parameter_sets.set_of_version(session, version).proposed_by_id == by.id
    if not (own and can(by, "propose_parameters")):
        require(by, "approve_parameters", "設定値を却下する")
    now = desk.clock()
    try:
        found = parameter_sets.reject(session, version, decision, by=by, now=now)
    except HelpdeskError:
        session.rollback()
        raise
    _record(session, found, "parameters_rejected", {"decision": found.decision}, by=by, now=now)
    return found


def _mark(
    session: Session, before: parameter_sets.InForce, after: parameter_sets.InForce, now: datetime
) -> None:
    """What was made with other numbers is to be made again: slots by other conditions, results by other rules."""
    months = months_with_slots(session)
    if before.multiplier_conditions != after.multiplier_conditions:
        mark_changed(session, months, SLOTS, cause="parameters", now=now)
    if before.configuration != after.configuration:
        mark_changed(session, months, RESULTS, cause="parameters", now=now)


def _record(
    session: Session,
    found: ParameterSet,
    kind: str,
    more: dict[str, str],
    *,
    by: Person,
    now: datetime,
) -> None:
    content = {"parameter_set": found.id, "version": found.version} | more
    history.record(session, STREAM, kind, content, by=by, now=now)
    session.commit()
