"""Outage plans and limits become the slots that assessments read: asked for, derived by a worker, recorded in one commit.

Derived again from the same it changes nothing. The files of a month are on disk before the one transaction that names
them, records what happened and ends the task; killed anywhere before, it is simply done again.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from calc_core.errors import InputRefused
from calc_core.fiscal_year import DELIVERY_MONTHS
from calc_core.multiplier_conditions import MultiplierCondition, read_conditions
from cases import history
from cases.numbering import lock_series
from helpdesk.desk import Desk
from helpdesk.errors import Conflict, Problem, Refused
from helpdesk.fail_points import fail_point
from helpdesk.register import slot_rows
from helpdesk.register.input_marks import RESULTS, SLOTS, mark_changed, mark_followed, newest_mark
from helpdesk.register.models import Resource
from helpdesk.register.offered_slots import DerivedMonth, derive_month, year_plans
from helpdesk.register.parameter_sets import InForce, parameters_in_force
from helpdesk.task_models import Task
from helpdesk.task_worker import TaskRun
from helpdesk.users.permissions import Person, require
from helpdesk.workflows.import_file import INPUTS
from helpdesk.workflows.renew_slots import KIND as KIND
from helpdesk.workflows.renew_slots import ask

ALL = "all"
EARLIEST_YEAR, LATEST_YEAR = 2024, 2100

Asked = str | Sequence[int] | None  # "all", exactly these resources, or whom it concerns


@dataclass(frozen=True, slots=True)
class _Done:
    """What was derived, from what; `of_all`: for everybody whom it concerns, not for some resources."""

    fiscal_year: int
    derived: Sequence[DerivedMonth]
    configured: InForce
    seen_id: int
    of_all: bool


def request_derivation(
    session: Session,
    desk: Desk,
    *,
    fiscal_year: int,
    delivery_months: Collection[int] = DELIVERY_MONTHS,
    resources: Asked = None,
    by: Person,
) -> Task:
    """Ask for the slots of these months. `resources`: those concerned, `"all"`, or exactly these ids.

    The same wish that waits already is that one. Raises `NotAllowed`, `Refused` with all problems.
    """
    require(by, "run_assessment", "停止計画からコマを作る")
    months = _checked(session, fiscal_year, delivery_months, resources)
    now = desk.clock()
    asked = sorted(resources) if isinstance(resources, list | tuple | set | frozenset) else resources
    task = ask(session, fiscal_year, months, asked, by=by, now=now)
    session.commit()
    return task


def run_derivation(desk: Desk, run: TaskRun) -> dict[str, Any]:
    """コマの作成 as a task's handler, with progress by month; what came of it in numbers."""
    with desk.database.read_session() as session:
        task = session.get_one(Task, run.id)
        by = history.Actor(task.created_by_id, task.created_by_name)
    months = run.input["delivery_months"]

    def report(done: int) -> None:
        run.progress(done, len(months) + 1, f"{done}か月分のコマを作りました")

    done = _derive(desk, run.input["fiscal_year"], months, run.input["resources"], report)
    with desk.database.write_session() as session:
        told = _record(session, desk, done, by=by)
        fail_point("derive_slots.before_finish")
        run.finish(session, told)
    return told


def derive_slots(
    desk: Desk,
    *,
    fiscal_year: int,
    delivery_months: Collection[int] = DELIVERY_MONTHS,
    resources: Asked = None,
    by: Person,
) -> dict[str, Any]:
    """The same at once, for a command. Raises `NotAllowed`, `Refused`, `Conflict`."""
    require(by, "run_assessment", "停止計画からコマを作る")
    with desk.database.read_session() as session:
        months = _checked(session, fiscal_year, delivery_months, resources)
    done = _derive(desk, fiscal_year, months, resources, lambda done: None)
    with desk.database.write_session() as session:
        return _record(session, desk, done, by=by)


