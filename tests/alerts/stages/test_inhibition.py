"""An old or contradictory publication holds the all-clear back, and never hides a low reading."""

from datetime import timedelta

from alerts.feeds.reserve_margin import read
from alerts.judging import judge
from tests.alerts.following import Watch, sent, told
from tests.alerts.published import determination, official, official_rows

TOKYO = (34, "東京")
LATER = timedelta(minutes=41)


def test_a_stale_publication_never_hides_a_low_reading() -> None:
    each = determination("2026-07-22 08:59", {TOKYO: 700})
    judgement = Watch().judge(each, now=each.published_at + timedelta(hours=3))
    assert sent([judgement]) == [["first_low"]]


def test_an_all_clear_from_a_stale_publication_is_held_until_a_fresh_one_says_it() -> None:
    watch = Watch()
    watch.judge(determination("2026-07-22 08:29", {TOKYO: 700}))
    stale = determination("2026-07-22 08:59")
    held = watch.judge(stale, now=stale.published_at + LATER)
    assert told(held) == [("recovered", "hold", "inhibition", [TOKYO])]
    assert "41分前" in held.notices[0].reason
    fresh = watch.judge(determination("2026-07-22 09:59"))
    assert told(fresh) == [("recovered", "send", "routing", [TOKYO])]


def test_how_old_is_too_old_can_be_said() -> None:
    def decided(**limit: timedelta) -> list[tuple]:
        watch = Watch()
        watch.judge(determination("2026-07-22 08:29", {TOKYO: 700}))
        stale = determination("2026-07-22 08:59")
        return told(judge(watch.states, stale, now=stale.published_at + LATER, **limit))

    assert decided() == [("recovered", "hold", "inhibition", [TOKYO])]
    assert decided(stale_after=timedelta(minutes=41)) == [("recovered", "send", "routing", [TOKYO])]


def test_a_slot_that_falls_again_while_its_all_clear_is_held_is_no_news() -> None:
    watch = Watch()
    watch.judge(determination("2026-07-22 08:29", {TOKYO: 700}))
    stale = determination("2026-07-22 08:59")
    watch.judge(stale, now=stale.published_at + LATER)
    again = watch.judge(determination("2026-07-22 09:59", {TOKYO: 690}))
    assert told(again) == [("first_low", "drop", "repetition", [TOKYO])]


def test_an_all_clear_of_figures_that_contradict_each_other_is_held() -> None:
    watch = Watch()
    watch.judge(determination("2026-07-22 08:29", {TOKYO: 700}))
    rows = official_rows()
    index = next(n for n, row in enumerate(rows) if row[1] == "17:00" and row[3] == "東京")
    rows[index][6] = "1"
    held = watch.judge(read(official("2026-07-22 08:59", rows)))
    assert told(held)[0] == ("recovered", "hold", "inhibition", [TOKYO])
    assert sent([held]) == [["wrong_figure"]]


def test_what_a_stale_publication_lacks_is_not_told_besides() -> None:
    stale = determination("2026-07-22 08:59", {TOKYO: None})
    judgement = Watch().judge(stale, now=stale.published_at + LATER)
    assert told(judgement) == [("missing", "drop", "inhibition", [TOKYO])]
