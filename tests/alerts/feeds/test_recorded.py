"""Recorded files: many publications in one, each with its stamp in every row."""

import pytest

from alerts.errors import FeedUnreadable
from alerts.feeds.files import read_file
from alerts.feeds.recorded import read
from tests.alerts.published import DAY, japan, tidy, tidy_row
from tests.alerts.recorded_days import TWO_DAYS


def test_every_publication_of_a_file_is_read_oldest_first() -> None:
    found = read_file(TWO_DAYS.read_bytes(), "記録")
    assert [len(each.readings) for each in found] == [480] * 8
    assert [each.missing() for each in found] == [[]] * 8
    assert [each.problems for each in found] == [()] * 8
    assert found[0].published_at == japan("2026-07-21 00:29")
    assert sorted(found, key=lambda each: each.published_at) == found


def test_rows_of_one_publication_need_not_stand_together() -> None:
    early, late = "2026-07-22 08:29", "2026-07-22 08:59"
    rows = [
        tidy_row(late, "17:00", "東京", "2.54"),
        tidy_row(early, "17:00", "東京", "3.10"),
        tidy_row(late, "17:30", "東京", "4.94"),
    ]
    found = read(tidy(rows))
    assert [(each.published_at, [row.margin for row in each.readings]) for each in found] == [
        (japan(early), [310]),
        (japan(late), [254, 494]),
    ]
    assert found[0].days == (DAY,)


def test_rows_that_cannot_be_placed_are_named_with_line_and_column() -> None:
    good = tidy_row("2026-07-22 08:59", "17:00", "東京", "2.54")
    wrong = [["昨日", *good[1:]], [good[0], "7/22", *good[2:]], [*good[:2], "24:30", *good[3:]], good[:5]]
    (found,) = read(tidy([good, *wrong]), "記録.csv")
    assert [each.where for each in found.problems] == [
        "記録.csv 3行目 published_at",
        "記録.csv 4行目 date",
        "記録.csv 5行目 slot_end",
        "記録.csv 6行目",
    ]
    assert found.unplaced_rows == 4


def test_a_file_without_a_readable_row_or_with_other_columns_is_refused() -> None:
    with pytest.raises(FeedUnreadable, match="読める行が1行もありません"):
        read(tidy([]))
    with pytest.raises(FeedUnreadable, match="足りない列: wide_reserve_pct"):
        read(tidy([]).replace(b"wide_reserve_pct,", b""))
