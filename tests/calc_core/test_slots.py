"""Slots: labels, timestamps and slots say the same in both directions."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calc_core import slots

days = st.dates(min_value=date(2020, 1, 1), max_value=date(2040, 12, 30))
numbers = st.sampled_from(slots.SLOTS)


@pytest.mark.parametrize(
    ("label", "slot"), [("00:30", 1), ("24:00", 48), ("17:00", 34), ("12:00", 24), ("9:30", 19)]
)
def test_a_slot_is_labelled_by_its_end(label: str, slot: int) -> None:
    assert slots.slot_of_end_label(label) == slot


def test_slot_34_runs_from_half_past_four_to_five() -> None:
    assert (slots.start_label(34), slots.end_label(34)) == ("16:30", "17:00")


@given(numbers)
def test_labels_read_back_as_their_slot(slot: int) -> None:
    assert slots.slot_of_end_label(slots.end_label(slot)) == slot
    assert slots.slot_of_start_label(slots.start_label(slot)) == slot


@given(days, numbers, st.integers(min_value=0, max_value=1799))
def test_every_moment_of_a_slot_lies_in_it_whatever_the_time_zone(day: date, slot: int, seconds: int) -> None:
    moment = slots.slot_start(day, slot) + timedelta(seconds=seconds)
    assert slots.slot_at(moment.astimezone(UTC)) == (day, slot)
    assert slots.slot_end(day, slot) - slots.slot_start(day, slot) == timedelta(minutes=30)


def test_the_last_slot_ends_at_midnight_of_the_next_day() -> None:
    end = slots.slot_end(date(2026, 3, 31), 48)
    assert end.isoformat() == "2026-04-01T00:00:00+09:00"
    assert slots.slot_at(end) == (date(2026, 4, 1), 1)


@pytest.mark.parametrize("label", ["00:00", "24:30", "00:15", "0030", "１２:00", "", "-1:30"])
def test_what_is_no_end_of_a_slot_is_refused(label: str) -> None:
    with pytest.raises(ValueError, match="コマの時刻"):
        slots.slot_of_end_label(label)


@pytest.mark.parametrize("slot", [0, 49, -1])
def test_there_is_no_slot_outside_1_to_48(slot: int) -> None:
    with pytest.raises(ValueError, match="コマ"):
        slots.end_label(slot)


def test_a_moment_without_time_zone_lies_in_no_slot() -> None:
    with pytest.raises(ValueError, match="time zone"):
        slots.slot_at(datetime(2026, 4, 1, 12, 0))  # noqa: DTZ001


def test_a_month_has_48_slots_for_each_day() -> None:
    february = list(slots.slots_of_month(2027, 2))
    assert len(february) == 29 * 48
    assert february[0] == (date(2028, 2, 1), 1)
    assert february[-1] == (date(2028, 2, 29), 48)
