"""Events count in slots with a contract, by the rule of their kind; orders are counted from their slots."""

from datetime import date
from fractions import Fraction
from typing import Any

import pytest

from calc_core.contract_period import ContractPeriod
from calc_core.errors import Problem
from calc_core.event_shortfall import assess_events, month_kwh, orders_in
from calc_core.slot_event import SlotEvent

JULY_15 = date(2026, 7, 15)
PERIODS = [
    ContractPeriod(1_000, 900, 5_832, last=(JULY_15, 34)),
    ContractPeriod(1_000, 400, 5_832, first=(JULY_15, 35), last=(JULY_15, 36)),
]


def offer(slot: int, day: date = JULY_15, **changed: Any) -> SlotEvent:
    return SlotEvent(
        day, slot, "market_offer", {"limit_kw": 1_000, "planned_kw": 300, "offered_kw": 50} | changed
    )


def assessed(*events: SlotEvent, months: tuple[int, ...] = (4, 5, 6, 7)) -> tuple[dict, list[Problem]]:
    problems: list[Problem] = []
    return assess_events(2026, months, events, PERIODS, None, problems), problems


def test_an_event_is_held_against_the_contract_of_its_slot_and_ignored_where_there_is_none() -> None:
    found, problems = assessed(offer(36), offer(34), offer(37, offered_kw="何か"))
    assert problems == []
    assert list(found) == ["market_offer"]
    assert [(each.place, each.assessed_kw, each.shortfall_kwh) for each in found["market_offer"][7]] == [
        ((JULY_15, 34), 900, Fraction(275)),
        ((JULY_15, 36), 400, Fraction(25)),
    ]
    assert month_kwh(found["market_offer"][7]) == 300
    assert found["market_offer"][4] == []


def test_later_months_are_left_alone() -> None:
    assert assessed(offer(34), months=(4, 5)) == ({}, [])


def test_every_problem_of_every_event_is_told_with_its_slot_and_kind() -> None:
    _, problems = assessed(
        offer(34, planned_kw="x", offered_kw=-1),
        offer(33),
        offer(33),
        offer(49),
        offer(2, date(2025, 7, 1)),
        SlotEvent(JULY_15, 3, "storm", {}),
    )
    assert {each.where for each in problems} == {
        "events[2026-07-15 17:00 market_offer].planned_kw",
        "events[2026-07-15 17:00 market_offer].offered_kw",
        "events[2026-07-15 16:30 market_offer]",
        "events[2026-07-15 49 market_offer]",
        "events[2025-07-01 01:00 market_offer]",
        "events[2026-07-15 01:30 storm]",
    }


@pytest.mark.parametrize(
    ("slots", "orders"),
    [([], 0), (range(35, 41), 1), (range(35, 47), 2), ([1, 2, 3, 10, 11], 2), (range(1, 8), 2)],
)
def test_adjoining_slots_are_one_order_up_to_its_length(slots: list[int], orders: int) -> None:
    assert orders_in([(JULY_15, slot) for slot in slots], 6) == orders


def test_an_order_runs_over_midnight() -> None:
    places = [(JULY_15, slot) for slot in (46, 47, 48)] + [(date(2026, 7, 16), slot) for slot in (1, 2, 3)]
    assert orders_in(places, 6) == 1
