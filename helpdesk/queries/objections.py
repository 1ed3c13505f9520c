"""異議申立ての画面: the list, one objection line by line (notified, recomputed, claimed), and what is to be done next."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from calc_core.narration import UNITS
from cases.kinds import INQUIRY, OBJECTION
from cases.lifecycle import CLOSED
from cases.models import Business, Case, Message, Objection
from cases.objection_state import (
    DECIDED,
    DECISIONS,
    IN_REVIEW,
    OPEN_STATUSES,
    RECEIVED,
    STATUS_LABELS,
    objection_of,
    suggests_objection,
)
from helpdesk.desk import Desk
from helpdesk.queries.calculations import difference, is_telling, readable
from helpdesk.queries.cases import due_state
from helpdesk.register.models import CalculationRun, NotifiedResult
from helpdesk.users.permissions import Person, can

PAGE = 50
SCOPES = {"open": "受付・審査中", "waiting": "決定待ち", "ended": "決定・取下げ", "all": "すべて"}
TONES = {"received": "info", "in_review": "warning", "decided": "success", "withdrawn": "neutral"}
_READ_FOR_HINT = 20
_OF_SCOPE = {
    "open": OPEN_STATUSES,
    "waiting": (IN_REVIEW,),
    "ended": tuple(status for status in STATUS_LABELS if status not in OPEN_STATUSES),
    "all": tuple(STATUS_LABELS),
}


@dataclass(frozen=True, slots=True)
class ObjectionRow:
    """An objection in the list."""

    id: int
    number: str
    business_name: str | None
    notice_number: str
    received_at: datetime
    status: str
    decision: str | None
    assignee_name: str
    due_at: datetime | None
    due_state: str
    next_step: str


def objection_list(
    session: Session, scope: str, *, visible: ColumnElement[bool], before: int | None, now: datetime
) -> tuple[list[ObjectionRow], int | None]:
    """A page of the list, newest first, and where the next one begins, in one statement."""
    found = (
        select(Objection, Case, Business.name)
        .join(Case, Case.id == Objection.case_id)
        .outerjoin(Business, Business.id == Case.business_id)
        .where(visible, Objection.status.in_(_OF_SCOPE[scope]))
    )
    if before is not None:
        found = found.where(Objection.id < before)
    rows = session.execute(found.order_by(Objection.id.desc()).limit(PAGE + 1)).all()
    shown = [
        ObjectionRow(
            id=objection.id,
            number=case.number,
            business_name=business_name,
            notice_number=objection.notice_number,
            received_at=objection.received_at,
            status=objection.status,
            decision=objection.decision,
            assignee_name=case.assignee_name,
            due_at=case.due_at,
            due_state=due_state(case.status, case.due_at, now),
            next_step=next_step(objection, case),
        )
        for objection, case, business_name in rows[:PAGE]
    ]
    return shown, shown[-1].id if len(rows) > PAGE else None


def count_waiting_for_decision(session: Session) -> int:
    """How many objections have been computed and wait for somebody to decide."""
    found = select(func.count()).select_from(Objection).where(Objection.status == IN_REVIEW)
    return session.scalar(found) or 0


def next_step(objection: Objection, case: Case) -> str:
    """What has to be done next."""
    if objection.status == RECEIVED or (objection.claims and objection.claimed_run_reference is None):
        return "再計算して並べる" if objection.status in OPEN_STATUSES else ""
    if objection.status == IN_REVIEW:
        return "決定する"
    if objection.status == DECIDED and case.status != CLOSED:
        return "決定を知らせ、完了にする"
    return "" if case.status == CLOSED else "完了にする"


def status_words(objection: Objection) -> str:
    """The state, or of a decided one the decision."""
    return DECISIONS[objection.decision] if objection.decision else STATUS_LABELS[objection.status]


def objection_panel(session: Session, desk: Desk, case: Case, person: Person) -> dict[str, Any]:
    """The case's part about its objection; of an open inquiry, why it may be one."""
    if case.kind == OBJECTION:
        objection = objection_of(session, case.id)
        values = {"objection": objection, "objection_hint": ""}
        if objection is not None:
            values |= {
                "objection_status": status_words(objection),
                "objection_tone": TONES[objection.status],
                "objection_next": next_step(objection, case),
            }
        return values
    asked = case.kind == INQUIRY and case.status != CLOSED and can(person, "work_on_cases")
    return {"objection": None, "may_object": asked, "objection_hint": _hint(session, case) if asked else ""}


def columns_of(objection: Objection, claimed: CalculationRun | None, decided: str) -> list[dict[str, str]]:
    """The columns of the comparison: only those that say something; `decided` names that of the decision."""
    columns = [
        {"key": "notified", "label": "通知値"},
        {"key": "recomputed", "label": "再計算値", "note": "登録内容"},
    ]
    columns.append({"key": "difference", "label": "差", "note": "再計算−通知", "kind": "difference"})
    if claimed is not None:
        columns.append({"key": "claimed", "label": "申立ての入力", "note": "での計算", "kind": "claimed"})
        columns.append({"key": "claim_change", "label": "差", "note": "申立て−再計算", "kind": "difference"})
    if objection.claimed_figures:
        columns.append({"key": "amount", "label": "主張する金額", "kind": "claimed"})
    if decided:
        columns.append({"key": "decided", "label": decided})
        columns.append({"key": "decided_change", "label": "差", "note": "決定−通知", "kind": "difference"})
    return columns


def compared(
    objection: Objection,
    notice: NotifiedResult,
    recomputed: CalculationRun | None,
    claimed: CalculationRun | None,
    decided: CalculationRun | None,
) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Every figure side by side: the rows to read first (totals, and where anything differs), then the others."""
    sides = {
        "notified": _exact(notice.figures),
        "recomputed": _exact(recomputed.figures if recomputed else ()),
        "claimed": _exact(claimed.figures if claimed else ()),
        "amount": _exact(objection.claimed_figures),
        "decided": _exact(decided.figures if decided else ()),
    }
    named = {figure[0]: figure for run in (claimed, recomputed) if run for figure in run.figures}
    named |= {figure[0]: figure for figure in notice.figures}
    order = dict.fromkeys([*sides["notified"], *sides["recomputed"], *sides["claimed"]])
    telling, rest = [], []
    for key in order:
        exact = {side: figures.get(key) for side, figures in sides.items()}
        changes = {
            "difference": difference(exact["notified"], exact["recomputed"]),
            "claim_change": difference(exact["recomputed"], exact["claimed"]),
            "decided_change": difference(exact["notified"], exact["decided"]),
        }
        _, label, unit, _ = named[key]
        row = {"key": key, "label": label, "unit": UNITS.get(unit, unit), "total": key == "total_yen"}
        row |= {name: readable(value) for name, value in (exact | changes).items()}
        speaks = exact["amount"] is not None or any(change not in (None, "0") for change in changes.values())
        (telling if speaks or is_telling(row | {"difference": "0"}) else rest).append(row)
    return telling, rest


def _exact(figures: Sequence[Sequence[str]]) -> dict[str, str]:
    return {figure[0]: figure[3] for figure in figures}


def _hint(session: Session, case: Case) -> str:
    """Why the case may be an objection, by its subject and what the business wrote last."""
    said = session.scalars(
        select(Message.body_text)
        .where(Message.case_id == case.id, Message.direction == "in", Message.automatic.is_(False))
        .order_by(Message.id.desc())
        .limit(_READ_FOR_HINT)
    ).all()
    return next((reason for text in said or [""] if (reason := suggests_objection(case.subject, text))), "")
