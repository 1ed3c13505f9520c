"""Periods, events and coal go into a run and come back as they were."""

import json
from datetime import date
from fractions import Fraction

from calc_core.coal_year import CoalYear
from calc_core.contract_period import ContractPeriod
from calc_core.slot_event import SlotEvent
from helpdesk.register.kept_inputs import coal_json, coal_of, event_json, event_of, periods_json, periods_of

DAY = date(2026, 7, 15)


def through_json(value):
    return json.loads(json.dumps(value))


def test_periods_come_back_with_their_ends() -> None:
    periods = (
        ContractPeriod(1_000, 900, 5_832, 17, True, None, (DAY, 24)),
        ContractPeriod(400, 399, 5_832, first=(DAY, 25)),
    )
    assert periods_of(through_json(periods_json(periods))) == periods


def test_an_event_comes_back_with_its_numbers_as_exact_text() -> None:
    inputs = {"baseline_kwh": Fraction(1, 3), "metered_kwh": Fraction(5, 2), "kind": "generation"}
    kept = through_json(event_json(SlotEvent(DAY, 3, "dispatch_order", inputs)))
    back = event_of(kept)
    assert back.inputs == {"baseline_kwh": "1/3", "metered_kwh": "2.5", "kind": "generation"}
    assert event_json(back) == kept


def test_coal_comes_back_exactly() -> None:
    for coal in (CoalYear(Fraction(7, 3), Fraction(1, 8)), CoalYear(5, 0, 300, 900)):
        assert coal_of(through_json(coal_json(coal))) == coal
