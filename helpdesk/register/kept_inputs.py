"""保存する入力: contract periods, events and coal as a run keeps them, and back again. Numbers are whole or exact text."""

from collections.abc import Iterable, Mapping
from datetime import date
from fractions import Fraction
from typing import Any

from calc_core import exact
from calc_core.coal_year import CoalYear
from calc_core.contract_period import ContractPeriod, SlotPlace
from calc_core.slot_event import SlotEvent

_VALUES = (
    "contract_kw",
    "assessed_kw",
    "price_yen_per_kw",
    "transitional_deduction_yen",
    "inefficient_coal",
)
_COAL = ("metered_kwh", "low_reserve_kwh", "coal_kw", "total_kw")


def periods_json(periods: Iterable[ContractPeriod]) -> list[dict[str, Any]]:
    """Contract periods, their ends as [date, slot] or null."""
    return [
        {name: getattr(each, name) for name in _VALUES}
        | {"first": _place_json(each.first), "last": _place_json(each.last)}
        for each in periods
    ]


def periods_of(kept: Iterable[Mapping[str, Any]]) -> tuple[ContractPeriod, ...]:
    """Contract periods back."""
    return tuple(
        ContractPeriod(
            **{name: each[name] for name in _VALUES}, first=_place(each["first"]), last=_place(each["last"])
        )
        for each in kept
    )


def event_json(event: SlotEvent) -> list[Any]:
    """An event as [date, slot, kind, inputs]."""
    inputs = {
        name: exact.text(value) if isinstance(value, Fraction) else value
        for name, value in event.inputs.items()
    }
    return [event.date.isoformat(), event.slot, event.event, inputs]


def event_of(kept: list[Any]) -> SlotEvent:
    """An event back; its fractions stay exact text."""
    on, slot, event, inputs = kept
    return SlotEvent(date.fromisoformat(on), slot, event, inputs)


def event_text(event: SlotEvent) -> str:
    """An event on one line: the same for the same event, another for another."""
    inputs = " ".join(f"{name}={event.inputs[name]}" for name in sorted(event.inputs))
    return f"{event.date} {event.slot} {event.event} {inputs}"


def period_text(period: ContractPeriod) -> str:
    """A contract period on one line."""
    values = " ".join(str(getattr(period, name)) for name in _VALUES)
    return f"{_place_json(period.first)} {_place_json(period.last)} {values}"


def coal_json(coal: CoalYear) -> dict[str, str | None]:
    """A coal year in exact text."""
    values = {name: getattr(coal, name) for name in _COAL}
    return {name: None if value is None else exact.text(value) for name, value in values.items()}


def coal_of(kept: Mapping[str, str | None]) -> CoalYear:
    """A coal year back."""
    values = {name: None if kept[name] is None else exact.read(kept[name]) for name in _COAL}
    return CoalYear(**values)


def _place_json(place: SlotPlace | None) -> list[Any] | None:
    return None if place is None else [place[0].isoformat(), place[1]]


def _place(kept: list[Any] | None) -> SlotPlace | None:
    return None if kept is None else (date.fromisoformat(kept[0]), kept[1])
