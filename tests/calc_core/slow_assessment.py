"""A second, slow calculation of one resource's year straight from the table of rules: a Fraction a slot, nothing shared.

With it the random resources that the single calculation and the fleet are held against it with.
"""

import math
from dataclasses import dataclass, field
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

import numpy as np
from hypothesis import strategies as st

from calc_core.coal_year import CoalYear
from calc_core.contract_period import ContractPeriod
from calc_core.fiscal_year import DELIVERY_MONTHS, days_in_month
from calc_core.resource_input import ResourceInput
from calc_core.slot_event import EVENTS, SlotEvent

MULTIPLIERS = np.array([0, 1, 5, 127], dtype=np.int8)


@dataclass
class Case:
    """One random resource: contract, tables of days × 48 by month, events, coal, and the numbers that are configured."""

    year: int
    until: int
    periods: tuple[ContractPeriod, ...]
    offered_kw: dict[int, np.ndarray]
    multiplier: dict[int, np.ndarray]
    events: tuple[SlotEvent, ...]
    coal: CoalYear | None
    tight_hours: Fraction
    monthly_ratio: Fraction | None
    annual_ratio: Fraction | None

    def parameters(self) -> dict[str, Any]:
        """The numbers as a configuration."""
        year = str(self.year)
        caps = {"monthly_ratio": self.monthly_ratio, "annual_ratio": self.annual_ratio}
        return {
            "penalty/market_offer": {"tight_hours": {year: str(self.tight_hours)}},
            "penalty/supply_instruction": {"tight_hours": {year: str(self.tight_hours)}},
            "penalty/caps": {name: {year: str(ratio)} for name, ratio in caps.items() if ratio is not None},
        }


@dataclass
class Month:
    """What the slow calculation finds for a month."""

    slots: Fraction = Fraction(0)
    cumulative: Fraction = Fraction(0)
    short: int = 0
    amount: int = 0
    outage: int = 0
    kwh: dict[str, Fraction] = field(default_factory=lambda: dict.fromkeys(EVENTS, Fraction(0)))
    penalty: dict[str, int] = field(default_factory=lambda: dict.fromkeys(EVENTS, 0))
    total: int = 0
    coal: int = 0
    payment: int = 0


def as_input(case: Case) -> ResourceInput:
    first = case.periods[0]
    return ResourceInput(
        "R001",
        "発電所",
        first.contract_kw,
        first.assessed_kw,
        first.price_yen_per_kw,
        first.transitional_deduction_yen,
        first.inefficient_coal,
        case.offered_kw,
        case.multiplier,
        periods=case.periods,
        events=case.events,
        coal=case.coal,
    )


def slow_year(case: Case) -> list[Month]:
    """Every month from April to the case's last one."""
    months: list[Month] = []
    events = {
        place: [each for each in case.events if (each.date, each.slot) == place]
        for place in {(each.date, each.slot) for each in case.events}
    }
    for number in DELIVERY_MONTHS[: DELIVERY_MONTHS.index(case.until) + 1]:
        month = Month()
        day = date(case.year + (number < 4), number, 1)
        for row in range(days_in_month(case.year, number)):
            for column in range(48):
                place = (day + timedelta(days=row), column + 1)
                _add_slot(case, month, place, number, events.get(place, []))
        month.cumulative = sum((each.slots for each in months), month.slots)
        last = (day + timedelta(days=days_in_month(case.year, number) - 1), 48)
        _charge(case, month, months, _standing(case, last), number)
        months.append(month)
    return months


def _standing(case: Case, place: tuple[date, int]) -> ContractPeriod | None:
    found = [each for each in case.periods if (each.first or place) <= place <= (each.last or place)]
    return found[0] if found else None


