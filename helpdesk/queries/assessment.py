"""算定の一覧: how far a fiscal year is: months by state with their sums, the inputs that are there, runs, what stands out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import Select, and_, case, func, select
from sqlalchemy.orm import Session, aliased

from calc_core.fiscal_year import DELIVERY_MONTHS, calendar_month, last_day_of_month
from cases.models import Business
from helpdesk.errors import Problem, Refused
from helpdesk.imports.kinds import KINDS
from helpdesk.register import input_marks, result_fixing, result_overview
from helpdesk.register.models import (
    SLOT_KINDS,
    Contract,
    FleetRun,
    LowReserveSlot,
    OutagePlan,
    Resource,
    SlotFile,
)
from helpdesk.register.result_overview import MonthOverview, Outliers
from helpdesk.task_models import Task

ASSESSMENT, DERIVATION = "fleet_assessment", "slot_derivation"  # kinds of tasks
_OUTLIERS = 5
_RUNS = 20


@dataclass(slots=True)
class MonthRow:
    """One month of the year: how many results stand where, what they come to, what there is to compute from."""

    delivery_month: int
    label: str
    results: MonthOverview
    slot_rows: int = 0  # resources in the slot file, 0: none
    plans: int = 0
    low_slots: int = 0
    newer_inputs: tuple[
        str, ...
    ] = ()  # what changed after results of it, or of a month before, were computed
    days_query: Mapping[str, str] = field(default_factory=dict)  # its first and last day in an address


@dataclass(frozen=True, slots=True)
class StaleSlots:
    """作り直されていないコマ: a month whose slots are older than what they follow from, and what that was."""

    label: str
    causes: str


@dataclass(frozen=True, slots=True)
class Overview:
    """年度の算定: everything that the page of a year shows."""

    fiscal_year: int
    years: tuple[int, ...]
    contracts: int
    months: tuple[MonthRow, ...]
    task: Task | None
    derivation: Task | None
    runs: tuple[FleetRun, ...]
    outliers: Outliers
    business_names: Mapping[int, str]
    stale: tuple[StaleSlots, ...]

    @property
    def computable(self) -> list[int]:
        """The delivery months from April that have slots without a gap."""
        gap = next((at for at, row in enumerate(self.months) if not row.slot_rows), len(self.months))
        return [row.delivery_month for row in self.months[:gap]]


def overview(session: Session, fiscal_year: int) -> Overview:
    """The page of a year, in a fixed number of statements."""
    months = {
        each.delivery_month: MonthRow(
            each.delivery_month, "{}年{}月".format(*calendar_month(fiscal_year, each.delivery_month)), each
        )
        for each in result_overview.overview(session, fiscal_year)
    }
    _add_inputs(session, fiscal_year, months)
    waiting = input_marks.pending(session, fiscal_year)
    _add_newer(months, waiting[input_marks.RESULTS])
    outliers = result_overview.outliers(session, fiscal_year, limit=_OUTLIERS, shortfalls=False)
    by_year = dict(
        session.execute(select(Contract.fiscal_year, func.count()).group_by(Contract.fiscal_year)).all()
    )
    return Overview(
        fiscal_year=fiscal_year,
        years=tuple(sorted({*by_year, fiscal_year}, reverse=True)),
        contracts=by_year.get(fiscal_year, 0),
        months=tuple(months.values()),
        task=last_task(session, ASSESSMENT, fiscal_year),
        derivation=last_task(session, DERIVATION, fiscal_year),
        runs=tuple(
            session.scalars(
                select(FleetRun)
                .where(FleetRun.fiscal_year == fiscal_year)
                .order_by(FleetRun.id.desc())
                .limit(_RUNS)
            )
        ),
        outliers=outliers,
        business_names=_business_names(session, outliers),
        stale=tuple(
            StaleSlots(months[each.delivery_month].label, "・".join(map(_cause, each.causes)))
            for each in waiting[input_marks.SLOTS]
        ),
    )


def last_task(session: Session, kind: str, fiscal_year: int) -> Task | None:
    """What was asked for last of this kind and year."""
    found = select(Task).where(Task.kind == kind, Task.input["fiscal_year"].as_integer() == fiscal_year)
    return session.scalars(found.order_by(Task.created_at.desc(), Task.id.desc()).limit(1)).first()


def scope_of(session: Session, code: str) -> dict[str, int]:
    """What to compute: all for no code, else the business or the resource of this code. Raises `Refused`."""
    if not code:
        return {}
    resource_id = session.scalar(select(Resource.id).where(Resource.code == code))
    if resource_id is not None:
        return {"resource": resource_id}
    business_id = session.scalar(select(Business.id).where(Business.code == code))
    if business_id is not None:
        return {"business": business_id}
    words = f"コード「{code}」の事業者も電源等も登録されていません。コードを確かめるか、空欄にしてください"
    raise Refused([Problem("事業者・電源等", words)])


def run_scopes(session: Session, runs: Sequence[FleetRun]) -> dict[int, str]:
    """What each run was about, in words, by its id: all, a business, a resource."""
    businesses = {run.scope["business"] for run in runs if "business" in run.scope}
    resources = {run.scope["resource"] for run in runs if "resource" in run.scope}
    names = dict(session.execute(select(Business.id, Business.name).where(Business.id.in_(businesses))).all())
    own = dict(session.execute(select(Resource.id, Resource.name).where(Resource.id.in_(resources))).all())
    return {
        run.id: names.get(run.scope.get("business")) or own.get(run.scope.get("resource")) or "すべて"
        for run in runs
    }


def _add_newer(months: dict[int, MonthRow], waiting: Sequence[input_marks.Pending]) -> None:
    """A month's results rest on its own inputs and, through what adds up from April, on those of the months before."""
    causes_of = {each.delivery_month: each.causes for each in waiting}
    causes: dict[str, None] = {}
    for number, row in months.items():
        causes |= dict.fromkeys(_cause(each) for each in causes_of.get(number, ()))
        if row.results.results:
            row.newer_inputs = tuple(causes)


