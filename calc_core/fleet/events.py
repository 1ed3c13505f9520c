"""全電源算定の出来事: the shortfall kWh of offers, instructions and orders by resource, kind and month, exactly.

The arithmetic is that of `assessment/<event>`, without its steps; whatever is not plainly a number in range is given to
the rule itself, which says what is wrong. Tests hold the two equal.
"""

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

from calc_core import catalogue, parameter_files
from calc_core.configuration import Configuration, RuleParameters
from calc_core.contract_period import in_force
from calc_core.errors import InputRefused, Problem
from calc_core.fleet.resource import FleetResource
from calc_core.slot_event import EVENTS, faults_of, place_of

_POLICIES = {
    "market_offer": "required_offer",
    "supply_instruction": "required_supply",
    "dispatch_order": "shortfall_bounds",
}
_NUMBERS = {
    "market_offer": {"limit_kw", "planned_kw", "offered_kw"},
    "supply_instruction": {"instructed_kw", "delivered_kwh"},
    "dispatch_order": {"baseline_kwh", "metered_kwh"},
}
_ALL_INPUTS = _NUMBERS | {"dispatch_order": {*_NUMBERS["dispatch_order"], "kind"}}


class EventTerms:
    """What stands for the three event rules in a fiscal year; looked up when the first such event comes."""

    def __init__(self, fiscal_year: int, parameters: Configuration | None) -> None:
        self._fiscal_year = fiscal_year
        self._parameters = parameters
        self._found: dict[str, tuple[Fraction, str]] = {}

    def shortfall_kwh(self, event: str, inputs: Mapping[str, Any], assessed_kw: int) -> Fraction:
        """未達成量 of one event. Raises `InputRefused` as the rule does."""
        return self.shortfall_with_warnings(event, inputs, assessed_kw)[0]

    def shortfall_with_warnings(
        self, event: str, inputs: Mapping[str, Any], assessed_kw: int
    ) -> tuple[Fraction, Sequence[str]]:
        """未達成量 of one event, and what the rule warns of. Raises `InputRefused` as the rule does."""
        if _is_plain(event, inputs):
            return self._plain_kwh(event, inputs, assessed_kw), ()
        asked = {**inputs, "assessed_kw": assessed_kw}
        result = catalogue.evaluate(f"assessment/{event}", self._fiscal_year, asked, self._parameters)
        return Fraction(result.values["shortfall_kwh"]), result.warnings

    def _plain_kwh(self, event: str, inputs: Mapping[str, Any], assessed_kw: int) -> Fraction:
        hours, choice = self._in_force(event)
        if event == "market_offer":
            limit_kw = inputs["limit_kw"]
            highest_kw = min(assessed_kw, limit_kw) if choice == "within_assessed" else limit_kw
            return Fraction(max(highest_kw - inputs["planned_kw"] - inputs["offered_kw"], 0) * hours)
        if event == "supply_instruction":
            instructed_kw = inputs["instructed_kw"]
            required_kw = min(instructed_kw, assessed_kw) if choice == "within_assessed" else instructed_kw
            return Fraction(max(required_kw * hours - inputs["delivered_kwh"], 0))
        delivered_kwh = inputs["baseline_kwh"] - inputs["metered_kwh"]
        if inputs["kind"] == "generation":
            delivered_kwh = -delivered_kwh
        required_kwh = assessed_kw * hours
        missing_kwh = max(required_kwh - delivered_kwh, 0)
        return Fraction(min(missing_kwh, required_kwh) if choice == "within_slot" else missing_kwh)

    def _in_force(self, event: str) -> tuple[Fraction, str]:
        if event not in self._found:
            rule_id = f"assessment/{event}"
            settings = RuleParameters(parameter_files.load(rule_id), self._fiscal_year, self._parameters)
            if problems := settings.problems():
                raise InputRefused(problems)
            hours = Fraction(settings.number("hours_per_slot").value)
            self._found[event] = (hours, str(settings.policy(_POLICIES[event]).value))
        return self._found[event]


def _is_plain(event: str, inputs: Mapping[str, Any]) -> bool:
    if inputs.keys() != _ALL_INPUTS[event]:
        return False
    for name in _NUMBERS[event]:
        value = inputs[name]
        whole = type(value) is int
        if not (whole or (type(value) is Fraction and event != "market_offer")) or value < 0:
            return False
    return event != "dispatch_order" or inputs["kind"] in ("demand_response", "generation")


def month_kwh(
    terms: EventTerms,
    fiscal_year: int,
    months: Sequence[int],
    resource: FleetResource,
    problems: list[Problem],
    warnings: list[str] | None = None,
) -> dict[str, dict[int, Fraction]]:
    """未達成量 by kind and month of a resource: every kind it has in a slot under contract, every month of `months`.

    Events of later months are left alone; what is wrong with one is added under resource, slot and kind.
    The rules' warnings are one line a resource: the first with its place, the others counted.
    """
    found: dict[str, dict[int, Fraction]] = {}
    told: list[str] = []
    seen: set[tuple[object, ...]] = set()
    for event in resource.events:
        where = f"{resource.resource} {place_of(event)}"
        repeated = (event.date, event.slot, event.event) in seen
        if faults := list(faults_of(event, fiscal_year, repeated=repeated)):
            problems += [Problem(where, fault) for fault in faults]
            continue
        seen.add((event.date, event.slot, event.event))
        period = in_force(resource.periods, (event.date, event.slot))
        if period is None or event.date.month not in months:
            continue
        try:
            kwh, warned = terms.shortfall_with_warnings(event.event, event.inputs, period.assessed_kw)
        except InputRefused as refused:
            problems += [Problem(f"{where} {each.where}", each.message) for each in refused.problems]
            continue
        by_month = found.setdefault(event.event, dict.fromkeys(months, Fraction(0)))
        by_month[event.date.month] += kwh
        told += [f"{where}: {each}" for each in warned]
    if told and warnings is not None:
        warnings.append(told[0] + (f"（ほかに {len(told) - 1:,} 件）" if len(told) > 1 else ""))
    return {kind: found[kind] for kind in EVENTS if kind in found}
