"""Issued and answered statements are billed: invoice or payment, set-off and entry, each statement in one commit.

What may not be billed (objected to, not answered, changed since) is named; the others are. A worker that was killed goes
on where it stopped.
"""

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from cases import history
from cases.business_calendar import load_holidays
from cases.history import Actor
from helpdesk import tasks
from helpdesk.desk import Desk
from helpdesk.errors import Problem, Refused
from helpdesk.fail_points import fail_point
from helpdesk.ledger.models import Invoice
from helpdesk.settlement import approval
from helpdesk.settlement.billing import NEVER_BILLED, Billed, bill
from helpdesk.settlement.items import month_name
from helpdesk.settlement.models import FAMILIES, BusinessStatement
from helpdesk.settlement.statement_versions import hold_statements
from helpdesk.task_models import Task
from helpdesk.task_worker import TaskRun
from helpdesk.users.permissions import Person, require
from helpdesk.workflows import keep_ledger
from helpdesk.workflows.issue_invoice_document import issue_invoice_documents
from helpdesk.workflows.statement_mail import tell_invoiced

KIND = "statement_billing"
_REPORTED_EVERY = 20
_LONGEST = 2_000


def request_billing(
    session: Session,
    desk: Desk,
    *,
    family: str,
    fiscal_year: int,
    delivery_month: int,
    go_on_reason: str = "",
    by: Person,
) -> Task:
    """請求・支払 of all issued statements of a family and month (0: of the whole year); committed.

    With `go_on_reason` those that the business has not answered are billed as well, never those objected to.
    Raises `NotAllowed`, `Refused` where nothing is issued or the family is never billed.
    """
    require(by, "bill_statements", "精算を請求・支払に進める")
    month = (fiscal_year, delivery_month)
    place = f"{FAMILIES.get(family, family)} {month_name(month)}"
    if family in NEVER_BILLED:
        raise Refused([Problem(place, "仮算定の通知は請求しません")])
    if not approval.ids_in_state(session, family, *month, ("issued",)):
        raise Refused([Problem(place, "通知した精算がありません。通知を発行してから実行してください")])
    now = desk.clock()
    wish = {"family": family, "fiscal_year": fiscal_year, "delivery_month": delivery_month}
    wish["go_on_reason"] = go_on_reason.strip()[:_LONGEST]
    task, is_new = tasks.enqueue_behind(session, kind=KIND, wish=wish, by=by, now=now)
    if is_new:
        told = task.input | {"task": task.id}
        stream = f"settlement:{family}:{fiscal_year}"
        history.record(session, stream, "billing_requested", told, by=by, now=now)
    session.commit()
    return task


def run_billing(desk: Desk, run: TaskRun) -> dict[str, Any]:
    """請求・支払 as a task's handler: statement by statement; what came of it in numbers, and who was refused and why."""
    family, month = run.input["family"], (run.input["fiscal_year"], run.input["delivery_month"])
    with desk.database.read_session() as session:
        task = session.get_one(Task, run.id)
        by = Actor(task.created_by_id, task.created_by_name)
        waiting = approval.ids_in_state(session, family, *month, ("issued",))
        holidays = load_holidays(session)
    run.progress(0, len(waiting), "請求・支払に進めています")
    counts = {"invoices": 0, "payments": 0, "nothing": 0, "set_off": 0}
    refused: list[list[str]] = []
    refused_count = 0
    for number, statement_id in enumerate(waiting, 1):
        try:
            billed = _bill_one(desk, statement_id, run.input, holidays, by)
            if billed is not None:
                _count(counts, billed)
        except Refused as refusal:
            refused += [[problem.where, problem.message] for problem in refusal.problems]
            refused_count += 1
        fail_point("statement_billing.committed")
        if number % _REPORTED_EVERY == 0:
            run.progress(number, len(waiting), f"{number}件を請求・支払に進めました")
    told = {"waiting": len(waiting), "refused_count": refused_count, "documents": _draw(desk, run, by)}
    return told | counts | {"refused": refused[: approval.MOST_PROBLEMS]}


def _draw(desk: Desk, run: TaskRun, by: Actor) -> int:
    """請求書 of the month that are not drawn yet, in the pool; how many were drawn."""
    with desk.database.read_session() as session:
        found = (
            select(Invoice.id)
            .join(BusinessStatement, BusinessStatement.id == Invoice.statement_id)
            .where(
                BusinessStatement.family == run.input["family"],
                BusinessStatement.fiscal_year == run.input["fiscal_year"],
                BusinessStatement.delivery_month == run.input["delivery_month"],
            )
        )
        invoices = list(session.scalars(found.order_by(Invoice.id)))
    total = len(invoices)
    run.progress(0, total, "請求書を作成しています")
    return issue_invoice_documents(
        desk,
        invoices,
        by=by,
        progress=lambda done: run.progress(done, total, f"{done}件の請求書を作成しました"),
    )


def _bill_one(
    desk: Desk, statement_id: int, wish: dict[str, Any], holidays: dict, by: Actor
) -> Billed | None:
    """All of one statement in one commit; None when somebody else has billed it meanwhile."""
    now = desk.clock()
    with desk.database.write_session() as session:
        hold_statements(session, wish["family"])
        [statement] = approval.read_held(session, [statement_id])
        if statement.state == "billed":
            return None
        billed = bill(
            session,
            statement,
            due_days=desk.settings.invoice_due_days,
            holidays=holidays,
            go_on_reason=wish["go_on_reason"],
            by=by,
            now=now,
        )
        fail_point("statement_billing.billed")
        happened = list(billed.happened)
        if billed.invoice is not None:
            happened.append(tell_invoiced(session, desk, statement, billed.invoice, by=by, now=now))
        keep_ledger.finish(session, happened, by=by, now=now)
        fail_point("statement_billing.before_commit")
    return billed


def _count(counts: dict[str, int], billed: Billed) -> None:
    made = "invoices" if billed.invoice else "payments" if billed.payment_id else "nothing"
    counts[made] += 1
    counts["set_off"] += bool(billed.set_off_yen)
