"""No notice is sent for a slot that is over, whatever is published about it."""

from hypothesis import given, settings
from hypothesis import strategies as st

from alerts.readings import is_over
from tests.alerts.following import Watch
from tests.alerts.published import determination

HOURS = st.integers(0, 47).map(lambda n: f"2026-07-22 {n // 2:02d}:{30 * (n % 2):02d}")
MARGINS = st.dictionaries(
    st.tuples(st.integers(1, 48), st.sampled_from(["東京", "九州"])),
    st.none() | st.sampled_from([50, 250, 450, 700, 900]),
    max_size=8,
)


@settings(deadline=None, max_examples=40)
@given(st.lists(st.tuples(HOURS, MARGINS), min_size=1, max_size=6))
def test_nothing_is_sent_or_held_about_a_slot_that_is_over_and_no_reason_is_empty(feed: list) -> None:
    watch = Watch()
    for stamp, margins in feed:
        each = determination(stamp, margins)
        for notice in watch.judge(each).notices:
            over = {is_over(candidate.key, each.published_at) for candidate in notice.candidates}
            assert notice.reason
            assert notice.decision == "drop" or over == {False}
