"""A disputed amount is computed again for a case: what was notified, what comes out now, what would come out if.

What was settled together with the month (精算項目, unpaid debt) is part of it. The run keeps its inputs, steps and digest;
attaching it to the case makes it the one an answer takes its figures from.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy.orm import Session

from cases.history import record_on_case
from cases.models import Case
from helpdesk.desk import Desk
from helpdesk.errors import Problem, Refused
from helpdesk.register import runs
from helpdesk.register.case_links import attach_run, link_result
from helpdesk.register.lookups import notified_by_id, results_of_case
from helpdesk.register.models import CalculationRun, NotifiedResult
from helpdesk.register.parameter_sets import parameters_in_force
from helpdesk.settlement.answers import settled_with
from helpdesk.users.permissions import Person, require


def link(session: Session, desk: Desk, case: Case, result_id: int, *, by: Person) -> NotifiedResult:
    """Say which notified result the case is about."""
    require(by, "work_on_cases", "案件に通知を結び付ける")
    result = notified_by_id(session, result_id)
    link_result(session, case, result, by=by, now=desk.clock())
    session.commit()
    return result


def notified_for(session: Session, case: Case) -> NotifiedResult | None:
    """The notified result that the case is about: the one tied to it last."""
    results = results_of_case(session, case.id)
    return results[-1] if results else None


def recompute(session: Session, desk: Desk, case: Case, *, by: Person) -> CalculationRun:
    """Compute the month of the case's notified result from what is registered now, and attach the run."""
    require(by, "recompute", "再計算する")
    run = _run(session, desk, case, by=by, kind="recompute", changes=())
    attach_run(session, case, run, by=by, now=desk.clock())
    session.commit()
    return run


def try_what_if(
    session: Session, desk: Desk, case: Case, changes: Sequence[Mapping[str, Any]], *, keep: bool, by: Person
) -> CalculationRun:
    """Compute with other conditions. Kept only when asked: then the run stands in the case's history, not attached."""
    require(by, "recompute", "試算する")
    if not changes:
        raise Refused([Problem("変更", "変えるものを一つ以上選んでください")])
    run = _run(session, desk, case, by=by, kind="what_if", changes=changes)
    if keep:
        record_on_case(session, case, "what_if_run", {"run": run.id}, by=by, now=desk.clock())
        session.commit()
    else:
        session.rollback()
    return run


def _run(
    session: Session,
    desk: Desk,
    case: Case,
    *,
    by: Person,
    kind: str,
    changes: Sequence[Mapping[str, Any]],
) -> CalculationRun:
    notified = notified_for(session, case)
    if notified is None:
        raise Refused(
            [Problem(f"案件 {case.number}", "通知が結び付いていません。先に対象の通知を選んでください")]
        )
    adjustments, carried_debt_yen = settled_with(session, notified)
    return runs.run_statement(
        session,
        business_id=notified.business_id,
        fiscal_year=notified.fiscal_year,
        delivery_month=notified.delivery_month,
        slots_folder=desk.settings.slots_folder,
        by=by,
        now=desk.clock(),
        kind=kind,
        overrides=changes,
        parameters=parameters_in_force(session).configuration,
        adjustments=adjustments,
        carried_debt_yen=carried_debt_yen,
    )
