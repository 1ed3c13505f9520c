"""算定結果の入力: what a month's result keeps of what it was computed from, small enough for 24,000 of them a year.

Figures of a month rest on all months since April, so digests are kept for each of them. The slots themselves are named
by the run (base files and corrections); here stand contract values, counts of events, and digests of all three.
"""

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any

from calc_core import exact
from calc_core.contract_period import ContractPeriod
from calc_core.slot_event import SlotEvent
from cases.history import canonical

CONTRACT_LABELS = {
    "first": "始まり",
    "last": "終わり",
    "contract_kw": "契約容量（kW）",
    "assessed_kw": "アセスメント対象容量（kW）",
    "price_yen_per_kw": "契約単価（円/kW）",
    "transitional_deduction_yen": "経過措置控除額（円）",
    "inefficient_coal": "非効率石炭火力",
}
EVENT_LABELS = {
    "market_offer": "市場応札の対象コマ",
    "supply_instruction": "供給指示",
    "dispatch_order": "発動指令",
}
_SHORT = 16  # hexadecimal digits of a kept digest: enough to tell two versions of one month apart


def contract_json(periods: Sequence[ContractPeriod]) -> list[dict[str, Any]]:
    """The periods of a contract as a result keeps them."""
    return [
        {
            name: _place(getattr(period, name)) if name in ("first", "last") else getattr(period, name)
            for name in CONTRACT_LABELS
        }
        for period in periods
    ]


def event_marks(events: Sequence[SlotEvent], delivery_months: Sequence[int]) -> dict[str, list[list[Any]]]:
    """Of each kind of event that there is: month by month, how many slots and a digest of their inputs."""
    marks = {}
    for event in EVENT_LABELS:
        of_kind = [each for each in events if each.event == event]
        if of_kind:
            marks[event] = [
                _mark([each for each in of_kind if each.date.month == month]) for month in delivery_months
            ]
    return marks


def short(digest: str) -> str:
    """A digest as a result keeps it."""
    return digest[:_SHORT]


def digests_until(by_month: Sequence[Mapping[str, str]]) -> dict[str, list[str]]:
    """Digests of slots, contract and events, each for every month since April."""
    return {kind: [short(month[kind]) for month in by_month] for kind in ("slots", "contract", "events")}


def _mark(events: Sequence[SlotEvent]) -> list[Any]:
    rows = [
        [each.date.isoformat(), each.slot, {name: _text(value) for name, value in each.inputs.items()}]
        for each in events
    ]
    return [len(rows), short(hashlib.sha256(canonical(rows).encode()).hexdigest()) if rows else ""]


def _text(value: Any) -> str:
    return value if isinstance(value, str) else exact.text(value)


def _place(place: Any) -> list[Any] | None:
    return [place[0].isoformat(), place[1]] if place else None
