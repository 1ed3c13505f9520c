"""Which contract stands in a slot, and where none does."""

from datetime import date

from calc_core.contract_period import ContractPeriod, in_force

BEFORE = ContractPeriod(1_000, 900, 5_832, last=(date(2026, 7, 15), 24))
AFTER = ContractPeriod(1_000, 400, 5_832, first=(date(2026, 7, 15), 25), last=(date(2026, 7, 20), 48))


def test_a_period_holds_to_its_last_slot_and_the_next_begins_in_the_slot_after():
    assert in_force([BEFORE, AFTER], (date(2026, 7, 15), 24)) is BEFORE
    assert in_force([BEFORE, AFTER], (date(2026, 7, 15), 25)) is AFTER


def test_an_open_beginning_holds_since_ever_and_a_closed_end_leaves_nothing():
    assert in_force([BEFORE, AFTER], (date(2020, 4, 1), 1)) is BEFORE
    assert in_force([BEFORE, AFTER], (date(2026, 7, 21), 1)) is None
