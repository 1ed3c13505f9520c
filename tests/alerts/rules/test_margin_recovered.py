"""The all-clear: told to those who were told, once."""

from tests.alerts.following import judged, told
from tests.alerts.published import determination

TOKYO = (34, "東京")


def test_what_comes_back_is_told_once() -> None:
    judgements = judged(
        determination(f"2026-07-22 0{hour}:59", {TOKYO: margin})
        for hour, margin in enumerate([700, 900, 900], 1)
    )
    assert told(judgements[1]) == [("recovered", "send", "routing", [TOKYO])]
    assert told(judgements[2]) == []


def test_what_comes_back_after_its_end_is_recorded_and_told_to_nobody() -> None:
    judgements = judged(
        determination(stamp, {TOKYO: margin})
        for stamp, margin in [("2026-07-22 08:59", 700), ("2026-07-22 17:29", 900), ("2026-07-22 17:59", 900)]
    )
    assert told(judgements[1]) == [("recovered", "drop", "rule", [TOKYO])]
    assert told(judgements[2]) == []
