"""Events of a slot are assessed by the rules of their name."""

from calc_core import catalogue
from calc_core.slot_event import EVENTS


def test_each_event_has_its_assessment_and_its_penalty():
    assert {f"{topic}/{event}" for topic in ("assessment", "penalty") for event in EVENTS} <= set(
        catalogue.rule_ids()
    )