def newer_inputs(session: Session, fiscal_year: int, delivery_month: int) -> tuple[str, ...]:
    """What changed after the results of a month, or of a month before, were computed; one statement."""
    causes = result_fixing.newer_inputs(session, fiscal_year, delivery_month)
    return tuple(dict.fromkeys(map(_cause, causes)))


def _cause(key: str) -> str:
    kind = KINDS.get(key)
    return kind.label if kind else input_marks.CAUSES.get(key, key)


def _business_names(session: Session, outliers: Outliers) -> dict[int, str]:
    wanted = {each.result.business_id for each in (*outliers.penalties, *outliers.changes)}
    return dict(session.execute(select(Business.id, Business.name).where(Business.id.in_(wanted))).all())


def _add_inputs(session: Session, fiscal_year: int, months: dict[int, MonthRow]) -> None:
    files = session.execute(
        select(SlotFile.month, SlotFile.kind, SlotFile.row_count)
        .where(SlotFile.fiscal_year == fiscal_year, SlotFile.kind.in_(SLOT_KINDS))
        .order_by(SlotFile.version)
    )
    rows_of = {(file.month, file.kind): file.row_count for file in files}
    for number, month in months.items():
        name = "{:04d}-{:02d}".format(*calendar_month(fiscal_year, number))
        first, last = _days_of(fiscal_year, number)
        month.days_query = {"from": first.isoformat(), "to": last.isoformat()}
        month.slot_rows = min(rows_of.get((name, kind), 0) for kind in SLOT_KINDS)
    counted = (
        ("plans", OutagePlan, OutagePlan.first_date, (OutagePlan.resource_id, OutagePlan.number)),
        (
            "low_slots",
            LowReserveSlot,
            LowReserveSlot.date,
            (LowReserveSlot.area, LowReserveSlot.date, LowReserveSlot.slot),
        ),
    )
    for name, model, day, key in counted:
        [row] = session.execute(_by_month(fiscal_year, model, day, key)).all()
        for month, count in zip(months.values(), row, strict=True):
            setattr(month, name, int(count or 0))


def _by_month(fiscal_year: int, model: Any, day: Any, key: tuple[Any, ...]) -> Select[Any]:
    """How many rows in force fall into each of the twelve months, as twelve columns."""
    later = aliased(model)
    same = and_(*(getattr(later, each.key) == each for each in key))
    is_replaced = select(later.id).where(same, later.version > model.version).correlate(model).exists()
    columns = [
        func.sum(case((day.between(*_days_of(fiscal_year, month)), 1), else_=0)) for month in DELIVERY_MONTHS
    ]
    first, last = _days_of(fiscal_year, 4)[0], _days_of(fiscal_year, 3)[1]
    return select(*columns).where(day.between(first, last), ~model.withdrawn, ~is_replaced)


def _days_of(fiscal_year: int, delivery_month: int) -> tuple[date, date]:
    year, month = calendar_month(fiscal_year, delivery_month)
    return date(year, month, 1), last_day_of_month(year, month)
