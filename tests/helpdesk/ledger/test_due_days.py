"""Due days and overdue days by the banks' calendar, around Golden Week and the year's end."""

from datetime import date

import jpholiday
import pytest

from helpdesk.ledger.due_days import BankDays

HOLIDAYS = {day: name for year in range(2025, 2028) for day, name in jpholiday.year_holidays(year)}


@pytest.mark.parametrize(
    ("due", "last"),
    [
        (date(2026, 5, 1), date(2026, 5, 1)),
        (date(2026, 5, 2), date(2026, 5, 7)),  # Saturday, then 3–6 May
        (
            date(2026, 5, 5),
            date(2026, 5, 7),
        ),  # a Tuesday that is a holiday: banks are closed, the desk is not
        (date(2026, 12, 30), date(2026, 12, 30)),  # banks are open until the 30th
        (date(2026, 12, 31), date(2027, 1, 4)),
        (date(2027, 1, 1), date(2027, 1, 4)),
    ],
)
def test_a_due_day_on_which_banks_are_closed_moves_to_the_next_bank_day(due: date, last: date) -> None:
    assert BankDays(due, HOLIDAYS).effective(due) == last


@pytest.mark.parametrize(
    ("due", "today", "bank_days", "calendar_days"),
    [
        (date(2026, 5, 1), date(2026, 5, 1), 0, 0),  # the day itself, to its end
        (date(2026, 5, 1), date(2026, 5, 6), 0, 5),  # Golden Week: no bank day since
        (date(2026, 5, 1), date(2026, 5, 7), 1, 6),
        (date(2026, 5, 3), date(2026, 5, 7), 0, 0),
        (date(2026, 5, 3), date(2026, 5, 8), 1, 1),
        (date(2026, 12, 30), date(2027, 1, 3), 0, 4),
        (date(2026, 12, 30), date(2027, 1, 5), 2, 6),
        (date(2026, 6, 26), date(2026, 6, 30), 2, 4),
        (date(2026, 7, 31), date(2026, 6, 30), 0, 0),
    ],
)
def test_overdue_days_are_counted_in_bank_days_and_in_days(
    due: date, today: date, bank_days: int, calendar_days: int
) -> None:
    overdue = BankDays(today, HOLIDAYS).overdue(due)
    assert (overdue.bank_days, overdue.calendar_days) == (bank_days, calendar_days)
