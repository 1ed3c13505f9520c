"""What was told is not told again; what was never told is not taken back."""

from alerts.stages.silence import Silence
from tests.alerts.following import Watch, told
from tests.alerts.published import determination, japan

TOKYO = (34, "東京")


def test_an_all_clear_of_what_nobody_was_told_is_dropped() -> None:
    quiet = Silence("佐藤", "保守", japan("2026-07-22 08:00"), japan("2026-07-22 09:00"), approved_by="鈴木")
    watch = Watch()
    watch.judge(determination("2026-07-22 08:29", {TOKYO: 700}), silences=[quiet])
    back = watch.judge(determination("2026-07-22 08:59"))
    assert told(back) == [("recovered", "drop", "repetition", [TOKYO])]
    assert "知らせていない" in back.notices[0].reason


def test_the_same_publication_judged_again_sends_nothing() -> None:
    watch = Watch()
    each = determination("2026-07-22 08:29", {TOKYO: 250, (35, "九州"): None})
    watch.judge(each)
    again = watch.judge(each)
    assert again.crossings == ()
    assert {notice.decision for notice in again.notices} == {"drop"}
