"""期限: due when, and why then. The terms are a table, each with its calendar and its source."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from cases.business_calendar import INQUIRY_DESK, JAPAN, WEEKDAYS, Calendar, DayVerdict, Holidays, knows_year


@dataclass(frozen=True, slots=True)
class DeadlineRule:
    """期限の定め: so many business days of a calendar after receipt, and who says so."""

    key: str
    name: str
    business_days: int
    calendar: Calendar
    source: str


@dataclass(frozen=True, slots=True)
class Due:
    """A deadline with everything that moved it, in the order in which it is counted (Japanese)."""

    at: datetime
    day: date
    reasons: list[str]


ANSWER = DeadlineRule(
    key="answer",
    name="回答期限",
    business_days=10,
    calendar=INQUIRY_DESK,
    source="広域機関ウェブサイト「容量市場」お問い合わせ案内: 回答は10営業日程度",
)

RULES = {rule.key: rule for rule in (ANSWER,)}


def answer_due(received_at: datetime, *, holidays: Holidays, rule: DeadlineRule = ANSWER) -> Due:
    """回答期限 of something received at this moment: the closing time of the last business day, and why.

    What comes after closing or on a closed day counts as received at the next opening; the day of receipt is not
    counted.
    """
    calendar = rule.calendar
    received, counted_from, reasons = _receipt(received_at, calendar, holidays)
    last = calendar.add_business_days(counted_from, rule.business_days, holidays)
    _, closing = calendar.hours(last)
    reasons.append(
        f"{_short(counted_from)}の翌日から{rule.business_days}営業日を数える（{calendar.name}の暦。{rule.source}）"
    )
    reasons += _skips(counted_from, last, calendar, holidays)
    for year in range(received.year, last.year + 1):
        if not knows_year(holidays, year):
            reasons.append(f"{year}年の祝日が未登録のため、祝日を考えずに数えた。祝日の表を更新してください")
    reasons.append(f"{rule.name}は{last.isoformat()}（{WEEKDAYS[last.weekday()]}）{_clock(closing, last)}")
    return Due(closing, last, reasons)


def _receipt(
    received_at: datetime, calendar: Calendar, holidays: Holidays
) -> tuple[datetime, date, list[str]]:
    """The receipt in Japan time, the day as which it counts, and why."""
    if received_at.tzinfo is None:
        raise ValueError(
            f"受付時刻 {received_at} にタイムゾーンがありません。UTC か日本時間を明示してください"
        )
    received = received_at.astimezone(JAPAN)
    day = received.date()
    opening, closing = calendar.hours(day)
    when = f"{_short(day)}{_clock(received, day)}の受付"
    verdict = calendar.is_open_day(day, holidays)
    if verdict.open and received <= closing:
        if received < opening:
            return received, day, [f"{when}は開始前のため、同日{_clock(opening, day)}の受付として数える"]
        return received, day, [f"{when}"]
    counted = calendar.next_open_day(day + timedelta(days=1), holidays)
    cause = "終了後" if verdict.open else "休業日"
    start, _ = calendar.hours(counted)
    return (
        received,
        counted,
        [f"{when}は{cause}のため、{_short(counted)}{_clock(start, counted)}の受付として数える"],
    )


def _skips(start: date, end: date, calendar: Calendar, holidays: Holidays) -> list[str]:
    """What was special among the days after `start` up to `end`; days closed for one cause stand together."""
    days = (start + timedelta(days=count) for count in range(1, (end - start).days + 1))
    special: dict[str, list[DayVerdict]] = {}
    for day in days:
        verdict = calendar.is_open_day(day, holidays)
        together = verdict.kind in ("weekend", "year_end")
        special.setdefault(verdict.kind if together else f"{verdict.kind} {day}", []).append(verdict)
    reasons = []
    for verdicts in special.values():
        shown = "、".join(_short(verdict.day) for verdict in verdicts)
        name = holidays.get(verdicts[0].day)
        sentence = {
            "weekend": f"{shown}は土日のため数えない",
            "year_end": f"{shown}は年末年始のため数えない",
            "holiday": f"{shown}は祝日（{name}）のため数えない",
            "open_holiday": f"{shown}は祝日（{name}）だが{WEEKDAYS[verdicts[0].day.weekday()]}曜のため稼働日として数える",
        }.get(verdicts[0].kind)
        if sentence:
            reasons.append(sentence)
    return reasons


def _short(day: date) -> str:
    return f"{day.month}/{day.day}（{WEEKDAYS[day.weekday()]}）"


def _clock(moment: datetime, day: date) -> str:
    """A time of day as people write it: the end of a day is 24:00."""
    return f"{moment.hour}:{moment:%M}" if moment.date() == day else "24:00"
