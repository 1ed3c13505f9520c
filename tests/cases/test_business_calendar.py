"""Working days and hours of the four calendars (requirement B5.1; worked example S12)."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta

import holidays as second_opinion
import jpholiday
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from cases.business_calendar import (
    BANK,
    INQUIRY_DESK,
    JAPAN,
    OPERATIONS_DESK,
    RESERVE_DESK,
    Calendar,
    load_holidays,
    seed_holidays,
)
from cases.models import Holiday

HOLIDAYS = {day: name for year in range(2019, 2031) for day, name in jpholiday.year_holidays(year)}

calendars = st.sampled_from([INQUIRY_DESK, OPERATIONS_DESK, BANK, RESERVE_DESK])
moments = st.datetimes(datetime(2024, 12, 1), datetime(2026, 6, 1), timezones=st.just(JAPAN))  # noqa: DTZ001
durations = st.timedeltas(timedelta(0), timedelta(hours=200))


@pytest.mark.parametrize(
    ("day", "opened", "reason"),
    [
        ("2025-04-29", True, "昭和の日（祝日）だが火曜日のため稼働日"),
        ("2025-05-05", False, "こどもの日（祝日）のため休業日"),
        ("2025-05-06", True, "みどりの日 振替休日（祝日）だが火曜日のため稼働日"),
        ("2025-09-23", True, "秋分の日（祝日）だが火曜日のため稼働日"),
        ("2025-12-30", False, "年末年始（12月29日〜1月3日）のため休業日"),
        ("2019-01-01", False, "年末年始（12月29日〜1月3日）のため休業日"),
        ("2026-08-11", True, "山の日（祝日）だが火曜日のため稼働日"),
        ("2027-02-23", True, "天皇誕生日（祝日）だが火曜日のため稼働日"),
        ("2027-05-04", True, "みどりの日（祝日）だが火曜日のため稼働日"),
        ("2026-01-12", False, "成人の日（祝日）のため休業日"),
        ("2026-03-20", False, "春分の日（祝日）のため休業日"),
        ("2025-04-26", False, "土曜日のため休業日"),
        ("2025-04-28", True, "月曜日の平日のため稼働日"),
        ("2025-12-28", False, "日曜日のため休業日"),
        ("2026-01-04", False, "日曜日のため休業日"),
        ("2027-01-04", True, "月曜日の平日のため稼働日"),
        ("2035-01-15", True, "月曜日の平日のため稼働日（2035年の祝日は未登録）"),
    ],
)
def test_the_desks_are_open_as_worked_example_s12_says(day: str, opened: bool, reason: str) -> None:
    for calendar in (INQUIRY_DESK, OPERATIONS_DESK):
        verdict = calendar.is_open_day(date.fromisoformat(day), HOLIDAYS)
        assert (verdict.open, verdict.reason) == (opened, f"{day} は{reason}")


def test_the_reserve_desk_is_open_every_day() -> None:
    days = (date(2025, 1, 1) + timedelta(days=count) for count in range(730))
    verdicts = [RESERVE_DESK.is_open_day(day, HOLIDAYS) for day in days]
    assert {(verdict.open, verdict.kind) for verdict in verdicts} == {(True, "always")}
    assert verdicts[0].reason == "2025-01-01 は年中無休の窓口のため稼働日"


def test_ordinary_days_agree_with_a_second_library_from_2019_to_2030() -> None:
    official = second_opinion.country_holidays("JP", years=range(2019, 2031))
    day = date(2019, 1, 1)
    while day.year <= 2030:
        year_end = (day.month, day.day) >= (12, 31) or (day.month, day.day) <= (1, 3)
        ordinary = day.weekday() < 5 and day not in official and not year_end
        assert BANK.is_open_day(day, HOLIDAYS).open == ordinary, day
        day += timedelta(days=1)


def test_the_desks_differ_from_the_bank_on_tuesday_holidays_and_29_and_30_december_only() -> None:
    days = [date(2025, 1, 1) + timedelta(days=count) for count in range(365 * 3)]
    differing = [
        day
        for day in days
        if INQUIRY_DESK.is_open_day(day, HOLIDAYS).open != BANK.is_open_day(day, HOLIDAYS).open
    ]
    tuesdays = "2025-02-11 04-29 05-06 09-23 2026-05-05 08-11 09-22 11-03 2027-02-23 05-04 11-23"
    expected, year = [], ""
    for text in tuesdays.split():
        year = text[:4] if len(text) > 5 else year
        expected.append(date.fromisoformat(f"{year}-{text[-5:]}"))
    assert [day for day in differing if day.month != 12] == expected
    assert {(day.month, day.day) for day in differing if day.month == 12} == {(12, 29), (12, 30)}


@pytest.mark.parametrize(("calendar", "last"), [(INQUIRY_DESK, date(2025, 5, 12)), (BANK, date(2025, 5, 14))])
def test_ten_business_days_after_25_april_2025_differ_by_calendar(calendar: Calendar, last: date) -> None:
    assert calendar.add_business_days(date(2025, 4, 25), 10, HOLIDAYS) == last
    assert calendar.add_business_days(last, -10, HOLIDAYS) == date(2025, 4, 25)


def test_the_days_counted_are_those_of_the_worked_example() -> None:
    counted = [INQUIRY_DESK.add_business_days(date(2025, 4, 25), n, HOLIDAYS) for n in range(1, 11)]
    expected = "04-28 04-29 04-30 05-01 05-02 05-06 05-07 05-08 05-09 05-12"
    assert [f"{day:%m-%d}" for day in counted] == expected.split()
    assert INQUIRY_DESK.add_business_days(date(2025, 4, 26), 0, HOLIDAYS) == date(2025, 4, 26)
    assert INQUIRY_DESK.next_open_day(date(2025, 4, 26), HOLIDAYS) == date(2025, 4, 28)


@pytest.mark.parametrize(
    ("start", "hours", "end"),
    [
        ("2025-04-25 16:00", 1, "2025-04-25 17:00"),
        ("2025-04-25 16:00", 2, "2025-04-28 10:00"),
        ("2025-04-25 17:00", 0, "2025-04-28 09:00"),
        ("2025-04-26 12:00", 8, "2025-04-28 17:00"),
        ("2025-04-28 08:59", 0, "2025-04-28 09:00"),
        ("2025-12-26 16:30", 1, "2026-01-05 09:30"),
        ("2025-04-28 09:30", -1, "2025-04-25 16:30"),
        ("2025-04-28 00:00", -8, "2025-04-25 09:00"),
    ],
)
def test_business_time_skips_what_is_closed(start: str, hours: int, end: str) -> None:
    begin, expected = (datetime.fromisoformat(text).replace(tzinfo=JAPAN) for text in (start, end))
    assert INQUIRY_DESK.add_business_time(begin, timedelta(hours=hours), HOLIDAYS) == expected


@given(calendars, moments, durations)
def test_adding_then_subtracting_leads_back(calendar: Calendar, start: datetime, duration: timedelta) -> None:
    start = calendar.add_business_time(start, timedelta(0), HOLIDAYS)
    end = calendar.add_business_time(start, duration, HOLIDAYS)
    assert calendar.add_business_time(end, -duration, HOLIDAYS) == start
    assert calendar.business_time_between(start, end, HOLIDAYS) == duration
    assert calendar.business_time_between(end, start, HOLIDAYS) == -duration


@given(calendars, moments, moments, durations, durations)
def test_later_or_longer_never_ends_earlier(
    calendar: Calendar, first: datetime, second: datetime, short: timedelta, long: timedelta
) -> None:
    (first, second), (short, long) = sorted((first, second)), sorted((short, long))
    ended = calendar.add_business_time(first, short, HOLIDAYS)
    assert ended <= calendar.add_business_time(second, short, HOLIDAYS)
    assert ended <= calendar.add_business_time(first, long, HOLIDAYS)


@given(calendars, moments, durations)
def test_it_never_ends_in_a_closed_minute(calendar: Calendar, start: datetime, duration: timedelta) -> None:
    end = calendar.add_business_time(start, duration, HOLIDAYS)
    just_before = end - timedelta(microseconds=1)
    assert calendar.is_open_at(end, HOLIDAYS) or (duration and calendar.is_open_at(just_before, HOLIDAYS))


@given(moments, moments)
def test_a_calendar_of_24_hours_has_no_closed_minute(first: datetime, second: datetime) -> None:
    assert RESERVE_DESK.business_time_between(first, second, HOLIDAYS) == second - first
    midnight = first.replace(hour=0, minute=0, second=0, microsecond=0)
    assert RESERVE_DESK.is_open_at(midnight, HOLIDAYS)
    assert RESERVE_DESK.add_business_time(midnight, timedelta(0), HOLIDAYS) == midnight


@given(
    st.sampled_from([INQUIRY_DESK, BANK]), st.dates(date(2020, 1, 1), date(2029, 1, 1)), st.integers(1, 60)
)
def test_business_days_lead_back_from_an_open_day(calendar: Calendar, day: date, days: int) -> None:
    start = calendar.next_open_day(day, HOLIDAYS)
    end = calendar.add_business_days(start, days, HOLIDAYS)
    assert calendar.is_open_day(end, HOLIDAYS).open
    assert calendar.add_business_days(end, -days, HOLIDAYS) == start


def test_whole_minutes_are_counted_between_moments_of_any_zone() -> None:
    start = datetime(2025, 4, 25, 6, 59, 30, tzinfo=UTC)  # 15:59:30 in Japan
    end = datetime(2025, 4, 28, 0, 1, tzinfo=UTC)  # 09:01
    assert INQUIRY_DESK.business_minutes_between(start, end, HOLIDAYS) == 61
    assert INQUIRY_DESK.business_minutes_between(end, start, HOLIDAYS) == -61
    assert OPERATIONS_DESK.business_minutes_between(start, end, HOLIDAYS) == 121


def test_a_time_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="タイムゾーンがありません"):
        INQUIRY_DESK.is_open_at(datetime(2025, 4, 25, 10), HOLIDAYS)  # noqa: DTZ001


def test_seeding_adds_what_is_missing_and_again_nothing(
    session: Session, holidays: Mapping[date, str]
) -> None:
    first = seed_holidays(session, range(2019, 2031))
    assert load_holidays(session) == dict(holidays)
    assert (len(first.added), first.differences) == (219, [])
    second = seed_holidays(session, range(2019, 2031))
    assert (second.added, second.differences) == ([], [])


def test_seeding_leaves_what_staff_wrote_and_says_where_it_differs(session: Session) -> None:
    session.add_all(
        [
            Holiday(date=date(2026, 7, 20), name=""),
            Holiday(date=date(2026, 7, 21), name="海の日（変更）"),
            Holiday(date=date(2026, 8, 11), name="山の日"),
        ]
    )
    seeding = seed_holidays(session, [2026])
    registered = load_holidays(session)
    assert date(2026, 7, 20) not in registered
    assert registered[date(2026, 7, 21)] == "海の日（変更）"
    assert seeding.differences == [
        "2026-07-20: 登録は「祝日ではない」、暦ライブラリは「海の日」です",
        "2026-07-21: 登録は「海の日（変更）」、暦ライブラリは「祝日ではない」です",
    ]
