"""A publication is the same whatever its bytes; what it lacks is known."""

from alerts.feeds.reserve_margin import read
from alerts.readings import is_over
from tests.alerts.published import DAY, determination, japan, official, official_rows

STAMP = "2026-07-22 08:59"


def test_the_same_publication_in_other_bytes_and_order_has_the_same_digest() -> None:
    rows = official_rows()
    first = read(official(STAMP, rows))
    again = read(official(STAMP, reversed(rows), encoding="cp932"))
    assert first.content_digest() == again.content_digest()


def test_another_stamp_or_value_has_another_digest() -> None:
    digests = {
        determination(stamp, margins).content_digest()
        for stamp in (STAMP, "2026-07-22 09:29")
        for margins in ({}, {(34, "東京"): 254}, {(34, "東京"): None})
    }
    assert len(digests) == 6


def test_a_slot_is_over_at_its_end_and_not_a_minute_before() -> None:
    assert not is_over((DAY, 34, "東京"), japan("2026-07-22 16:59"))
    assert is_over((DAY, 34, "東京"), japan("2026-07-22 17:00"))
    assert not is_over((DAY, 48, "東京"), japan("2026-07-22 23:59"))
    assert is_over((DAY, 48, "東京"), japan("2026-07-23 00:00"))


def test_what_a_publication_lacks_is_known_by_area_and_slot() -> None:
    whole = determination(STAMP, {(1, "沖縄"): None, (48, "北海道"): None})
    assert whole.missing() == [(DAY, 48, "北海道"), (DAY, 1, "沖縄")]
