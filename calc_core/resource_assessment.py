"""電源等のアセスメントの説明: a month's shortfall of slots and of kWh as explained results, with the sums since April.

Steps hold sums of stretches, days and months, never slot by slot; of the events of a month the one with the largest
shortfall is worked through as its rule does it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from itertools import groupby

from calc_core import parameter_files
from calc_core.assessment.outage_plan import SOURCE, outage_plan
from calc_core.catalogue import find
from calc_core.contract_stretches import Stretch, place_in_month
from calc_core.dispatch_order_terms import dispatch_order_terms
from calc_core.event_shortfall import EventShortfall, month_kwh, orders_in
from calc_core.explanation import Result, Step
from calc_core.fiscal_year import days_in_month
from calc_core.month_shortfall import MonthShortfall, StretchShortfall
from calc_core.rule import Derivation
from calc_core.slots import SLOTS_PER_DAY

WARNED_SLOTS = 3  # slots of which a warning is told one by one; the rest is counted


def assess_outage(year: int, by_month: Mapping[int, MonthShortfall]) -> Result:
    """未達成コマ of the last month, and the sum of the months from April to it."""
    derivation = Derivation(SOURCE)
    month, shortfall = list(by_month.items())[-1]
    for each in shortfall.stretches:
        derivation.step(
            f"{month}月分の未達成コマ（{_scope(year, month, each)}）",
            "weighted_shortfall_kw / assessed_kw",
            each.shortfall_slots,
            "slots",
            weighted_shortfall_kw=each.weighted_shortfall_kw,
            assessed_kw=each.stretch.assessed_kw,
        )
    if len(shortfall.stretches) > 1:
        derivation.step(
            f"{month}月分の未達成コマ（アセスメント対象容量が変わるコマで区切った期間の合計）",
            "sum(shortfall_slots)",
            shortfall.shortfall_slots,
            "slots",
            period=[_span(year, month, each.stretch) for each in shortfall.stretches],
            shortfall_slots=[each.shortfall_slots for each in shortfall.stretches],
        )
    if not shortfall.stretches:
        derivation.step(f"{month}月分の未達成コマ（契約のあるコマがない）", "0", Fraction(0), "slots")
    in_months = [each.shortfall_slots for each in by_month.values()]
    derivation.step(
        "4月からの未達成コマの累計",
        "sum(shortfall_slots)",
        sum(in_months, Fraction(0)),
        "slots",
        month=[f"{each}月分" for each in by_month],
        shortfall_slots=in_months,
    )
    return derivation.result(outage_plan.rule, year, shortfall_slots=shortfall.shortfall_slots)


def _scope(year: int, month: int, part: StretchShortfall) -> str:
    counted = f"{part.stretch.slots:,}コマのうち{part.short_slots:,}コマで供給力が不足"
    if part.stretch.slots == days_in_month(year, month) * SLOTS_PER_DAY:
        return counted
    return f"{_span(year, month, part.stretch)}の{counted}"


def _span(year: int, month: int, stretch: Stretch) -> str:
    (first, first_slot), (last, last_slot) = (
        place_in_month(year, month, index) for index in (stretch.begin, stretch.end - 1)
    )
    return f"{first.month}月{first.day}日コマ{first_slot}〜{last.month}月{last.day}日コマ{last_slot}"


def assess_kind(year: int, kind: str, by_month: Mapping[int, Sequence[EventShortfall]]) -> Result:
    """未達成量 of one kind of event in the last month, and the sum of the months from April to it."""
    rule = find(f"assessment/{kind}")
    month, events = list(by_month.items())[-1]
    shortfall_kwh = month_kwh(events)
    steps = [*_largest(events), _month_step(rule.id, month, events)]
    in_months = [month_kwh(each) for each in by_month.values()]
    inputs = {"month": [f"{each}月分" for each in by_month], "shortfall_kwh": in_months}
    total = sum(in_months, Fraction(0))
    label = "4月からの未達成量の累計"
    steps.append(
        Step(label, "sum(shortfall_kwh)", inputs, total, "kwh", parameter_files.load(rule.id).source)
    )
    return Result(
        rule.id,
        year,
        shortfall_kwh,
        "kwh",
        {"shortfall_kwh": shortfall_kwh},
        tuple(steps),
        (*_warnings(events), *(_too_many_orders(year, by_month) if kind == "dispatch_order" else ())),
    )


def _largest(events: Sequence[EventShortfall]) -> list[Step]:
    """The steps of the slot with the month's largest shortfall, as its rule gives them."""
    largest = max(events, key=lambda each: each.shortfall_kwh, default=None)
    if largest is None or not largest.shortfall_kwh:
        return []
    return [
        replace(step, label=f"{step.label}（未達成量が最大の{_place(largest)}）")
        for step in largest.result.steps
    ]


def _place(each: EventShortfall) -> str:
    day, slot = each.place
    return f"{day.month}月{day.day}日コマ{slot}"


def _month_step(rule_id: str, month: int, events: Sequence[EventShortfall]) -> Step:
    if not events:
        label = f"{month}月分の未達成量（対象のコマがない）"
        return Step(label, "0", {}, Fraction(0), "kwh", parameter_files.load(rule_id).source)
    decisive = events[0].result.steps[-1]
    short = [each for each in events if each.shortfall_kwh]
    if not short:
        label = f"{month}月分の未達成量（対象の{len(events):,}コマのすべてで達成）"
        return Step(label, "0", {}, Fraction(0), "kwh", decisive.source, decisive.policy)
    by_day = {day: month_kwh(list(each)) for day, each in groupby(short, key=lambda each: each.event.date)}
    inputs = {
        "date": [f"{day.month}月{day.day}日" for day in by_day],
        "shortfall_kwh": list(by_day.values()),
    }
    label = (
        f"{month}月分の未達成量（対象の{len(events):,}コマのうち{len(short):,}コマで未達成、日ごとの合計）"
    )
    return Step(
        label, "sum(shortfall_kwh)", inputs, month_kwh(events), "kwh", decisive.source, decisive.policy
    )


def _warnings(events: Sequence[EventShortfall]) -> list[str]:
    told: dict[str, list[str]] = {}
    for each in events:
        for warning in each.result.warnings:
            told.setdefault(warning, []).append(_place(each))
    found = []
    for warning, places in told.items():
        more = f" ほか{len(places) - WARNED_SLOTS:,}コマ" if len(places) > WARNED_SLOTS else ""
        found.append(f"{'、'.join(places[:WARNED_SLOTS])}{more}: {warning}")
    return found


def _too_many_orders(year: int, by_month: Mapping[int, Sequence[EventShortfall]]) -> list[str]:
    agreed = dispatch_order_terms(year)
    places = [each.place for events in by_month.values() for each in events]
    warning = agreed.warning(orders_in(places, agreed.slots_per_order))
    return [warning] if warning else []
