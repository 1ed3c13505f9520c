"""The fleet is assessed: asked for, computed by a worker with progress, recorded in one commit (requirements A2, A3, A7).

A wish that still waits is not put in line twice; one that is asked for while the same is being computed waits behind it,
since inputs may have changed in between. Killed anywhere and run again it gives the same, once: the run, its results and
the end of the task are one transaction.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from calc_core.errors import InputRefused
from calc_core.fiscal_year import DELIVERY_MONTHS
from calc_core.fleet import FleetResult, assess
from cases import history
from cases.models import Business
from helpdesk import tasks
from helpdesk.desk import Desk
from helpdesk.errors import Conflict, NotFound, Problem, Refused
from helpdesk.fail_points import fail_point
from helpdesk.register.fleet_inputs import FleetInputs, gather_fleet
from helpdesk.register.fleet_material import MATERIAL, keep_material
from helpdesk.register.fleet_runs import ComputedMonth, last_run_id, record_run
from helpdesk.register.grouped_problems import grouped
from helpdesk.register.input_marks import RESULTS, mark_followed, newest_mark
from helpdesk.register.models import Contract, Resource
from helpdesk.register.month_results import hold_year
from helpdesk.register.parameter_sets import InForce, parameters_in_force
from helpdesk.register.result_inputs import computed_months
from helpdesk.task_models import Task
from helpdesk.task_worker import TaskRun
from helpdesk.users.permissions import Person, require

KIND = "fleet_assessment"
MOST_PROBLEMS = 200  # told of a task that was refused
_TRIES = 3
_SCOPES = {"business": Business, "resource": Resource}


@dataclass(frozen=True, slots=True)
class _Gathered:
    """What was in force when the computation began, and the last run that was there then."""

    inputs: FleetInputs
    configured: InForce
    last_run: int
    seen_id: int  # the newest change of inputs that is in it
    by: history.Actor


def request_assessment(
    session: Session,
    desk: Desk,
    *,
    fiscal_year: int,
    last_month: int,
    scope: Mapping[str, int],
    by: Person,
) -> Task:
    """Ask for a computation from April to a month; `scope`: {} all, {"business": id} or {"resource": id} one.

    The same wish that waits already is that one. Raises `NotAllowed`, `NotFound`, `Refused` with all problems.
    """
    require(by, "run_assessment", "一括算定を実行する")
    _check(session, fiscal_year, last_month, scope)
    now = desk.clock()
    wish = {"fiscal_year": fiscal_year, "last_month": last_month, "scope": dict(scope)}
    task, is_new = tasks.enqueue_behind(session, kind=KIND, wish=wish, by=by, now=now)
    if is_new:
        told = task.input | {"task": task.id}
        history.record(session, f"assessment:{fiscal_year}", "assessment_requested", told, by=by, now=now)
    session.commit()
    return task


def cancel_assessment(session: Session, desk: Desk, task_id: int, *, by: Person) -> Task:
    """中止: a computation that waits ends at once, one that runs at its next report; nothing of it is recorded."""
    require(by, "run_assessment", "一括算定を中止する")
    task = session.get(Task, task_id)
    if task is None or task.kind != KIND:
        raise NotFound("その一括算定はありません")
    now, is_open = desk.clock(), task.state in ("queued", "running")
    tasks.cancel(session, task, now=now)  # read again: it may have ended meanwhile
    if not is_open or task.state not in ("cancelled", "running"):
        session.rollback()
        raise Conflict("この一括算定はすでに終わっています。結果を確かめてください")
    stream = f"assessment:{task.input['fiscal_year']}"
    history.record(session, stream, "assessment_cancelled", {"task": task.id}, by=by, now=now)
    session.commit()
    return task


def run_assessment(desk: Desk, run: TaskRun) -> dict[str, Any]:
    """一括算定 as a task's handler: gather, compute month by month, record; what came of it in numbers.

    Where another run was recorded in the meantime, its results may rest on newer inputs: then all of it is done again.
    """
    for _ in range(_TRIES):
        told = _assess_once(desk, run)
        if told is not None:
            return told
    words = "算定のあいだに別の算定が続けて記録されました。しばらくしてから、もう一度実行してください"
    raise Refused([Problem("一括算定", words)])


def _assess_once(desk: Desk, run: TaskRun) -> dict[str, Any] | None:
    run.progress(0, len(DELIVERY_MONTHS), "入力を集めています")
    gathered = _gather(desk, run)
    steps = len(gathered.inputs.delivery_months) + 1
    run.progress(0, steps, "算定しています")
    result = _compute(gathered, lambda done: run.progress(done, steps, f"{done}か月分を算定しました"))
    months = computed_months(gathered.inputs, result)
    material = keep_material(desk.blobs, gathered.inputs)  # on disk before the row that names it
    run.progress(steps - 1, steps, "結果を記録しています")
    return _record(desk, run, gathered, material, months, result.warnings)


def _gather(desk: Desk, run: TaskRun) -> _Gathered:
    year = run.input["fiscal_year"]
    with desk.database.read_session() as session:
        task = session.get_one(Task, run.id)
        last_run, seen_id = last_run_id(session, year), newest_mark(session)
        configured = parameters_in_force(session)
        inputs = gather_fleet(
            session,
            desk.settings.slots_folder,
            fiscal_year=year,
            last_month=run.input["last_month"],
            scope=run.input["scope"],
        )
    by = history.Actor(task.created_by_id, task.created_by_name)
    return _Gathered(inputs, configured, last_run, seen_id, by)


def _compute(gathered: _Gathered, report: Any) -> FleetResult:
    inputs = gathered.inputs
    try:
        return assess(
            inputs.fiscal_year,
            inputs.resources,
            inputs.months(),
            parameters=gathered.configured.configuration or None,
            progress=lambda done, total: report(done),
        )
    except InputRefused as refused:
        every = (Problem(each.where, each.message) for each in refused.problems)
        found = grouped(every, [each.resource for each in inputs.resources])
        problems, more = found[:MOST_PROBLEMS], len(found) - MOST_PROBLEMS
        if more > 0:
            problems.append(
                Problem("ほか", f"同じような問題が {more:,} 件あります。直してから算定してください")
            )
        raise Refused(problems) from refused


def _record(
    desk: Desk,
    run: TaskRun,
    gathered: _Gathered,
    material: str,
    months: list[ComputedMonth],
    warnings: list[str],
) -> dict[str, Any] | None:
    """One commit: run, results, event, end of the task. None when another run came first."""
    inputs, configured = gathered.inputs, gathered.configured
    with desk.database.write_session() as session:
        hold_year(session, inputs.fiscal_year)
        if last_run_id(session, inputs.fiscal_year) != gathered.last_run:
            return None
        run.hold(session)
        now = desk.clock()
        recorded = record_run(
            session,
            fiscal_year=inputs.fiscal_year,
            last_month=inputs.last_month,
            scope=inputs.scope,
            inputs=inputs.to_json() | {MATERIAL: material, "configuration": _configuration(configured)},
            months=months,
            warnings=[*inputs.warnings, *warnings],
            parameter_set_id=configured.parameter_set_id,
            task_id=run.id,
            by=gathered.by,
            now=now,
        )
        months_made = [(inputs.fiscal_year, month) for month in inputs.delivery_months]
        mark_followed(session, months_made, RESULTS, seen_id=gathered.seen_id, now=now, scope=inputs.scope)
        told = {
            "run": recorded.run.id,
            "resources": recorded.run.resources,
            "new_versions": recorded.run.new_versions,
            "unchanged": recorded.run.unchanged,
            "same_from_other_inputs": recorded.same_from_other_inputs,
            "beside_settled": recorded.beside_settled,
        }
        content = told | {"scope": inputs.scope, "inputs_digest": recorded.run.inputs_digest}
        stream = f"assessment:{inputs.fiscal_year}"
        history.record(session, stream, "fleet_assessed", content, by=gathered.by, now=now)
        fail_point("assessment.recorded")
        run.finish(session, told)
    return told


def _configuration(configured: InForce) -> dict[str, Any]:
    """The configured numbers as a run keeps them, so that two runs can be compared."""
    conditions = configured.multiplier_conditions
    return configured.configuration | ({"multiplier_conditions": conditions} if conditions else {})


def _check(session: Session, fiscal_year: int, last_month: int, scope: Mapping[str, int]) -> None:
    problems = []
    if last_month not in DELIVERY_MONTHS:
        problems.append(
            Problem("実需給月", f"「{last_month}」は月ではありません。4〜12、1〜3 で指定してください")
        )
    if len(scope) > 1 or not scope.keys() <= _SCOPES.keys():
        problems.append(Problem("算定の範囲", "全体、1事業者、1電源等のいずれかにしてください"))
    if not session.scalar(select(Contract.id).where(Contract.fiscal_year == fiscal_year).limit(1)):
        words = f"{fiscal_year} 年度の契約が登録されていません。契約を取り込んでください"
        problems.append(Problem("年度", words))
    if problems:
        raise Refused(problems)
    for name, reference in scope.items():
        if session.get(_SCOPES[name], reference) is None:
            raise NotFound("算定する事業者または電源等は登録されていません")