def _add_slot(
    case: Case, month: Month, place: tuple[date, int], number: int, events: list[SlotEvent]
) -> None:
    period = _standing(case, place)
    if period is None:
        return
    day, slot = place
    assessed = period.assessed_kw
    offered = int(case.offered_kw[number][day.day - 1, slot - 1])
    if offered < assessed:
        month.short += 1
        month.slots += Fraction(
            (assessed - offered) * int(case.multiplier[number][day.day - 1, slot - 1]), assessed
        )
    for event in events:
        month.kwh[event.event] += _kwh(event, assessed)


def _kwh(event: SlotEvent, assessed: int) -> Fraction:
    given = {
        name: value if isinstance(value, str) else Fraction(value) for name, value in event.inputs.items()
    }
    half = Fraction(1, 2)
    if event.event == "market_offer":
        owed = min(assessed, given["limit_kw"]) - given["planned_kw"] - given["offered_kw"]
        return max(owed, Fraction(0)) * half
    if event.event == "supply_instruction":
        return max(min(given["instructed_kw"], assessed) * half - given["delivered_kwh"], Fraction(0))
    delivered = given["metered_kwh"] - given["baseline_kwh"]
    delivered = -delivered if given["kind"] == "demand_response" else delivered
    return min(max(assessed * half - delivered, Fraction(0)), assessed * half)


def _charge(
    case: Case, month: Month, before: list[Month], period: ContractPeriod | None, number: int
) -> None:
    if period is not None:
        month.amount = period.price_yen_per_kw * period.contract_kw - period.transitional_deduction_yen
        beyond = max(month.cumulative - 8640, Fraction(0))
        month.outage = math.floor(month.amount * beyond * Fraction(125, 1_000_000)) - sum(
            each.outage for each in before
        )
        tight = period.contract_kw * case.tight_hours
        divisors = {
            "market_offer": tight,
            "supply_instruction": tight,
            "dispatch_order": period.assessed_kw * 36 / Fraction(11, 10),
        }
        for kind in EVENTS:
            kwh = sum((each.kwh[kind] for each in before), month.kwh[kind])
            charged = sum(each.penalty[kind] for each in before)
            month.penalty[kind] = math.floor(month.amount * kwh / divisors[kind]) - charged
        month.total = month.outage + sum(month.penalty.values())
        year_before = sum(each.total for each in before)
        bounds = [month.total]
        if month.total and case.monthly_ratio is not None:
            bounds.append(math.floor(month.amount * case.monthly_ratio))
        if month.total and case.annual_ratio is not None:
            bounds.append(max(math.floor(month.amount * case.annual_ratio) - year_before, 0))
        month.total = min(bounds)
    paid = sum(each.payment for each in before)
    if number != 3:
        kept = Fraction(4, 5) if period is not None and period.inefficient_coal else Fraction(1)
        month.payment = math.floor(month.amount * kept / 12)
        return
    if case.coal is not None and period is not None and period.inefficient_coal:
        hours = 24 * (date(case.year + 1, 4, 1) - date(case.year, 4, 1)).days
        counted = 100 * (case.coal.metered_kwh - case.coal.low_reserve_kwh)
        if math.ceil(Fraction(counted, period.contract_kw * hours)) > 50:
            share = (
                Fraction(1) if case.coal.coal_kw is None else Fraction(case.coal.coal_kw, case.coal.total_kw)
            )
            month.coal = math.floor(month.amount * Fraction(1, 5) * share)
    month.payment = month.amount - paid - month.coal


_KW = st.sampled_from([900, 1_000, 1, 7, 1_024, 99_999])


