"""The engine is pure: what it is given stays as it was, and it answers the same again."""

from alerts.judging import judge
from alerts.tracking import SlotState
from tests.alerts.published import DAY, determination

KEY = (DAY, 34, "東京")


def test_what_was_known_is_not_touched_and_the_answer_is_the_same_again() -> None:
    each = determination("2026-07-22 08:59", {(34, "東京"): 254, (35, "東京"): None})
    known: dict = {}
    first = judge(known, each, now=each.published_at)
    assert known == {}
    assert judge(known, each, now=each.published_at) == first


def test_what_was_sent_is_remembered_in_the_states_that_come_out() -> None:
    each = determination("2026-07-22 08:59", {(34, "東京"): 254, (35, "東京"): None})
    changes = judge({}, each, now=each.published_at).changes
    assert changes[KEY] == SlotState("low", 254, each.published_at, told_level=3)
    assert changes[DAY, 35, "東京"] == SlotState(told_missing=True)
