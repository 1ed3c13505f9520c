"""算定結果の入力: what a month's result keeps of what it was computed from, small enough for 24,000 of them a year.

Figures of a month rest on all months since April, so digests are kept for each of them. The slots themselves are named
by the run (base files and corrections); here stand contract values, counts of events, and digests of all three.
"""

import hashlib
from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

from calc_core import exact
from calc_core.fiscal_year import LAST_DELIVERY_MONTH
from calc_core.fleet import FleetMonth, FleetResult
from calc_core.slot_event import EVENTS, SlotEvent
from cases.history import canonical
from helpdesk.register.fleet_inputs import FleetInputs
from helpdesk.register.fleet_runs import ComputedMonth
from helpdesk.register.kept_inputs import coal_json, event_json, periods_json
from helpdesk.register.month_results import FIGURES

_SHORT = 16  # hexadecimal digits of a kept digest: enough to tell two versions of one month apart


def computed_months(gathered: FleetInputs, result: FleetResult) -> list[ComputedMonth]:
    """Every month of a computation with its figures in exact text and what it keeps of its inputs."""
    months = gathered.delivery_months
    found = []
    for index, resource_id in enumerate(gathered.ids):
        kept = _inputs_by_month(gathered, index)
        for position, month in enumerate(months):
            figures = figures_of(result.months[index * len(months) + position])
            found.append(
                ComputedMonth(resource_id, gathered.business_ids[index], month, figures, kept[position])
            )
    return found


def figures_of(month: FleetMonth) -> dict[str, str]:
    """The figures of a computed month in exact text."""
    found = {
        "shortfall_slots": month.shortfall_slots,
        "cumulative_slots": month.cumulative_slots,
        "contract_amount_yen": month.contract_amount_yen,
        "penalty_outage_yen": month.penalty_outage_yen,
        "penalty_total_yen": month.penalty_total_yen,
        "coal_penalty_yen": month.coal_penalty_yen,
        "payment_yen": month.payment_yen,
    }
    for event in EVENTS:
        found[f"{event}_shortfall_kwh"] = month.shortfall_kwh.get(event, 0)
        found[f"penalty_{event}_yen"] = month.penalty_yen.get(event, 0)
    return {name: _text(found[name]) for name in FIGURES}


def event_marks(events: Sequence[SlotEvent], delivery_months: Sequence[int]) -> dict[str, list[list[Any]]]:
    """Of each kind of event that there is: month by month, how many slots and a digest of their inputs."""
    marks: dict[str, list[list[Any]]] = {}
    for event in EVENTS if events else ():
        of_kind = [each for each in events if each.event == event]
        if of_kind:
            marks[event] = [
                _mark([each for each in of_kind if each.date.month == month]) for month in delivery_months
            ]
    return marks


def _text(value: int | Fraction) -> str:
    return str(value) if isinstance(value, int) else exact.text(value)


def _inputs_by_month(gathered: FleetInputs, index: int) -> list[dict[str, Any]]:
    resource, months = gathered.resources[index], gathered.delivery_months
    contract, marks = periods_json(resource.periods), event_marks(resource.events, months)
    digests = [gathered.digests(index, month) for month in months]
    kept = []
    for number, month in enumerate(months, 1):
        inputs: dict[str, Any] = {"digests": _until(digests[:number]), "contract": contract}
        events = {
            event: of_months[:number]
            for event, of_months in marks.items()
            if any(count for count, _ in of_months[:number])
        }
        if events:
            inputs["events"] = events
        if month == LAST_DELIVERY_MONTH and resource.coal is not None:
            inputs["coal"] = coal_json(resource.coal)
        kept.append(inputs)
    return kept


def _until(by_month: Sequence[Mapping[str, str]]) -> dict[str, list[str]]:
    """Digests of slots, contract and events, each for every month since April."""
    return {kind: [month[kind][:_SHORT] for month in by_month] for kind in ("slots", "contract", "events")}


def _mark(events: Sequence[SlotEvent]) -> list[Any]:
    rows = [event_json(each) for each in events]
    return [len(rows), hashlib.sha256(canonical(rows).encode()).hexdigest()[:_SHORT] if rows else ""]
