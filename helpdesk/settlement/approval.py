"""承認の連鎖: who may take which of the four steps of a statement, who has taken them, and what a return begins anew.

担当者 → 責任者 → 経理担当者 → 経理責任者, four people: nobody takes two steps of one statement's round, as a deputy
neither. 振込処理の確認 and 振込結果の抽出 come after it and are execution, no approval.
"""

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session, joinedload

from cases.history import canonical
from cases.models import Business
from helpdesk.errors import Conflict, NotFound, Problem, Refused
from helpdesk.settlement.deputies import DeputyFor, steps_as_deputy
from helpdesk.settlement.lists import WITHOUT_DETAILS
from helpdesk.settlement.models import STATES, BusinessStatement, StatementApproval
from helpdesk.settlement.steps import RETURN, STEPS, Step, step_by_number
from helpdesk.users.permissions import Person, can

MOST_PROBLEMS = 100
CHANGED_SINCE = "表示のあとに精算が変わりました。画面を開き直し、確かめてからもう一度実行してください"
_IDS_ASKED = 500
_LONGEST_REASON = 2_000
_RETURNABLE = tuple(step.state_to for step in STEPS)


@dataclass(frozen=True, slots=True)
class Taken:
    """One step of a round that somebody has taken."""

    step: int
    by_id: int
    by_name: str


def may_take_step(
    session: Session, person: Person, statement: BusinessStatement, step: int, *, on: date
) -> str | None:
    """Why this person may not take this step of the statement on this day, in Japanese; None: he or she may."""
    taken = steps_taken(session, [statement])[statement.id]
    return _why_not(person, statement, step_by_number(step), taken, steps_as_deputy(session, person.id, on))


def steps_taken(
    session: Session, statements: Sequence[BusinessStatement]
) -> Mapping[int, Mapping[int, Taken]]:
    """By statement and step, the approvals of the current round of each; a few statements for any number."""
    found: dict[int, dict[int, Taken]] = defaultdict(dict)
    ids = [statement.id for statement in statements]
    rounds = {statement.id: statement.round for statement in statements}
    for start in range(0, len(ids), _IDS_ASKED):
        rows = session.scalars(
            select(StatementApproval).where(
                StatementApproval.statement_id.in_(ids[start : start + _IDS_ASKED]),
                StatementApproval.step != RETURN,
            )
        )
        for row in rows:
            if row.round == rounds[row.statement_id]:
                found[row.statement_id][row.step] = Taken(row.step, row.decided_by_id, row.decided_by_name)
    return found


def approvals_of(session: Session, statement_id: int) -> list[StatementApproval]:
    """Every step and return of a statement, of all its rounds, in the order in which they were taken."""
    found = select(StatementApproval).where(StatementApproval.statement_id == statement_id)
    return list(session.scalars(found.order_by(StatementApproval.id)))


def next_step(statement: BusinessStatement) -> Step | None:
    """The step that a statement waits for; None when it is fixed or further."""
    return next((step for step in STEPS if step.state_from == statement.state), None)


def fingerprint(statements: Iterable[BusinessStatement]) -> str:
    """What a person was shown: these versions in these states and rounds, so that nothing newer is acted on unseen."""
    shown = sorted((each.id, each.state, each.round, bool(each.newest)) for each in statements)
    return hashlib.sha256(canonical([list(each) for each in shown]).encode()).hexdigest()


def ids_in_state(
    session: Session, family: str, fiscal_year: int, delivery_month: int, states: Sequence[str]
) -> list[int]:
    """The newest statements of a month that stand in one of these states, by the businesses' codes."""
    found = (
        select(BusinessStatement.id)
        .join(Business, Business.id == BusinessStatement.business_id)
        .where(
            BusinessStatement.family == family,
            BusinessStatement.fiscal_year == fiscal_year,
            BusinessStatement.delivery_month == delivery_month,
            BusinessStatement.newest,
            BusinessStatement.state.in_(states),
        )
    )
    return list(session.scalars(found.order_by(Business.code, BusinessStatement.id)))


def read_held(
    session: Session, statement_ids: Sequence[int], *, with_details: bool = True
) -> list[BusinessStatement]:
    """These statements as they are now with their businesses, held until the transaction ends, in the order of their ids.

    `with_details`: with inputs, figures and sources, which are otherwise read when they are asked for. Raises
    `NotFound` when one is not there.
    """
    options = [joinedload(BusinessStatement.business, innerjoin=True)]
    options += [] if with_details else WITHOUT_DETAILS
    wanted, found = sorted(set(statement_ids)), []
    for start in range(0, len(wanted), _IDS_ASKED):
        rows = select(BusinessStatement).where(BusinessStatement.id.in_(wanted[start : start + _IDS_ASKED]))
        rows = rows.order_by(BusinessStatement.id).with_for_update(of=BusinessStatement).options(*options)
        found += session.scalars(rows.execution_options(populate_existing=True)).all()
    if len(found) < len(wanted):
        raise NotFound("その精算は登録されていません")
    return found


