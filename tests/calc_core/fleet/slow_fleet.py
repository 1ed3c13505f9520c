"""The contract of `rules.md` once more, slot by slot in exact fractions: slow, and shares no arithmetic with the product.

Only the shapes of the inputs are the product's. Every number of the rules stands here a second time.
"""

import calendar
import math
from datetime import date
from fractions import Fraction

MONTHS = (4, 5, 6, 7, 8, 9, 10, 11, 12, 1, 2, 3)
ALLOWED_SLOTS = 8640
RATE = Fraction(125, 1_000_000)
HALF_HOUR = Fraction(1, 2)
EVENTS = ("market_offer", "supply_instruction", "dispatch_order")


def places(year: int, month: int):
    """Every (date, slot) of a month."""
    year += month < 4
    for day in range(1, calendar.monthrange(year, month)[1] + 1):
        for slot in range(1, 49):
            yield date(year, month, day), slot


def standing(resource, place):
    """The contract of a slot."""
    found = [
        period
        for period in resource.periods
        if (period.first is None or period.first <= place) and (period.last is None or place <= period.last)
    ]
    assert len(found) < 2
    return found[0] if found else None


def event_kwh(event, assessed_kw: int) -> Fraction:
    """未達成量 of one event."""
    given = event.inputs
    if event.event == "market_offer":
        lacking_kw = min(assessed_kw, given["limit_kw"]) - given["planned_kw"] - given["offered_kw"]
        return max(Fraction(lacking_kw), Fraction(0)) * HALF_HOUR
    if event.event == "supply_instruction":
        required_kwh = min(Fraction(given["instructed_kw"]), assessed_kw) * HALF_HOUR
        return max(required_kwh - Fraction(given["delivered_kwh"]), Fraction(0))
    delivered_kwh = Fraction(given["baseline_kwh"]) - Fraction(given["metered_kwh"])
    if given["kind"] == "generation":
        delivered_kwh = -delivered_kwh
    return min(max(assessed_kw * HALF_HOUR - delivered_kwh, Fraction(0)), assessed_kw * HALF_HOUR)


def slow_months(
    year: int, resource, tables, *, tight_hours=None, monthly_cap=None, annual_cap=None
) -> list[dict]:
    """The months of a resource. `tables` holds (offered, multiplier) by delivery month, each a flat list by slot."""
    slots = Fraction(0)
    kwh = dict.fromkeys(EVENTS, Fraction(0))
    charged = dict.fromkeys(("outage", *EVENTS), 0)
    total_before = paid_before = 0
    rows = []
    for month in MONTHS[: len(tables)]:
        offered, multiplier = tables[month]
        month_slots = Fraction(0)
        short = 0
        month_kwh = dict.fromkeys(EVENTS, Fraction(0))
        for index, place in enumerate(places(year, month)):
            period = standing(resource, place)
            if period is None:
                continue
            missing = max(period.assessed_kw - offered[index], 0)
            short += missing > 0
            month_slots += Fraction(multiplier[index] * missing, period.assessed_kw)
        for event in resource.events:
            period = standing(resource, (event.date, event.slot))
            if event.date.month == month and period is not None:
                month_kwh[event.event] += event_kwh(event, period.assessed_kw)
        slots += month_slots
        kwh = {kind: kwh[kind] + month_kwh[kind] for kind in EVENTS}
        period = standing(resource, place)
        amount = 0
        new = dict.fromkeys(("outage", *EVENTS), 0)
        if period is not None:
            amount = period.price_yen_per_kw * period.contract_kw - period.transitional_deduction_yen
            due = {"outage": math.floor(amount * max(slots - ALLOWED_SLOTS, Fraction(0)) * RATE)}
            for kind in ("market_offer", "supply_instruction"):
                per_kwh = Fraction(1, period.contract_kw * tight_hours) if kwh[kind] else 0
                due[kind] = math.floor(amount * kwh[kind] * per_kwh)
            yearly = Fraction(11, 10) / (period.assessed_kw * 3 * 12)
            due["dispatch_order"] = math.floor(amount * yearly * kwh["dispatch_order"])
            new = {kind: due[kind] - charged[kind] for kind in due}
            charged = due
        total = sum(new.values())
        if total > 0:
            if monthly_cap is not None:
                total = min(total, math.floor(amount * monthly_cap))
            if annual_cap is not None:
                total = min(total, max(math.floor(amount * annual_cap) - total_before, 0))
        total_before += total
        coal_yen = 0
        if month == 3 and period is not None and period.inefficient_coal and resource.coal is not None:
            coal_yen = coal_penalty(year, resource.coal, period.contract_kw, amount)
        if month == 3:
            payment = amount - paid_before - coal_yen
        else:
            ratio = Fraction(8, 10) if period is not None and period.inefficient_coal else Fraction(1)
            payment = math.floor(amount * ratio / 12)
        paid_before += payment
        rows.append(
            {
                "resource": resource.resource,
                "delivery_month": month,
                "shortfall_slots": month_slots,
                "short_slots": short,
                "cumulative_slots": slots,
                "contract_amount_yen": amount,
                "penalty_outage_yen": new["outage"],
                "penalty_total_yen": total,
                "payment_yen": payment,
                "shortfall_kwh": month_kwh,
                "penalty_yen": {kind: new[kind] for kind in EVENTS},
                "coal_penalty_yen": coal_yen,
            }
        )
    return rows


def coal_penalty(year: int, coal, contract_kw: int, amount: int) -> int:
    """稼働抑制のペナルティ of the year."""
    hours = 8784 if calendar.isleap(year + 1) else 8760
    percent = math.ceil(
        100 * (Fraction(coal.metered_kwh) - Fraction(coal.low_reserve_kwh)) / (contract_kw * hours)
    )
    if percent <= 50:
        return 0
    share = Fraction(1) if coal.coal_kw is None else Fraction(coal.coal_kw) / Fraction(coal.total_kw)
    return math.floor(amount * Fraction(2, 10) * share)
