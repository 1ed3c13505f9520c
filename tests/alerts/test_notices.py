"""Everything a rule found is in exactly one notice, with a reason a person can read."""

from alerts import notices
from alerts.tracking import follow
from tests.alerts.published import determination

MARGINS = {(34, "東京"): 254, (35, "東京"): None, (1, "九州"): 700, (2, "九州"): None}


def test_nothing_that_a_rule_found_disappears_or_stands_twice() -> None:
    each = determination("2026-07-22 08:59", MARGINS)
    situation = follow(each, {}, each.published_at)
    found = [(one.event, one.key) for rule in notices.RULES for one in rule.find(situation)]
    decided = notices.decide(situation)
    assert sorted(found) == sorted((one.event, one.key) for notice in decided for one in notice.candidates)
    assert all(notice.reason for notice in decided)


def test_a_notice_is_printed_and_stored_slot_by_slot() -> None:
    each = determination("2026-07-22 08:59", {(34, "東京"): 254})
    (notice,) = notices.decide(follow(each, {}, each.published_at))
    slot = {"date": "2026-07-22", "slot_end": "17:00", "area": "東京", "from": "normal", "to": "low"}
    assert notice.slots() == [slot]
    assert notice.stored_slots() == [{**slot, "margin_percent": "2.54", "detail": ""}]
