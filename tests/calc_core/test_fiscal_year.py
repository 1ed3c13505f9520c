"""Fiscal years: months, hours, days and the payment five months later."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calc_core import fiscal_year as calendar


@pytest.mark.parametrize(("day", "year"), [((2025, 3, 31), 2024), ((2025, 4, 1), 2025), ((2026, 1, 1), 2025)])
def test_a_fiscal_year_begins_on_the_first_of_april(day: tuple[int, int, int], year: int) -> None:
    assert calendar.fiscal_year_of(date(*day)) == year


@pytest.mark.parametrize(
    ("year", "hours"), [(2024, 8760), (2025, 8760), (2026, 8760), (2027, 8784), (2031, 8784), (2023, 8784)]
)
def test_a_year_has_8784_hours_where_february_of_the_next_calendar_year_has_29_days(
    year: int, hours: int
) -> None:
    assert calendar.hours(year) == hours


@pytest.mark.parametrize(
    ("month", "paid"),
    [(4, (2025, 9)), (7, (2025, 12)), (8, (2026, 1)), (12, (2026, 5)), (1, (2026, 6)), (3, (2026, 8))],
)
def test_a_month_is_paid_five_months_later(month: int, paid: tuple[int, int]) -> None:
    assert calendar.payment_month(2025, month) == paid


@given(st.integers(min_value=1000, max_value=9000), st.sampled_from(calendar.DELIVERY_MONTHS))
def test_every_delivery_month_lies_in_its_fiscal_year(year: int, month: int) -> None:
    calendar_year, calendar_month = calendar.calendar_month(year, month)
    last = calendar.last_day_of_month(calendar_year, calendar_month)
    assert calendar.fiscal_year_of(last) == year
    assert last.day == calendar.days_in_month(year, month)
    assert calendar.first_day(year) <= last <= calendar.last_day(year)


def test_the_months_of_a_year_add_up_to_its_hours() -> None:
    for year in (2025, 2027):
        days = sum(calendar.days_in_month(year, month) for month in calendar.DELIVERY_MONTHS)
        assert days * 24 == calendar.hours(year)


def test_months_until_february_are_eleven() -> None:
    assert calendar.months_until(4) == (4,)
    assert calendar.months_until(2) == (4, 5, 6, 7, 8, 9, 10, 11, 12, 1, 2)


@pytest.mark.parametrize("month", [0, 13, -1])
def test_there_is_no_month_outside_the_year(month: int) -> None:
    with pytest.raises(ValueError, match="delivery month"):
        calendar.calendar_month(2025, month)
