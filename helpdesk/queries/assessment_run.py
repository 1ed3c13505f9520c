"""一括算定の記録: one run with what it gave and was made from, and what differs from another run of the year."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from calc_core.narration import UNITS
from helpdesk.queries.assessment import run_scopes
from helpdesk.queries.assessment_result import ALWAYS_SHOWN
from helpdesk.queries.calculations import readable
from helpdesk.register.models import FleetRun, ParameterSet
from helpdesk.register.month_results import FIGURES, fleet_run_by_id, fleet_runs
from helpdesk.register.run_comparison import RunComparison, compare_runs

MOST_SHOWN = 200
_OF_THE_YEAR = ("cumulative_slots", "contract_amount_yen")  # stands in every month: its sum would say nothing


@dataclass(frozen=True, slots=True)
class RunPage:
    """一括算定, as its page shows it; `others` are the runs to compare it with."""

    run: FleetRun
    scope: str
    parameter_set: ParameterSet | None
    totals: list[tuple[str, str | None, str]]
    others: list[FleetRun]
    other: FleetRun | None
    comparison: RunComparison | None


def run_page(session: Session, run_id: int, *, against: int | None = None) -> RunPage:
    """A run, compared with the run `against` where one is named. Raises `NotFound`."""
    run = fleet_run_by_id(session, run_id)
    others = [each for each in fleet_runs(session, run.fiscal_year) if each.id != run.id]
    other = next((each for each in others if each.id == against), None)
    set_id = run.parameter_set_id
    return RunPage(
        run=run,
        scope=run_scopes(session, [run])[run.id],
        parameter_set=session.get(ParameterSet, set_id) if set_id else None,
        totals=[
            (FIGURES[name][0], readable(value), UNITS.get(FIGURES[name][1], FIGURES[name][1]))
            for name, value in run.totals.items()
            if name in FIGURES and name not in _OF_THE_YEAR and (value != "0" or name in ALWAYS_SHOWN)
        ],
        others=others,
        other=other,
        comparison=compare_runs(session, other, run) if other else None,
    )
