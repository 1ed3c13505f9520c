"""What pages show of a resource as it came in: the slots and events that fell short, by the contract of their slot."""

from datetime import date
from fractions import Fraction
from typing import Any

import numpy as np
import pytest

from calc_core.contract_period import ContractPeriod
from calc_core.errors import InputRefused
from calc_core.resource_input import ResourceInput
from calc_core.slot_event import SlotEvent

MAY_15 = date(2026, 5, 15)


def resource(**changed: Any) -> ResourceInput:
    tables = {
        "offered_kw_by_month": {5: np.full((31, 48), 800)},
        "multiplier_by_month": {5: np.ones((31, 48))},
    }
    return ResourceInput("R001", "発電所", 1_000, 900, 5_832, 0, False, **(tables | changed))


def instruction(slot: int, delivered_kwh: str) -> SlotEvent:
    inputs = {"instructed_kw": 700, "delivered_kwh": delivered_kwh}
    return SlotEvent(MAY_15, slot, "supply_instruction", inputs)


def test_without_periods_the_single_values_hold_all_year() -> None:
    assert resource().contract_periods() == (ContractPeriod(1_000, 900, 5_832),)
    assert len(resource().slots_with_shortfall(2026, 5)) == 31 * 48


def test_slots_that_fell_short_are_those_of_the_contract_in_force() -> None:
    part = ContractPeriod(1_000, 801, 5_832, first=(MAY_15, 25), last=(MAY_15, 26))
    shown = resource(periods=(part,)).slots_with_shortfall(2026, 5)
    assert [(each.date, each.slot, each.assessed_kw) for each in shown] == [
        (MAY_15, 25, 801),
        (MAY_15, 26, 801),
    ]
    assert resource(periods=(part,)).slots_with_shortfall(2026, 4) == []


def test_events_that_fell_short_are_shown_with_their_inputs_and_kwh() -> None:
    events = (instruction(36, "350"), instruction(35, "349.5"), instruction(37, "0"))
    shown = resource(events=events).events_with_shortfall(2026, 5)
    assert [(each.place, each.event.event, each.shortfall_kwh) for each in shown] == [
        ((MAY_15, 35), "supply_instruction", Fraction(1, 2)),
        ((MAY_15, 37), "supply_instruction", Fraction(350)),
    ]
    assert shown[0].inputs == {"assessed_kw": 900, "instructed_kw": 700, "delivered_kwh": "349.5"}
    assert resource(events=events).events_with_shortfall(2026, 6) == []


def test_an_event_that_cannot_be_assessed_is_refused() -> None:
    with pytest.raises(InputRefused, match="delivered_kwh"):
        resource(events=(instruction(35, "多い"),)).events_with_shortfall(2026, 5)