def approve(
    session: Session,
    statements: Sequence[BusinessStatement],
    step: int,
    *,
    by: Person,
    on: date,
    now: datetime,
) -> list[StatementApproval]:
    """One step of all of these held statements, or none. Raises `Refused` with every one that stands against it."""
    wanted = step_by_number(step)
    taken, deputy = steps_taken(session, statements), steps_as_deputy(session, by.id, on)
    problems = [] if statements else [Problem(wanted.label, "対象の精算がありません")]
    for statement in statements:
        reason = _why_not(by, statement, wanted, taken.get(statement.id, {}), deputy)
        if reason is not None:
            problems.append(Problem(statement_place(statement), reason))
    if problems:
        raise Refused(shortened(problems))
    as_deputy = "" if can(by, wanted.ability) else deputy[step].role_label
    rows = [_row(statement, step, as_deputy, "", by, now) for statement in statements]
    made = session.scalars(insert(StatementApproval).returning(StatementApproval), rows).all()
    _go_to(session, statements, wanted.state_to)
    return sorted(made, key=lambda each: each.id)


def _go_to(session: Session, statements: Sequence[BusinessStatement], state: str) -> None:
    ids = [statement.id for statement in statements]
    for start in range(0, len(ids), _IDS_ASKED):
        some = BusinessStatement.id.in_(ids[start : start + _IDS_ASKED])
        session.execute(update(BusinessStatement).where(some).values(state=state))


def return_to_start(
    session: Session, statement: BusinessStatement, *, reason: str, by: Person, on: date, now: datetime
) -> StatementApproval:
    """差戻し of a held statement: it begins the chain anew in its next round, with the reason; all approvals stay.

    Whoever may take a step of the chain may return, also a statement that is fixed, until it is issued.
    Raises `Conflict`, `Refused`.
    """
    if not statement.newest:
        raise Conflict("新しい版があります。新しい版を確かめてください")
    if statement.state not in _RETURNABLE:
        raise Conflict(f"「{STATES[statement.state]}」の精算は差し戻せません。画面を開き直してください")
    why = reason.strip()
    problems = []
    if not why:
        problems.append(Problem("差戻しの理由", "差し戻すには理由を入力してください"))
    if len(why) > _LONGEST_REASON:
        problems.append(Problem("差戻しの理由", f"{_LONGEST_REASON:,}文字以内にしてください"))
    if not may_return(session, by, on=on):
        words = "差し戻せるのは、承認の役割をもつ人かその代理だけです"
        problems.append(Problem(statement_place(statement), words))
    if problems:
        raise Refused(problems)
    made = StatementApproval(**_row(statement, RETURN, "", why, by, now))
    session.add(made)
    statement.state, statement.round = "provisional", statement.round + 1
    session.flush()
    return made


def may_return(session: Session, person: Person, *, on: date) -> bool:
    """Whether this person has a part in the chain, of his or her own or as a deputy."""
    own = any(can(person, step.ability) for step in STEPS)
    return own or bool(steps_as_deputy(session, person.id, on))


def statement_place(statement: BusinessStatement) -> str:
    """Where a problem of a statement is: its business, month and version."""
    month = f"{statement.delivery_month}月分" if statement.delivery_month else "年間"
    return f"{statement.business.name} {statement.fiscal_year}年度{month} 第{statement.version}版"


def shortened(problems: list[Problem]) -> list[Problem]:
    """The first of very many problems, and how many more there are."""
    more = len(problems) - MOST_PROBLEMS
    if more <= 0:
        return problems
    return [*problems[:MOST_PROBLEMS], Problem("ほか", f"同じような問題が {more:,} 件あります")]


def _why_not(
    person: Person,
    statement: BusinessStatement,
    step: Step,
    taken: Mapping[int, Taken],
    deputy: Mapping[int, DeputyFor],
) -> str | None:
    if not can(person, step.ability) and step.number not in deputy:
        return f"「{step.label}」は{step.role_label}かその代理だけができます"
    if not statement.newest:
        return "新しい版があります。新しい版を確かめてください"
    if statement.state != step.state_from:
        return f"「{STATES[statement.state]}」のため、いまは「{step.label}」の番ではありません"
    mine = next((each for each in taken.values() if each.by_id == person.id), None)
    if mine is not None:
        label = step_by_number(mine.step).label
        return (
            f"この精算の「{label}」を自分が行っています。1人で2つの承認はできません。別の人に依頼してください"
        )
    return None


def _row(
    statement: BusinessStatement, step: int, as_deputy: str, reason: str, by: Person, now: datetime
) -> dict[str, Any]:
    return {
        "statement_id": statement.id,
        "round": statement.round,
        "step": step,
        "as_deputy": as_deputy,
        "reason": reason,
        "decided_at": now,
        "decided_by_id": by.id,
        "decided_by_name": by.display_name,
    }
