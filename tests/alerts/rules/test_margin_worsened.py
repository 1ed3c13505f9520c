"""Through 5, 3 and 1 %: told when the next threshold falls, not on the way back up."""

from tests.alerts.following import judged, sent, told
from tests.alerts.published import determination

TOKYO = (34, "東京")


def test_the_recorded_slot_is_told_twice_and_its_last_value_to_nobody() -> None:
    """P4: 東京 17:00 on 2026-07-21: 2.70, 0.35, 2.31, and 4.84 when the slot is past."""
    hours = [("00:29", 270), ("05:29", 35), ("08:59", 231), ("18:28", 484)]
    judgements = judged(determination(f"2026-07-22 {hour}", {TOKYO: margin}) for hour, margin in hours)
    assert sent(judgements) == [["first_low"], ["worsened"], [], []]
    assert told(judgements[3]) == []


def test_each_threshold_is_told_once() -> None:
    margins = [790, 499, 480, 299, 450, 250, 99, -10]
    judgements = judged(
        determination(f"2026-07-22 0{hour}:59", {TOKYO: margin}) for hour, margin in enumerate(margins, 1)
    )
    worse = ["worsened"]
    assert sent(judgements) == [["first_low"], worse, [], worse, [], [], worse, []]


def test_what_worsens_after_its_end_is_recorded_once_a_value_and_told_to_nobody() -> None:
    hours = [("16:59", 790), ("17:29", 450), ("17:59", 450), ("18:29", 440)]
    judgements = judged(determination(f"2026-07-22 {hour}", {TOKYO: margin}) for hour, margin in hours)
    dropped = [("worsened", "drop", "rule", [TOKYO])]
    assert [told(each) for each in judgements[1:]] == [dropped, [], dropped]
