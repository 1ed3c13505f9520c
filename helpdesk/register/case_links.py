"""案件との結び付け: which notified result a case is about, and which run its answer takes the figures from."""

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from cases.history import Person, record_on_case
from cases.models import Case
from helpdesk.errors import Problem, Refused
from helpdesk.register.models import CalculationRun, CaseResult, CaseRun, NotifiedResult


def link_result(
    session: Session, case: Case, result: NotifiedResult, *, by: Person, now: datetime
) -> CaseResult:
    """Tie a case to a notified result; once is enough, again changes nothing. Raises `Refused`."""
    _same_business(case, result.business_id, f"通知 {result.document_number}")
    found = session.scalars(
        select(CaseResult).where(CaseResult.case_id == case.id, CaseResult.notified_result_id == result.id)
    ).one_or_none()
    if found is not None:
        return found
    made = CaseResult(
        case_id=case.id,
        notified_result_id=result.id,
        linked_at=now,
        linked_by_id=by.id,
        linked_by_name=by.display_name,
    )
    session.add(made)
    session.flush()
    record_on_case(session, case, "result_linked", {"result": result.id}, by=by, now=now)
    return made


def attach_run(session: Session, case: Case, run: CalculationRun, *, by: Person, now: datetime) -> CaseRun:
    """Make a run the one an answer to this case binds to. Raises `Refused` for another business's run."""
    _same_business(case, run.business_id, f"計算 {run.id}")
    attached = session.scalars(select(CaseRun).where(CaseRun.case_id == case.id)).all()
    newest = max(attached, key=lambda each: each.sequence, default=None)
    if newest is not None and newest.run_id == run.id:
        return newest
    made = next((each for each in attached if each.run_id == run.id), None)
    if made is None:
        made = CaseRun(case_id=case.id, run_id=run.id)
        session.add(made)
    made.sequence = newest.sequence + 1 if newest else 1
    made.attached_at, made.attached_by_id, made.attached_by_name = now, by.id, by.display_name
    session.flush()
    record_on_case(session, case, "run_attached", {"run": run.id, "digest": run.digest}, by=by, now=now)
    return made


def attached_run(session: Session, case_id: int) -> CalculationRun | None:
    """The run an answer to this case binds to: the one attached last."""
    newest = select(func.max(CaseRun.sequence)).where(CaseRun.case_id == case_id).scalar_subquery()
    return session.scalars(
        select(CalculationRun)
        .join(CaseRun, CaseRun.run_id == CalculationRun.id)
        .where(CaseRun.case_id == case_id, CaseRun.sequence == newest)
    ).one_or_none()


def _same_business(case: Case, business_id: int | None, what: str) -> None:
    if case.business_id is None:
        raise Refused(
            [Problem(f"案件 {case.number}", "事業者が決まっていません。先に事業者を設定してください")]
        )
    if business_id != case.business_id:
        raise Refused([Problem(f"案件 {case.number}", f"{what} は別の事業者のものです。選び直してください")])
