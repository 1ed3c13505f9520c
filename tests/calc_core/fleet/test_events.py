"""The shortfall of an event without steps is what its rule says with them."""

from dataclasses import replace
from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calc_core import catalogue
from calc_core.contract_period import ContractPeriod
from calc_core.errors import InputRefused, Problem
from calc_core.fleet.events import EventTerms, month_kwh
from calc_core.fleet.resource import FleetResource
from calc_core.slot_event import SlotEvent

KW = st.integers(0, 5_000)
EXACT = KW | st.fractions(0, 5_000, max_denominator=12)
POLICIES = st.sampled_from(
    (
        {},
        {
            "assessment/market_offer": {"required_offer": "whole_surplus"},
            "assessment/dispatch_order": {"shortfall_bounds": "not_negative"},
        },
    )
)
INPUTS = st.one_of(
    st.tuples(
        st.just("market_offer"), st.fixed_dictionaries({"limit_kw": KW, "planned_kw": KW, "offered_kw": KW})
    ),
    st.tuples(
        st.just("supply_instruction"), st.fixed_dictionaries({"instructed_kw": EXACT, "delivered_kwh": EXACT})
    ),
    st.tuples(
        st.just("dispatch_order"),
        st.fixed_dictionaries(
            {
                "baseline_kwh": EXACT,
                "metered_kwh": EXACT,
                "kind": st.sampled_from(("demand_response", "generation")),
            }
        ),
    ),
)
OFFER = SlotEvent(date(2026, 4, 1), 3, "market_offer", {"limit_kw": 100, "planned_kw": 20, "offered_kw": 30})


def resource(*events: SlotEvent, period: ContractPeriod | None = None) -> FleetResource:
    return FleetResource("R1", "B", "東京", "安定電源", (period or ContractPeriod(100, 100, 8_000),), events)


def kwh(
    *events: SlotEvent, period: ContractPeriod | None = None, months=(4, 5)
) -> tuple[dict, list[Problem]]:
    problems: list[Problem] = []
    found = month_kwh(EventTerms(2026, None), 2026, months, resource(*events, period=period), problems)
    return found, problems


@given(INPUTS, st.integers(1, 5_000), POLICIES)
def test_it_is_that_of_the_rule(given_event, assessed_kw, parameters) -> None:
    event, inputs = given_event
    expected = catalogue.evaluate(
        f"assessment/{event}", 2026, inputs | {"assessed_kw": assessed_kw}, parameters
    )
    terms = EventTerms(2026, parameters)
    assert terms.shortfall_kwh(event, inputs, assessed_kw) == expected.value
    as_text = {name: value if name == "kind" else str(value) for name, value in inputs.items()}
    assert terms.shortfall_kwh(event, as_text, assessed_kw) == expected.value


def test_events_add_up_by_kind_and_month_and_those_of_later_months_are_left() -> None:
    events = (
        OFFER,
        replace(OFFER, slot=4),
        replace(OFFER, date=date(2026, 5, 1)),
        replace(OFFER, date=date(2026, 6, 1)),
    )
    assert kwh(*events) == ({"market_offer": {4: Fraction(50), 5: Fraction(25)}}, [])


def test_an_event_without_a_contract_counts_for_nothing() -> None:
    later = ContractPeriod(100, 100, 8_000, first=(date(2026, 4, 1), 4))
    assert kwh(OFFER, period=later) == ({}, [])


@pytest.mark.parametrize(
    ("events", "told"),
    [
        ((replace(OFFER, slot=49),), "R1 2026-04-01 49 market_offer"),
        ((OFFER, OFFER), "R1 2026-04-01 01:30 market_offer"),
        ((replace(OFFER, date=date(2027, 4, 1)),), "R1 2027-04-01 01:30 market_offer"),
        ((replace(OFFER, event="party"),), "R1 2026-04-01 01:30 party"),
        (
            (replace(OFFER, inputs={"limit_kw": 1, "planned_kw": -1, "offered_kw": 0}),),
            "R1 2026-04-01 01:30 market_offer planned_kw",
        ),
        (
            (replace(OFFER, inputs={"limit_kw": 1, "planned_kw": 1}),),
            "R1 2026-04-01 01:30 market_offer offered_kw",
        ),
    ],
)
def test_what_is_wrong_with_an_event_is_told_by_resource_and_slot(events, told) -> None:
    _, problems = kwh(*events)
    assert [each.where for each in problems] == [told]


def test_a_configuration_that_is_no_policy_is_refused() -> None:
    terms = EventTerms(2026, {"assessment/market_offer": {"required_offer": "none"}})
    with pytest.raises(InputRefused):
        terms.shortfall_kwh("market_offer", OFFER.inputs, 100)


def test_what_a_rule_warns_of_is_one_line_a_resource() -> None:
    events = [
        SlotEvent(OFFER.date, slot, "market_offer", {**OFFER.inputs, "surplus_kw": surplus})
        for slot, surplus in ((3, 80), (4, 70), (5, 60))
    ]
    problems: list[Problem] = []
    warnings: list[str] = []
    found = month_kwh(EventTerms(2026, None), 2026, (4,), resource(*events), problems, warnings)
    assert (found, problems) == ({"market_offer": {4: Fraction(75)}}, [])
    assert len(warnings) == 1
    assert warnings[0].startswith("R1 2026-04-01 02:00 market_offer: 発電余力（70 kW）が")
    assert warnings[0].endswith("（ほかに 1 件）")