def _place(year: int, index: int) -> tuple[date, int]:
    return date(year, 4, 1) + timedelta(days=index // 48), index % 48 + 1


@st.composite
def cases(draw: st.DrawFn) -> Case:
    """Random resources whose year holds penalties, substitutions at any slot, gaps, events, coal and caps."""
    year = draw(st.sampled_from([2025, 2026, 2027]))
    until = draw(st.sampled_from([4, 5, 6, 3]))
    months = DELIVERY_MONTHS[: DELIVERY_MONTHS.index(until) + 1]
    days = sum(days_in_month(year, month) for month in months)
    chance = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    cuts = chance.choice(np.arange(1, days * 48), draw(st.sampled_from([0, 1, 2, 4])), replace=False)
    periods = draw(_periods(year, sorted(cuts.tolist())))
    highest = draw(st.sampled_from([2, 1_200, 120_000]))
    shapes = {month: (days_in_month(year, month), 48) for month in months}
    offered = {month: chance.integers(0, highest, shape, dtype=np.int32) for month, shape in shapes.items()}
    multiplier = {month: chance.choice(MULTIPLIERS, shape) for month, shape in shapes.items()}
    slots = chance.choice(days * 48, draw(st.sampled_from([0, 3, 12])), replace=False)
    events = tuple(draw(_event(*_place(year, int(each)))) for each in slots)
    is_coal = until == 3 and any(each.inefficient_coal for each in periods)
    return Case(
        year,
        until,
        periods,
        offered,
        multiplier,
        events,
        draw(_coal()) if is_coal else None,
        draw(st.sampled_from([Fraction(30), Fraction(61, 2), Fraction(7, 3)])),
        draw(st.sampled_from([None, Fraction(183, 1000), Fraction(11, 60), Fraction(0)])),
        draw(st.sampled_from([None, Fraction(11, 10), Fraction(1, 7)])),
    )


_MOSTLY = st.sampled_from([True, True, False])


@st.composite
def _periods(draw: st.DrawFn, year: int, cuts: list[int]) -> tuple[ContractPeriod, ...]:
    parts = list(
        zip(
            [None, *(_place(year, cut) for cut in cuts)],
            [*(_place(year, cut - 1) for cut in cuts), None],
            strict=True,
        )
    )
    left_out = draw(st.sampled_from([None, *range(len(parts))])) if cuts else None
    return tuple(draw(_period(*part)) for number, part in enumerate(parts) if number != left_out)


@st.composite
def _period(draw: st.DrawFn, first: Any, last: Any) -> ContractPeriod:
    contract_kw, price = draw(_KW), draw(st.sampled_from([14_137, 3_495, 1, 0]) | st.integers(0, 14_137))
    deduction = draw(st.sampled_from([0, 7, 12_345])) if price * contract_kw > 12_345 else 0
    return ContractPeriod(contract_kw, draw(_KW), price, deduction, draw(_MOSTLY), first, last)


@st.composite
def _event(draw: st.DrawFn, day: date, slot: int) -> SlotEvent:
    kw = st.integers(0, 1_500)
    kwh = st.integers(0, 500) | st.fractions(0, 600, max_denominator=7)
    inputs: dict[str, Any]
    kind = draw(st.sampled_from(EVENTS))
    if kind == "market_offer":
        inputs = {"limit_kw": draw(kw), "planned_kw": draw(kw), "offered_kw": draw(kw)}
    elif kind == "supply_instruction":
        inputs = {"instructed_kw": draw(kw), "delivered_kwh": draw(kwh)}
    else:
        inputs = {"baseline_kwh": draw(kwh), "metered_kwh": draw(kwh)}
        inputs["kind"] = draw(st.sampled_from(["demand_response", "generation"]))
    return SlotEvent(day, slot, kind, inputs)


@st.composite
def _coal(draw: st.DrawFn) -> CoalYear:
    metered = draw(st.sampled_from([0, 10**7, 10**9, 10**10]))
    low_reserve = draw(st.sampled_from([0, 1, metered // 2, metered]))
    if draw(st.booleans()):
        return CoalYear(metered, low_reserve)
    coal_kw = draw(st.integers(1, 600))
    return CoalYear(
        Fraction(metered, 3), Fraction(low_reserve, 3), coal_kw, coal_kw + draw(st.integers(0, 400))
    )