def _derive(desk: Desk, fiscal_year: int, months: Sequence[int], resources: Asked, report: Any) -> _Done:
    """Read what is in force and put the bases that differ on disk, month by month."""
    with desk.database.read_session() as session:
        seen_id = newest_mark(session)  # first: what is marked later may not be in it
        configured = parameters_in_force(session)
        ids = resources if isinstance(resources, list | tuple) else None
        year = year_plans(session, fiscal_year, conditions=_conditions(configured), resource_ids=ids)
        asked = year.periods.keys() if resources == ALL else ids
        derived = []
        for done, month in enumerate(months):
            report(done)
            derived.append(derive_month(session, desk.settings.slots_folder, year, month, asked=asked))
        report(len(months))
    fail_point("derive_slots.files_kept")
    return _Done(fiscal_year, derived, configured, seen_id, ids is None)


def _record(session: Session, desk: Desk, done: _Done, *, by: Person | history.Actor) -> dict[str, Any]:
    """Name the new bases and say so in the history; where nothing differs only that all of it was looked at."""
    now, fiscal_year, derived = desk.clock(), done.fiscal_year, done.derived
    lock_series(session, "slot_file")
    bases = [base for month in derived for base in month.bases]
    newest = slot_rows.newest_files(session, fiscal_year, sorted({base.month for base in bases}))
    files = []
    for base in bases:
        before = newest.get((base.month, base.kind))
        if (before.id if before else None) != (base.before.id if base.before else None):
            raise Conflict("コマを作っているあいだに、別の取り込みがありました。もう一度実行してください")
        made = slot_rows.add_version(
            session,
            before,
            fiscal_year=fiscal_year,
            month=base.month,
            kind=base.kind,
            digest=base.digest,
            resource_ids=base.resource_ids,
            now=now,
        )
        told = {"month": base.month, "kind": base.kind, "version": made.version, "sha256": made.sha256}
        files.append(told | {"changed_resources": base.changed})
    result: dict[str, Any] = {
        "fiscal_year": fiscal_year,
        "delivery_months": [month.delivery_month for month in derived],
        "derived": max((month.derived for month in derived), default=0),
        "files": files,
        "warnings": list(dict.fromkeys(warning for month in derived for warning in month.warnings)),
    }
    if done.of_all:
        followed = [(fiscal_year, month.delivery_month) for month in derived]
        mark_followed(session, followed, SLOTS, seen_id=done.seen_id, now=now)
    if files:
        other = {(fiscal_year, int(base.month[-2:])) for base in bases}
        mark_changed(session, other, RESULTS, cause="slots", now=now)
        content = result | {"parameter_set": done.configured.parameter_set_id}
        history.record(session, INPUTS, "slots_derived", content, by=by, now=now)
    return result


def _conditions(configured: InForce) -> tuple[MultiplierCondition, ...]:
    try:
        return read_conditions(configured.multiplier_conditions)
    except InputRefused as refused:
        problems = [Problem(f"設定値 {each.where}", each.message) for each in refused.problems]
        raise Refused(problems) from refused


def _checked(
    session: Session, fiscal_year: int, delivery_months: Collection[int], resources: Asked
) -> list[int]:
    """The months in their order. Raises `Refused`."""
    problems = []
    if not EARLIEST_YEAR <= fiscal_year <= LATEST_YEAR:
        problems.append(Problem("実需給年度", f"{EARLIEST_YEAR}〜{LATEST_YEAR} で指定してください"))
    unknown = sorted(set(delivery_months) - set(DELIVERY_MONTHS))
    if unknown or not delivery_months:
        problems.append(Problem("実需給月", "4〜12、1〜3 から一つ以上指定してください"))
    if isinstance(resources, str) and resources != ALL:
        problems.append(Problem("電源等", f"「{resources}」は指定できません"))
    elif resources is not None and not isinstance(resources, str):
        known = set(session.scalars(select(Resource.id).where(Resource.id.in_(resources))))
        missing = sorted(set(resources) - known)
        problems += [Problem("電源等", f"電源等 {each} は登録されていません") for each in missing]
    if problems:
        raise Refused(problems)
    return [month for month in DELIVERY_MONTHS if month in delivery_months]
