"""案件の絞り込み: which cases a list asks for, as conditions on `Case`."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, literal
from sqlalchemy.orm import Session

from cases import search
from cases.lifecycle import AWAITING_RELEASE, CLOSED, IN_PROGRESS, RECEIVED
from cases.models import Case

OWED = (RECEIVED, IN_PROGRESS, AWAITING_RELEASE)  # the business waits for us; only these can be overdue


@dataclass(frozen=True, slots=True)
class CaseFilter:
    """絞り込み of a list; None or False: not asked. `due_before` finds only what this desk still owes."""

    open_only: bool = False
    status: str | None = None
    assignee_id: int | None = None
    unassigned: bool = False
    kind: str | None = None
    topic: str | None = None
    business_id: int | None = None
    due_before: datetime | None = None
    text: str | None = None


def conditions(session: Session, filters: CaseFilter) -> list[ColumnElement[bool]]:
    """What the filter asks, one condition each; all of them must hold."""
    found = []
    if filters.open_only:
        found.append(is_open())
    if filters.due_before is not None:
        found += overdue_at(filters.due_before)
    if filters.unassigned:
        found.append(Case.assignee_id.is_(None))
    for column, wanted in (
        (Case.status, filters.status),
        (Case.assignee_id, filters.assignee_id),
        (Case.kind, filters.kind),
        (Case.topic, filters.topic),
        (Case.business_id, filters.business_id),
    ):
        if wanted is not None:
            found.append(column == wanted)
    if filters.text and (words := search.case_condition(session, filters.text)) is not None:
        found.append(words)
    return found


def is_open() -> ColumnElement[bool]:
    """Which cases are open; as literal text, so that the partial indexes of the open cases are used."""
    return Case.status != literal(CLOSED, literal_execute=True)


def overdue_at(moment: datetime) -> list[ColumnElement[bool]]:
    """Of which cases this desk owes the answer beyond its deadline at a moment."""
    return [is_open(), Case.status.in_(OWED), Case.due_at < literal(moment, Case.due_at.type)]
