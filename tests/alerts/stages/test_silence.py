"""Quiet on request: with an end and a reason, and by two people where the desk owes the notice."""

from alerts.stages.silence import Silence
from tests.alerts.following import Watch, told
from tests.alerts.published import determination, japan

TOKYO = (34, "東京")
ALONE = Silence("佐藤", "公表元の保守", japan("2026-07-22 08:00"), japan("2026-07-22 09:00"))
BOTH = Silence("佐藤", "公表元の保守", ALONE.begins_at, ALONE.ends_at, approved_by="鈴木")


def test_a_silenced_notice_is_dropped_with_who_until_when_and_why_and_raised_afterwards() -> None:
    watch = Watch()
    silenced = watch.judge(determination("2026-07-22 08:29", {TOKYO: 700}), silences=[BOTH])
    assert told(silenced) == [("first_low", "drop", "silence", [TOKYO])]
    assert silenced.notices[0].reason == "07/22 09:00まで消音中（佐藤・鈴木: 公表元の保守）"
    after = watch.judge(determination("2026-07-22 09:00", {TOKYO: 700}), silences=[BOTH])
    assert told(after) == [("first_low", "send", "routing", [TOKYO])]


def test_one_person_does_not_silence_a_notice_that_the_desk_owes() -> None:
    himself = Silence("佐藤", "静かに", ALONE.begins_at, ALONE.ends_at, approved_by="佐藤")
    for silence in (ALONE, himself):
        judgement = Watch().judge(determination("2026-07-22 08:29", {TOKYO: 700}), silences=[silence])
        assert told(judgement) == [("first_low", "send", "routing", [TOKYO])]


def test_one_person_silences_what_is_no_duty_for_some_areas_only() -> None:
    of_tokyo = Silence(
        "佐藤", "保守", ALONE.begins_at, ALONE.ends_at, frozenset({"東京"}), frozenset({"missing"})
    )
    both = determination("2026-07-22 08:29", {TOKYO: None, (34, "九州"): None})
    judgement = Watch().judge(both, silences=[of_tokyo])
    assert told(judgement) == [
        ("missing", "drop", "silence", [TOKYO]),
        ("missing", "send", "routing", [(34, "九州")]),
    ]
