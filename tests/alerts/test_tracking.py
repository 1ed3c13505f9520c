"""States follow the newest readable value strictly: a slow scan over any publications finds the same changes."""

from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from alerts.readings import RESERVE_MARGIN_BLOCK, Determination, Reading
from alerts.tracking import UNSEEN, follow
from alerts.words import LOW, NORMAL
from tests.alerts.following import Watch, crossed, judged
from tests.alerts.published import DAY, determination, japan

KEY = (DAY, 34, "東京")
TOKYO = (34, "東京")


def test_below_8_is_low_and_8_is_not() -> None:
    first, second, third = judged(
        determination(stamp, {TOKYO: margin})
        for stamp, margin in [("2026-07-22 08:29", 800), ("2026-07-22 08:59", 799), ("2026-07-22 09:29", 800)]
    )
    assert crossed(first) == []
    assert crossed(second) == [(34, "東京", LOW)]
    assert crossed(third) == [(34, "東京", NORMAL)]


def test_a_missing_value_keeps_the_state() -> None:
    judgements = judged(
        determination(f"2026-07-22 0{hour}:59", {TOKYO: margin})
        for hour, margin in enumerate([700, None, 700, None, 900], 1)
    )
    assert [crossed(each) for each in judgements] == [[(34, "東京", LOW)], [], [], [], [(34, "東京", NORMAL)]]


def test_a_slot_that_is_over_still_changes_its_state() -> None:
    _, late = judged([determination("2026-07-22 16:59"), determination("2026-07-22 18:28", {TOKYO: 484})])
    assert crossed(late) == [(34, "東京", LOW)]


def test_a_value_older_than_the_judged_one_changes_nothing() -> None:
    watch = Watch()
    watch.judge(determination("2026-07-22 08:59", {TOKYO: 700}))
    late = watch.judge(determination("2026-07-22 08:29", {TOKYO: 900}))
    assert crossed(late) == []
    assert KEY in late.late
    assert watch.states[KEY].state == LOW
    assert late.notices == ()


def test_an_older_value_stands_where_the_newer_publication_had_none() -> None:
    """A low margin is not hidden by a newer publication that says nothing about the slot."""
    watch = Watch()
    watch.judge(determination("2026-07-22 08:59", {TOKYO: None}))
    late = watch.judge(determination("2026-07-22 08:29", {TOKYO: 700}))
    assert crossed(late) == [(34, "東京", LOW)]
    assert len(late.late) == 479


def test_a_publication_leaves_what_it_does_not_mention_as_it_is() -> None:
    seen = follow(determination("2026-07-22 08:59"), {}, japan("2026-07-22 08:59"))
    assert seen.was(KEY) == UNSEEN
    assert len(seen.after) == 480


MARGINS = st.none() | st.sampled_from([799, 800, 0, -110]) | st.integers(600, 1000)
FEW = st.dictionaries(st.tuples(st.sampled_from([1, 34, 48]), st.sampled_from(["東京", "沖縄"])), MARGINS)
FEEDS = st.lists(st.tuples(st.integers(0, 60), FEW), max_size=25)


@settings(deadline=None)
@given(FEEDS)
def test_any_publications_in_any_order_change_what_a_slow_scan_says(feed: list) -> None:
    start = japan("2026-07-22 00:00")
    watch, found, scanned = Watch(), [], []
    state: dict = {}
    newest: dict = {}
    for minutes, values in feed:
        stamp = start + timedelta(minutes=30 * minutes)
        readings = tuple(
            Reading(DAY, slot, area, 0, margin, None, None, None, None)
            for (slot, area), margin in values.items()
        )
        judgement = watch.judge(Determination(RESERVE_MARGIN_BLOCK, stamp, (DAY,), readings))
        found += [(stamp, each.key[1:], each.from_state, each.to_state) for each in judgement.crossings]
        for key, margin in values.items():
            if margin is None or stamp < newest.get(key, stamp):
                continue
            newest[key] = stamp
            now = "low" if margin < 800 else "normal"
            if now != state.get(key, "normal"):
                scanned.append((stamp, key, state.get(key, "normal"), now))
            state[key] = now
    assert found == scanned
