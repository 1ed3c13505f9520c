"""Statements of a month are computed: asked for, computed and recorded by a worker in one commit (requirements A4, A5).

Who cannot be computed is named in the result; the others are. Killed anywhere and run again it gives the same, once: the
run, its versions and items and the end of the task are one transaction, under the lock that approving and billing take.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from calc_core.errors import InputRefused
from calc_core.fiscal_year import DELIVERY_MONTHS
from cases import history
from cases.models import Business
from helpdesk import tasks
from helpdesk.clock import in_japan
from helpdesk.desk import Desk
from helpdesk.errors import NotFound, Problem, Refused
from helpdesk.fail_points import fail_point
from helpdesk.register.code_version import code_version
from helpdesk.register.parameter_sets import parameters_in_force
from helpdesk.settlement.computed import Computation
from helpdesk.settlement.families import COMPUTE, compute
from helpdesk.settlement.models import FAMILIES, WHOLE_YEAR, YEARLY, SettlementRun
from helpdesk.settlement.statement_versions import Recorded, hold_statements, record_statements
from helpdesk.task_models import Task
from helpdesk.task_worker import TaskRun
from helpdesk.users.permissions import Person, require

KIND = "settlement_run"
MOST_PROBLEMS = 200  # told of a task
_YEARS = range(2010, 2101)


def request_settlement(
    session: Session,
    desk: Desk,
    *,
    family: str,
    fiscal_year: int,
    delivery_month: int,
    business_id: int | None = None,
    by: Person,
) -> Task:
    """Ask for a family's statements of a month (0: of the whole year), of everybody or one business.

    The same wish that waits already is that one. Raises `NotAllowed`, `NotFound`, `Refused` with all problems.
    """
    require(by, "run_settlement", "精算を計算する")
    _check(session, family, fiscal_year, delivery_month, business_id)
    now = desk.clock()
    wish = {
        "family": family,
        "fiscal_year": fiscal_year,
        "delivery_month": delivery_month,
        "business": business_id,
    }
    task, is_new = tasks.enqueue_behind(session, kind=KIND, wish=wish, by=by, now=now)
    if is_new:
        told = task.input | {"task": task.id}
        history.record(session, stream(family, fiscal_year), "settlement_requested", told, by=by, now=now)
    session.commit()
    return task


def stream(family: str, fiscal_year: int) -> str:
    """The stream of the history in which a family's year stands."""
    return f"settlement:{family}:{fiscal_year}"


def run_settlement(desk: Desk, run: TaskRun) -> dict[str, Any]:
    """精算の計算 as a task's handler: compute, record, finish in one commit; what came of it in numbers and problems."""
    wish = run.input
    run.progress(0, 1, "計算しています")
    with desk.database.write_session() as session:
        hold_statements(session, wish["family"])
        run.hold(session)
        task, now = session.get_one(Task, run.id), desk.clock()
        by = history.Actor(task.created_by_id, task.created_by_name)
        configured = parameters_in_force(session)
        computation = _compute(session, wish, configured.configuration, in_japan(now).date())
        made = SettlementRun(
            family=wish["family"],
            fiscal_year=wish["fiscal_year"],
            delivery_month=wish["delivery_month"],
            parameter_set_id=configured.parameter_set_id,
            code_version=code_version(),
            inputs=dict(computation.inputs) | {"business": wish["business"]},
            totals=dict(computation.totals),
            warnings=[*computation.warnings, *(_words(each) for each in computation.refused)],
            task_id=run.id,
            created_at=now,
            created_by_id=by.id,
            created_by_name=by.display_name,
        )
        recorded = record_statements(session, made, computation.statements, by=by, now=now)
        told = _told(made, recorded, computation)
        where = stream(made.family, made.fiscal_year)
        happened = {name: value for name, value in told.items() if name not in ("refused", "warnings")}
        content = happened | {"delivery_month": made.delivery_month, "business": wish["business"]}
        history.record(session, where, "settlement_computed", content, by=by, now=now)
        fail_point("settlement.recorded")
        run.finish(session, told)
    return told


def _compute(
    session: Session, wish: Mapping[str, Any], configuration: Mapping[str, Any], on: date
) -> Computation:
    try:
        return compute(
            session,
            wish["family"],
            wish["fiscal_year"],
            wish["delivery_month"],
            business_id=wish["business"],
            parameters=configuration or None,
            on=on,
        )
    except InputRefused as refused:
        raise Refused(_first([Problem(each.where, each.message) for each in refused.problems])) from refused
    except Refused as refused:
        raise Refused(_first(refused.problems)) from refused


def _told(made: SettlementRun, recorded: Recorded, computation: Computation) -> dict[str, Any]:
    later = sorted({(item.for_year, item.for_month) for item in recorded.items})
    return {
        "run": made.id,
        "businesses": made.businesses,
        "new_versions": made.new_versions,
        "replaced": recorded.replaced,
        "unchanged": made.unchanged,
        "items": made.items,
        "items_for": [list(month) for month in later],
        "refused_count": len(computation.refused),
        "refused": [_words(each) for each in _first(computation.refused)],
        "warnings": list(computation.warnings),
    }


def _first(problems: Any) -> list[Problem]:
    """As many problems as a person reads, and how many there are besides."""
    shown, more = list(problems[:MOST_PROBLEMS]), len(problems) - MOST_PROBLEMS
    if more > 0:
        shown.append(Problem("ほか", f"問題がほかに {more:,} 件あります。直してから計算してください"))
    return shown


def _words(problem: Problem) -> str:
    return f"{problem.where}: {problem.message}"


def _check(
    session: Session, family: str, fiscal_year: int, delivery_month: int, business_id: int | None
) -> None:
    problems = []
    if family not in COMPUTE:
        known = "、".join(f"{name}（{FAMILIES[name]}）" for name in COMPUTE)
        problems.append(Problem("精算の種類", f"「{family}」はありません。指定できるのは {known} です"))
    elif family in YEARLY and delivery_month != WHOLE_YEAR:
        words = "この精算は年度ごとです。月には 0（年度）を指定してください"
        problems.append(Problem("対象月", words))
    elif family not in YEARLY and delivery_month not in DELIVERY_MONTHS:
        words = f"「{delivery_month}」は月ではありません。4〜12、1〜3 で指定してください"
        problems.append(Problem("対象月", words))
    if fiscal_year not in _YEARS:
        problems.append(Problem("年度", f"「{fiscal_year}」は年度ではありません。西暦4桁で指定してください"))
    if problems:
        raise Refused(problems)
    if business_id is not None and session.get(Business, business_id) is None:
        raise NotFound("計算する事業者は登録されていません")
