"""実需給年度: which months a fiscal year has, how many hours, and when the month of a delivery is paid.

A fiscal year runs from 1 April to 31 March. Months are counted as the documents count them: 4 … 12, then 1 … 3.
Payment calendar: 4月分 is paid in September … 3月分 in August of the next year (supplementary document on the
penalty and contract amount manual, October 2024, p. 4 and p. 7).
"""

import calendar
from datetime import date

DELIVERY_MONTHS = (4, 5, 6, 7, 8, 9, 10, 11, 12, 1, 2, 3)
FIRST_DELIVERY_MONTH, LAST_DELIVERY_MONTH = DELIVERY_MONTHS[0], DELIVERY_MONTHS[-1]
HOURS_PER_DAY = 24
PAID_MONTHS_LATER = 5


def fiscal_year_of(day: date) -> int:
    """The fiscal year (実需給年度) that a calendar day belongs to."""
    return day.year if day.month >= FIRST_DELIVERY_MONTH else day.year - 1


def calendar_month(fiscal_year: int, delivery_month: int) -> tuple[int, int]:
    """対象月: calendar year and month of a delivery month. Raises `ValueError` for a month outside 1 … 12."""
    if delivery_month not in DELIVERY_MONTHS:
        raise ValueError(f"delivery month {delivery_month}")
    return fiscal_year + (delivery_month < FIRST_DELIVERY_MONTH), delivery_month


def payment_month(fiscal_year: int, delivery_month: int) -> tuple[int, int]:
    """支払月: calendar year and month in which a delivery month is paid or invoiced, five months later."""
    year, month = calendar_month(fiscal_year, delivery_month)
    months = year * 12 + (month - 1) + PAID_MONTHS_LATER
    return months // 12, months % 12 + 1


def months_until(delivery_month: int) -> tuple[int, ...]:
    """The delivery months from April to this one, in their order."""
    return DELIVERY_MONTHS[: DELIVERY_MONTHS.index(delivery_month) + 1]


def first_day(fiscal_year: int) -> date:
    """1 April of the fiscal year."""
    return date(fiscal_year, 4, 1)


def last_day(fiscal_year: int) -> date:
    """31 March at the end of the fiscal year."""
    return date(fiscal_year + 1, 3, 31)


def days_in_month(fiscal_year: int, delivery_month: int) -> int:
    """How many days a delivery month has."""
    return last_day_of_month(*calendar_month(fiscal_year, delivery_month)).day


def last_day_of_month(year: int, month: int) -> date:
    """The last day of a calendar month."""
    return date(year, month, calendar.monthrange(year, month)[1])


def hours(fiscal_year: int) -> int:
    """年間時間数: 8,760, or 8,784 where the fiscal year holds 29 February (its calendar year is the next one)."""
    return ((last_day(fiscal_year) - first_day(fiscal_year)).days + 1) * HOURS_PER_DAY
