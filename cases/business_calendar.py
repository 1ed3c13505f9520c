"""営業日・営業時間: is the desk open, why, and how business days and business time add up (requirement B5.1).

Source: the commissioning specification §7 — inquiries 9:00–17:00, delivery-period work 9:00–18:00, closed on
Saturdays, Sundays, public holidays and 29 December – 3 January, but a public holiday that is a Tuesday is a working
day; 29 December – 3 January stays closed even then (policy). The reserve-margin desk never closes. Ordinary days
(bank days) know no Tuesday rule and close from 31 December to 3 January. Which days are holidays comes in as a
mapping from date to name. It lives in `cases_holiday`, seeded from a library and corrected by staff: a row whose name
is empty says that the day is *not* a holiday although the library thinks so. Equinoxes are official only from
1 February of the year before, so the table is seeded again every year and the differences are shown to a person.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import jpholiday
from sqlalchemy import select
from sqlalchemy.orm import Session

from cases.models import Holiday

JAPAN = ZoneInfo("Asia/Tokyo")
WEEKDAYS = "月火水木金土日"
TUESDAY = 1
_DAY = timedelta(days=1)
_OPEN_KINDS = ("always", "ordinary", "open_holiday")

Holidays = Mapping[date, str]


@dataclass(frozen=True, slots=True)
class DayVerdict:
    """Whether a day is a working day and why. `kind`: always, ordinary, weekend, holiday, open_holiday, year_end."""

    day: date
    open: bool
    kind: str
    reason: str


@dataclass(frozen=True, slots=True)
class Calendar:
    """暦: one desk's days and hours. Hours are minutes of the Japanese day, 24:00 is 1440."""

    name: str
    opens_minute: int
    closes_minute: int
    year_end: tuple[tuple[int, int], tuple[int, int]] | None = None  # (month, day) of the first and the last
    closes_on_weekends_and_holidays: bool = True
    open_holiday_weekday: int | None = None

    def is_open_day(self, day: date, holidays: Holidays) -> DayVerdict:
        """Whether the day is a working day (稼働日・営業日), with the reason in Japanese."""
        kind, name = self._kind(day, holidays), holidays.get(day)
        weekday = f"{WEEKDAYS[day.weekday()]}曜日"
        reason = {
            "always": "年中無休の窓口のため稼働日",
            "year_end": f"年末年始（{self._year_end_text()}）のため休業日",
            "weekend": f"{weekday}のため休業日",
            "holiday": f"{name}（祝日）のため休業日",
            "open_holiday": f"{name}（祝日）だが{weekday}のため稼働日",
            "ordinary": f"{weekday}の平日のため稼働日",
        }[kind]
        if kind == "ordinary" and not knows_year(holidays, day.year):
            reason += f"（{day.year}年の祝日は未登録）"
        return DayVerdict(day, kind in _OPEN_KINDS, kind, f"{day.isoformat()} は{reason}")

    def is_open_at(self, moment: datetime, holidays: Holidays) -> bool:
        """Whether the desk is open at a moment; at closing time it is not."""
        local = _local(moment)
        opening, closing = self.hours(local.date())
        return self._is_open(local.date(), holidays) and opening <= local < closing

    def hours(self, day: date) -> tuple[datetime, datetime]:
        """Opening and closing time of a working day, Japan time."""
        midnight = datetime(day.year, day.month, day.day, tzinfo=JAPAN)
        return midnight + timedelta(minutes=self.opens_minute), midnight + timedelta(
            minutes=self.closes_minute
        )

    def next_open_day(self, day: date, holidays: Holidays) -> date:
        """The day itself when it is a working day, else the next one."""
        while not self._is_open(day, holidays):
            day += _DAY
        return day

    def add_business_days(self, start: date, days: int, holidays: Holidays) -> date:
        """The working day `days` after `start` (起算日は数えない); negative counts back, 0 gives `start` itself."""
        step = _DAY if days > 0 else -_DAY
        remaining = abs(days)
        day = start
        while remaining:
            day += step
            remaining -= self._is_open(day, holidays)
        return day

    def add_business_time(self, start: datetime, duration: timedelta, holidays: Holidays) -> datetime:
        """The moment at which `duration` of opening hours has passed since `start`; negative counts back.

        Time used up exactly at closing ends at closing, not the next morning. Nothing to add while closed gives
        the next opening. Result in Japan time.
        """
        moment, day, forward = _local(start), _local(start).date(), duration >= timedelta(0)
        remaining = abs(duration)
        while True:
            if self._is_open(day, holidays):
                opening, closing = self.hours(day)
                begin, end = (max(moment, opening), closing) if forward else (opening, min(moment, closing))
                if begin < end and remaining <= end - begin:
                    return begin + remaining if forward else end - remaining
                remaining -= max(end - begin, timedelta(0))
            day += _DAY if forward else -_DAY

    def business_time_between(self, start: datetime, end: datetime, holidays: Holidays) -> timedelta:
        """How much opening time lies between two moments; negative when `end` is the earlier."""
        first, last = _local(start), _local(end)
        if last < first:
            return -self.business_time_between(end, start, holidays)
        total, day = timedelta(0), first.date()
        while day <= last.date():
            if self._is_open(day, holidays):
                opening, closing = self.hours(day)
                total += max(min(last, closing) - max(first, opening), timedelta(0))
            day += _DAY
        return total

    def business_minutes_between(self, start: datetime, end: datetime, holidays: Holidays) -> int:
        """Whole minutes of opening time between two moments."""
        minutes, _ = divmod(abs(self.business_time_between(start, end, holidays)), timedelta(minutes=1))
        return minutes if start <= end else -minutes

    def _is_open(self, day: date, holidays: Holidays) -> bool:
        return self._kind(day, holidays) in _OPEN_KINDS

    def _kind(self, day: date, holidays: Holidays) -> str:
        if self.year_end and not self.year_end[1] < (day.month, day.day) < self.year_end[0]:
            return "year_end"
        if not self.closes_on_weekends_and_holidays:
            return "always"
        if day.weekday() >= 5:
            return "weekend"
        if day in holidays:
            return "open_holiday" if day.weekday() == self.open_holiday_weekday else "holiday"
        return "ordinary"

    def _year_end_text(self) -> str:
        if self.year_end is None:
            return ""
        return "〜".join(f"{month}月{day}日" for month, day in self.year_end)


