"""Slots are typed as numbers or as times."""

import pytest

from helpdesk.register.typed_slots import slot_text


@pytest.mark.parametrize(
    ("typed", "begins", "ends"),
    [
        ("17", "17", "17"),
        (17, "17", "17"),
        ("８：００", "17", "16"),
        ("8時30分", "18", "17"),
        ("24:00", "24:00", "48"),
        ("16:10", "16:10", "16:10"),
        ("朝", "朝", "朝"),
    ],
)
def test_a_time_is_the_slot_that_begins_or_ends_then(typed: str | int, begins: str, ends: str) -> None:
    assert (slot_text(typed, ends=False), slot_text(typed, ends=True)) == (begins, ends)
