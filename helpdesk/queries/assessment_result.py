"""一つの算定結果: a result with its versions, what changed from one to another, and the derivation of its figures."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from calc_core import exact
from calc_core.errors import InputRefused
from calc_core.fleet import FleetResource
from calc_core.narration import UNITS
from calc_core.resource_derivation import compute_line
from calc_core.resource_input import ResourceInput
from calc_core.resource_line import ResourceLine
from cases.models import Business
from helpdesk.blobs import BlobStore
from helpdesk.errors import NotFound, Problem
from helpdesk.queries.calculations import Section, readable
from helpdesk.queries.slot_trial import explain
from helpdesk.register.changed_slots import Slots
from helpdesk.register.fleet_inputs import FleetInputs
from helpdesk.register.fleet_material import gather_one_again
from helpdesk.register.models import MonthResult, NotifiedResult
from helpdesk.register.month_results import FIGURES, result_by_id, versions
from helpdesk.register.result_comparison import ResultComparison, compare

ALWAYS_SHOWN = ("penalty_total_yen", "payment_yen", "contract_amount_yen")  # shown even where they are 0


@dataclass(frozen=True, slots=True)
class FigureRow:
    """One figure of a result, and what it was in the version it is compared with."""

    name: str
    label: str
    unit: str
    value: str | None
    before: str | None
    difference: str | None


@dataclass(frozen=True, slots=True)
class ResultPage:
    """一つの算定結果, as its page shows it."""

    result: MonthResult
    business: Business
    versions: list[MonthResult]
    compared_with: MonthResult | None
    comparison: ResultComparison | None
    rows: list[FigureRow]
    notice: NotifiedResult | None


@dataclass(frozen=True, slots=True)
class Explanation:
    """算定の根拠 from what the run of the version kept; `problems` where that cannot be computed.

    `differing` holds each figure that comes out otherwise than in the version: label, unit, the version's, the computed one.
    """

    sections: list[Section]
    problems: list[Problem]
    differing: list[tuple[str, str, str, str]] = field(default_factory=list)


def result_page(
    session: Session, blobs: BlobStore, result_id: int, *, against: int | None = None
) -> ResultPage:
    """A result with its versions, compared with the version `against` (none: the one before). Raises `NotFound`."""
    result = result_by_id(session, result_id)
    every = versions(session, result.resource_id, result.fiscal_year, result.delivery_month)
    older = [each for each in every if each.version < result.version]
    chosen = next((each for each in every if each.version == against and each.id != result.id), None)
    other = chosen or (older[0] if older else None)
    comparison = compare(session, other, result, blobs=blobs) if other else None
    notice_id = result.notified_result_id
    return ResultPage(
        result=result,
        business=session.get_one(Business, result.business_id),
        versions=every,
        compared_with=other,
        comparison=comparison,
        rows=_rows(result, comparison),
        notice=session.get(NotifiedResult, notice_id) if notice_id else None,
    )


def explanation(session: Session, folder: Path, blobs: BlobStore, result: MonthResult) -> Explanation:
    """The derivation of the version, rule by rule, from the inputs and numbers of the run that computed it."""
    year, month = result.fiscal_year, result.delivery_month
    try:
        inputs, configured = gather_one_again(session, folder, blobs, result)
        line = _derive(
            inputs.resources[0], _slots_of(inputs, 0), result.resource.name, year, month, configured
        )
        return Explanation(explain(line.results), [], _differing(result, line))
    except NotFound as missing:
        return Explanation([], [Problem("算定の根拠", str(missing))])
    except InputRefused as refused:
        return Explanation([], [Problem(each.where, each.message) for each in refused.problems])


def _derive(
    resource: FleetResource,
    slots: Slots,
    name: str,
    fiscal_year: int,
    delivery_month: int,
    parameters: dict[str, Any],
) -> ResourceLine:
    """One month of a gathered resource with the results that lead to it."""
    last = resource.periods[-1]  # the periods count, the single values have to be there
    material = ResourceInput(
        resource=resource.resource,
        name=name,
        contract_kw=last.contract_kw,
        assessed_kw=last.assessed_kw,
        price_yen_per_kw=last.price_yen_per_kw,
        transitional_deduction_yen=last.transitional_deduction_yen,
        inefficient_coal=last.inefficient_coal,
        offered_kw_by_month=_of_kind(slots, "offered_kw"),
        multiplier_by_month=_of_kind(slots, "multiplier"),
        periods=resource.periods,
        events=resource.events,
        coal=resource.coal,
    )
    return compute_line(fiscal_year, delivery_month, material, parameters)


def _differing(result: MonthResult, line: ResourceLine) -> list[tuple[str, str, str, str]]:
    """What the line gives otherwise than the version says."""
    month = line.months[-1]
    derived = {
        "shortfall_slots": month.shortfall_slots,
        "cumulative_slots": month.cumulative_slots,
        "contract_amount_yen": line.contract_amount_yen,
        "penalty_outage_yen": month.penalty_outage_yen,
        **{f"{kind}_shortfall_kwh": each.shortfall_kwh for kind, each in month.events.items()},
        **{f"penalty_{kind}_yen": each.penalty_yen for kind, each in month.events.items()},
        "penalty_total_yen": month.penalty_yen,
        "coal_penalty_yen": line.coal_penalty_yen or 0,
        "payment_yen": month.payment_yen,
    }
    found = []
    for name, value in derived.items():
        label, unit = FIGURES[name]
        told, before = exact.text(value), result.figures.get(name, "0")
        if told != before:
            found.append((label, UNITS.get(unit, unit), readable(before), readable(told)))
    return found


def _slots_of(inputs: FleetInputs, at: int) -> Slots:
    found: Slots = {}
    for month in inputs.delivery_months:
        slots = inputs.slots(month)
        found[month, "offered_kw"], found[month, "multiplier"] = slots.offered_kw[at], slots.multiplier[at]
    return found


def _rows(result: MonthResult, comparison: ResultComparison | None) -> list[FigureRow]:
    lines = {line.key: line for line in comparison.figures} if comparison else {}
    rows = []
    for name, (label, unit) in FIGURES.items():
        value, line = result.figures.get(name), lines.get(name)
        is_idle = unit != "slots" and value == "0" and not (line and line.differs)
        if value is None or (is_idle and name not in ALWAYS_SHOWN):
            continue
        rows.append(
            FigureRow(
                name,
                label,
                UNITS.get(unit, unit),
                readable(value),
                readable(line.first) if line else None,
                readable(line.difference) if line and line.differs else None,
            )
        )
    return rows


def _of_kind(slots: Slots, wanted: str) -> dict[int, Any]:
    return {month: values for (month, kind), values in slots.items() if kind == wanted}
