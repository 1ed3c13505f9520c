"""Fixed statements are issued: each with its number, its notified result and its mail in one commit, then the documents.

Asked for once a month and family; a worker that was killed goes on where it stopped: what is issued is not issued again,
what could not be issued is named, the others are.
"""

from typing import Any

from sqlalchemy.orm import Session

from cases import history
from cases.history import Actor
from helpdesk import tasks
from helpdesk.desk import Desk
from helpdesk.errors import Problem, Refused
from helpdesk.fail_points import fail_point
from helpdesk.ledger.account_history import write_account_history
from helpdesk.register.month_results import hold_year
from helpdesk.settlement import approval, issuing
from helpdesk.settlement.items import month_name
from helpdesk.settlement.models import FAMILIES
from helpdesk.settlement.statement_versions import hold_statements
from helpdesk.task_models import Task
from helpdesk.task_worker import TaskRun
from helpdesk.users.permissions import Person, require
from helpdesk.workflows.issue_statement_document import issue_statement_documents
from helpdesk.workflows.statement_mail import tell_issued

KIND = "statement_issue"
_REPORTED_EVERY = 20


def request_issue(
    session: Session, desk: Desk, *, family: str, fiscal_year: int, delivery_month: int, by: Person
) -> Task:
    """通知の発行 of all fixed statements of a family and month (0: of the whole year); committed.

    The same wish that waits already is that one. Raises `NotAllowed`, `Refused` where nothing is fixed or issued.
    """
    require(by, "issue_statements", "精算の通知を発行する")
    month = (fiscal_year, delivery_month)
    if not approval.ids_in_state(session, family, *month, ("fixed", "issued")):
        words = "承認が終わった精算がありません。経理責任者の承認のあとに発行してください"
        raise Refused([Problem(f"{FAMILIES.get(family, family)} {month_name(month)}", words)])
    now = desk.clock()
    wish = {"family": family, "fiscal_year": fiscal_year, "delivery_month": delivery_month}
    task, is_new = tasks.enqueue_behind(session, kind=KIND, wish=wish, by=by, now=now)
    if is_new:
        told = task.input | {"task": task.id}
        stream = f"settlement:{family}:{fiscal_year}"
        history.record(session, stream, "issue_requested", told, by=by, now=now)
    session.commit()
    return task


def run_issue(desk: Desk, run: TaskRun) -> dict[str, Any]:
    """通知の発行 as a task's handler: statement by statement, then the documents of all that are issued.

    `issued`, `documents`, `without_mail` (names) and `refused` ([where, message]) tell what came of it.
    """
    family, month = run.input["family"], (run.input["fiscal_year"], run.input["delivery_month"])
    with desk.database.read_session() as session:
        task = session.get_one(Task, run.id)
        by = Actor(task.created_by_id, task.created_by_name)
        waiting = approval.ids_in_state(session, family, *month, ("fixed",))
    run.progress(0, len(waiting), "通知を発行しています")
    without_mail: list[str] = []
    refused: list[list[str]] = []
    for number, statement_id in enumerate(waiting, 1):
        try:
            is_mailed, name = _issue_one(desk, statement_id, family, by)
            if not is_mailed:
                without_mail.append(name)
        except Refused as refusal:
            refused += [[problem.where, problem.message] for problem in refusal.problems]
        fail_point("statement_issue.committed")
        if number % _REPORTED_EVERY == 0:
            run.progress(number, len(waiting), f"{number}件の通知を発行しました")
    with desk.database.read_session() as session:
        issued = approval.ids_in_state(session, family, *month, ("issued",))
    run.progress(len(waiting), len(waiting), "通知書を作成しています")
    total = len(issued)
    documents = issue_statement_documents(
        desk,
        issued,
        by=by,
        progress=lambda done: run.progress(done, total, f"{done}件の通知書を作成しました"),
    )
    return {
        "waiting": len(waiting),
        "issued": len(waiting) - len({where for where, _ in refused}),
        "documents": documents,
        "without_mail": without_mail[: approval.MOST_PROBLEMS],
        "refused": refused[: approval.MOST_PROBLEMS],
    }


def _issue_one(desk: Desk, statement_id: int, family: str, by: Actor) -> tuple[bool, str]:
    """Whether a mail goes out, and the business's name; all of one statement in one commit."""
    now = desk.clock()
    with desk.database.write_session() as session:
        hold_statements(session, family)
        [statement] = approval.read_held(session, [statement_id])
        if family == "capacity":
            hold_year(session, statement.fiscal_year)
        if statement.state in ("issued", "billed"):
            return True, statement.business.name  # by somebody else, meanwhile
        happened = issuing.issue(session, statement, by=by, now=now)
        fail_point("statement_issue.numbered")
        told = tell_issued(session, desk, statement, replaces=happened.content["replaces"], by=by, now=now)
        write_account_history(session, [happened, told], by=by, now=now)
        fail_point("statement_issue.before_commit")
        return told.kind == "statement_mailed", statement.business.name
