"""未達成量の月計: what do the offers, instructions and orders of a month come to, kind by kind, and in which slots?

Each slot is assessed by the rule of its event, `assessment/<event>`, against the assessed kW of the contract that stands
in it; an event in a slot without a contract counts for nothing. kWh are exact, so their order does not matter.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from calc_core import catalogue
from calc_core.configuration import Configuration
from calc_core.contract_period import ContractPeriod, SlotPlace, in_force
from calc_core.errors import InputRefused, Problem
from calc_core.explanation import Result
from calc_core.slot_event import EVENTS, SlotEvent, faults_of, place_of
from calc_core.slots import SLOTS_PER_DAY


@dataclass(frozen=True, slots=True)
class EventShortfall:
    """One event that counts: what it was, the assessed kW it was held against, and the rule's result."""

    event: SlotEvent
    assessed_kw: int
    result: Result

    @property
    def place(self) -> SlotPlace:
        """Its day and slot."""
        return self.event.date, self.event.slot

    @property
    def shortfall_kwh(self) -> Fraction:
        """未達成量 of the slot, exact."""
        return Fraction(self.result.values["shortfall_kwh"])

    @property
    def inputs(self) -> dict[str, Any]:
        """The rule's inputs as they were assessed."""
        return {"assessed_kw": self.assessed_kw, **self.event.inputs}


def assess_events(
    fiscal_year: int,
    months: Sequence[int],
    events: Sequence[SlotEvent],
    periods: Sequence[ContractPeriod],
    parameters: Configuration | None,
    problems: list[Problem],
) -> dict[str, dict[int, list[EventShortfall]]]:
    """The events that count, by kind and delivery month, in time order: every kind that the resource has at all.

    Events of later months are left alone. What is wrong with an event is added to `problems` under its slot and kind.
    """
    assessed: dict[str, dict[int, list[EventShortfall]]] = {}
    seen: set[tuple[SlotPlace, str]] = set()
    for event in sorted(events, key=lambda each: (each.date, each.slot)):
        place = (event.date, event.slot)
        where = f"events[{place_of(event)}]"
        repeated = (place, event.event) in seen
        problems += [Problem(where, fault) for fault in faults_of(event, fiscal_year, repeated=repeated)]
        seen.add((place, event.event))
        period = in_force(periods, place)
        if event.event not in EVENTS or event.date.month not in months or period is None:
            continue
        try:
            result = assess_event(fiscal_year, event, period.assessed_kw, parameters)
        except InputRefused as refused:
            problems += [Problem(f"{where}.{each.where}", each.message) for each in refused.problems]
            continue
        by_month = assessed.setdefault(event.event, {month: [] for month in months})
        by_month[event.date.month].append(EventShortfall(event, period.assessed_kw, result))
    return {kind: assessed[kind] for kind in EVENTS if kind in assessed}


def assess_event(
    fiscal_year: int, event: SlotEvent, assessed_kw: int, parameters: Configuration | None = None
) -> Result:
    """One event by the rule of its name. Raises `InputRefused`."""
    inputs = {**event.inputs, "assessed_kw": assessed_kw}
    return catalogue.evaluate(f"assessment/{event.event}", fiscal_year, inputs, parameters)


def month_kwh(events: Sequence[EventShortfall]) -> Fraction:
    """未達成量 of some events, exact."""
    return sum((each.shortfall_kwh for each in events), Fraction(0))


def orders_in(places: Sequence[SlotPlace], slots_per_order: int) -> int:
    """発動回数: how many orders the slots (in time order) of orders are: each run of adjoining slots, cut at an order's length."""
    orders, run, before = 0, 0, None
    for day, slot in places:
        index = day.toordinal() * SLOTS_PER_DAY + slot
        run = run % slots_per_order + 1 if before == index - 1 else 1
        orders += run == 1
        before = index
    return orders