INQUIRY_DESK = Calendar("問合せ窓口", 9 * 60, 17 * 60, ((12, 29), (1, 3)), open_holiday_weekday=TUESDAY)
OPERATIONS_DESK = Calendar(
    "実需給期間業務", 9 * 60, 18 * 60, ((12, 29), (1, 3)), open_holiday_weekday=TUESDAY
)
BANK = Calendar("銀行営業日", 0, 24 * 60, ((12, 31), (1, 3)))
RESERVE_DESK = Calendar("広域予備率監視", 0, 24 * 60, closes_on_weekends_and_holidays=False)


def knows_year(holidays: Holidays, year: int) -> bool:
    """Whether any holiday of the year is registered: a year without one has not been seeded yet."""
    return any(day.year == year for day in holidays)


def _local(moment: datetime) -> datetime:
    if moment.tzinfo is None:
        raise ValueError(f"時刻 {moment} にタイムゾーンがありません。UTC か日本時間を明示してください")
    return moment.astimezone(JAPAN)


@dataclass(frozen=True, slots=True)
class HolidaySeeding:
    """What seeding added, and where the table differs from the library (left as staff had it), in Japanese."""

    added: list[date]
    differences: list[str]


def load_holidays(session: Session) -> dict[date, str]:
    """All registered holidays, date → name, as the calendars take them."""
    rows = session.execute(
        select(Holiday.date, Holiday.name).where(Holiday.name != "").order_by(Holiday.date)
    )
    return {row.date: row.name for row in rows}


def seed_holidays(session: Session, years: Iterable[int]) -> HolidaySeeding:
    """Add the public holidays of these years that are not in the table yet; rows that exist stay as they are."""
    wanted = set(years)
    official = {day: name for year in sorted(wanted) for day, name in jpholiday.year_holidays(year)}
    rows = session.scalars(select(Holiday).order_by(Holiday.date))
    present = {row.date: row.name for row in rows if row.date.year in wanted}
    added = [day for day in official if day not in present]
    session.add_all(Holiday(date=day, name=official[day]) for day in added)
    session.flush()
    differences = []
    for day, name in present.items():
        ours, theirs = name or "祝日ではない", official.get(day, "祝日ではない")
        if ours != theirs:
            differences.append(f"{day.isoformat()}: 登録は「{ours}」、暦ライブラリは「{theirs}」です")
    return HolidaySeeding(added, differences)
