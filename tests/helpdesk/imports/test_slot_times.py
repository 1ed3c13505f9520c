"""Times as people write them: a start is the slot that begins then, an end the slot that ends then."""

from contextlib import suppress
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calc_core.slots import SLOTS, end_label, start_label
from helpdesk.imports.cells import NotReadable
from helpdesk.imports.slot_times import (
    read_end,
    read_end_slot,
    read_moment,
    read_slot,
    read_start,
    read_start_slot,
    read_time,
)

DAY = date(2026, 5, 1)


@pytest.mark.parametrize(
    "written",
    [
        "2026-05-01 08:30",
        "2026/5/1 8:30",
        "2026-05-01T08:30:00",
        "2026-05-01 08:30:00.000",
        "２０２６年５月１日　８：３０",
        "2026年5月1日8時30分",
        "令和8年5月1日(金) 8:30",
        "R8.5.1 08:30",
        "20260501 08:30",
    ],
)
def test_a_date_and_time_is_read_however_it_is_written(written: str) -> None:
    assert read_moment(written).astimezone(UTC) == datetime(2026, 4, 30, 23, 30, tzinfo=UTC)
    assert read_start(written) == (DAY, 18)
    assert read_end(written) == (DAY, 17)


@pytest.mark.parametrize(
    ("written", "start", "end"),
    [
        ("2026-05-01 00:00", (DAY, 1), (date(2026, 4, 30), 48)),
        ("2026-05-01 24:00", (date(2026, 5, 2), 1), (DAY, 48)),
        ("2026-05-01 23:30", (DAY, 48), (DAY, 47)),
        ("2026-05-01 8時", (DAY, 17), (DAY, 16)),
    ],
)
def test_midnight_begins_one_day_and_ends_the_other(written: str, start: tuple, end: tuple) -> None:
    assert (read_start(written), read_end(written)) == (start, end)


def test_a_day_alone_begins_at_midnight_and_is_no_end() -> None:
    assert read_start("2026-05-01") == (DAY, 1)  # so Excel writes 2026-05-01 0:00
    for read in (read_end, read_moment):
        with pytest.raises(NotReadable, match="時刻がありません"):
            read("2026-05-01")


@pytest.mark.parametrize(
    ("read", "written", "words"),
    [
        (read_start, "2026-05-01 08:31", "30分の区切りではありません"),
        (read_end, "2026-05-01 08:15", "30分の区切りではありません"),
        (read_start, "5/1 8:30", "年月日ではありません"),
        (read_start, "2026-02-30 8:30", "という日はありません"),
        (read_start, "46143.354", "年月日ではありません"),
        (read_start, "#VALUE!", "値ではありません"),
        (read_moment, "2026-05-01 25:00", "という時刻はありません"),
        (read_moment, "2026-05-01 12:60", "という時刻はありません"),
        (read_moment, "2026-05-01 12:00:30", "という時刻はありません"),
        (read_start_slot, "24:00", "翌日の 00:00"),
        (read_end_slot, "0:00", "24:00 と書いてください"),
        (read_end_slot, "正午", "時刻ではありません"),
        (read_time, "24:30", "という時刻はありません"),
        (read_slot, "49", "1〜48"),
        (read_slot, "0", "1〜48"),
    ],
)
def test_what_is_no_time_or_could_mean_two_is_said(read, written: str, words: str) -> None:
    with pytest.raises(NotReadable, match=words):
        read(written)


@given(st.sampled_from(SLOTS))
def test_every_slot_comes_back_from_its_labels(slot: int) -> None:
    assert read_start_slot(start_label(slot)) == read_end_slot(end_label(slot)) == slot
    assert read_slot(f"{slot}コマ") == slot
    assert read_start(f"2026-05-01 {start_label(slot)}") == read_end(f"2026-05-01 {end_label(slot)}")


@given(st.text(max_size=30) | st.text("0123456789:-/ 年月日時分T令和", max_size=30))
def test_no_cell_breaks_the_reading(cell: str) -> None:
    for read in (read_start, read_end, read_moment, read_time, read_slot):
        with suppress(NotReadable):
            read(cell)
