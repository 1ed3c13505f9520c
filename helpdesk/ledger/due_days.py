"""支払期限: until when an invoice can be paid in time, and how long it has been overdue, by the banks' calendar.

Policy (nothing is published, domain.md §2.3): the due day counts to its end; one on which banks are closed moves to
the next bank day; an invoice is called about from the bank day after, because money of the due day is known only then.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from cases.business_calendar import BANK, Holidays

POLICY = (
    "支払期限はその日の終わりまで。銀行休業日に当たるときは翌銀行営業日に繰り下げ、"
    "その翌銀行営業日から架電の対象とします（期限日の入金は翌銀行営業日に判明するため）"
)


@dataclass(frozen=True, slots=True)
class Overdue:
    """期限超過: the day on which payment was in time at the latest, and the days since. Not overdue: 0 calendar days."""

    due_on: date
    bank_days: int
    calendar_days: int


class BankDays:
    """The banks' days as of one day, each looked up once, for lists of many invoices."""

    def __init__(self, today: date, holidays: Holidays) -> None:
        self.today = today
        self._holidays = holidays
        self._last_day: dict[date, Overdue] = {}

    def effective(self, due_on: date) -> date:
        """The last day on which payment is in time."""
        return BANK.next_open_day(due_on, self._holidays)

    def after(self, due_on: date, bank_days: int) -> date:
        """The day that is so many bank days after the last day on which payment is in time."""
        return BANK.add_business_days(self.effective(due_on), bank_days, self._holidays)

    def overdue(self, due_on: date) -> Overdue:
        """How an invoice due on this day stands today."""
        if due_on not in self._last_day:
            last = self.effective(due_on)
            days = max((self.today - last).days, 0)
            bank_days = sum(
                BANK.is_open_day(day, self._holidays).open for day in _days_between(last, self.today)
            )
            self._last_day[due_on] = Overdue(last, bank_days, days)
        return self._last_day[due_on]


def _days_between(after: date, until: date) -> Iterator[date]:
    """The days after the first and up to the second."""
    return (after + timedelta(days=offset) for offset in range(1, (until - after).days + 1))
