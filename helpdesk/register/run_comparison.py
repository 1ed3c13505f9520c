"""一括算定の比較: which months came out otherwise between two runs of a year, by how much, and why, grouped by cause."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from calc_core.figures import FigureDifference, compare_figures
from calc_core.fiscal_year import DELIVERY_MONTHS
from helpdesk.errors import Problem, Refused
from helpdesk.register.models import FleetRun, MonthResult
from helpdesk.register.month_results import ADDED_UP, FIGURES, figure_list, number, sums
from helpdesk.register.result_comparison import CAUSES, Cause, changed_inputs, run_causes


@dataclass(frozen=True, slots=True)
class ChangedMonth:
    """変わった月: what the earlier run had (None: nothing) and what the later one gave, and the kinds of causes."""

    before: MonthResult | None
    after: MonthResult
    causes: tuple[str, ...]

    @property
    def differing(self) -> list[FigureDifference]:
        """The figures that are not the same."""
        before = figure_list(self.before) if self.before else []
        return [line for line in compare_figures(before, figure_list(self.after)) if line.differs]


@dataclass(slots=True)
class CauseGroup:
    """同じ理由で変わったもの: how many months, and what they add up to in yen."""

    causes: tuple[str, ...]
    months: int = 0
    penalty_yen: int = 0
    payment_yen: int = 0

    @property
    def label(self) -> str:
        """The causes in words."""
        return "・".join(CAUSES[cause] for cause in self.causes) or "初めての算定"


@dataclass(slots=True)
class RunComparison:
    """二つの一括算定の比較: the changed months, the sums of their figures on both sides, groups, what the runs had."""

    changed: list[ChangedMonth]
    sums: list[FigureDifference]
    groups: list[CauseGroup] = field(default_factory=list)
    of_runs: list[Cause] = field(default_factory=list)


def compare_runs(session: Session, old: FleetRun, new: FleetRun) -> RunComparison:
    """What all runs after `old` up to `new` changed. Raises `Refused` for runs of different years."""
    if old.fiscal_year != new.fiscal_year:
        raise Refused(
            [Problem("比較", "年度の異なる一括算定は比べられません。同じ年度のものを選んでください")]
        )
    old, new = sorted((old, new), key=lambda run: run.id)
    of_runs = run_causes(old, new)
    shared = tuple(dict.fromkeys(cause.kind for cause in of_runs))
    changed = []
    for rows in _computed_versions(session, old, new):
        before = next((row for row in rows if row.fleet_run_id <= old.id), None)
        if rows[0].fleet_run_id <= old.id or (before and before.figures == rows[0].figures):
            continue
        own = tuple(changed_inputs(before.inputs, rows[0].inputs)) if before else ()
        changed.append(ChangedMonth(before, rows[0], (own + shared) if before else ()))
    sides = [
        [row.figures for row in side if row is not None]
        for side in ([each.before for each in changed], [each.after for each in changed])
    ]
    both = [[[name, *FIGURES[name], total[name]] for name in ADDED_UP] for total in map(sums, sides)]
    return RunComparison(changed, compare_figures(*both), _grouped(changed), of_runs)


def _computed_versions(session: Session, old: FleetRun, new: FleetRun) -> list[list[MonthResult]]:
    """Of every month with a version of a run between the two: what runs gave up to the later one, newest first."""
    touched = (
        select(MonthResult.resource_id)
        .where(MonthResult.fleet_run_id > old.id, MonthResult.fleet_run_id <= new.id)
        .where(MonthResult.fiscal_year == new.fiscal_year)
    )
    rows = session.scalars(
        select(MonthResult)
        .where(
            MonthResult.fiscal_year == new.fiscal_year,
            MonthResult.resource_id.in_(touched),
            MonthResult.fleet_run_id <= new.id,
            MonthResult.reason == "",
        )
        .options(joinedload(MonthResult.resource))
        .order_by(MonthResult.version.desc())
    )
    found: dict[tuple[str, int], list[MonthResult]] = {}
    for row in rows:
        place = (row.resource.code, DELIVERY_MONTHS.index(row.delivery_month))
        found.setdefault(place, []).append(row)
    return [found[place] for place in sorted(found)]


def _grouped(changed: Sequence[ChangedMonth]) -> list[CauseGroup]:
    groups: dict[tuple[str, ...], CauseGroup] = {}
    for each in changed:
        group = groups.setdefault(each.causes, CauseGroup(each.causes))
        group.months += 1
        group.penalty_yen += _difference(each, "penalty_total_yen")
        group.payment_yen += _difference(each, "payment_yen")
    return sorted(groups.values(), key=lambda group: -group.months)


def _difference(each: ChangedMonth, name: str) -> int:
    before = number(each.before.figures[name]) if each.before else 0
    return int(number(each.after.figures[name]) - before)
