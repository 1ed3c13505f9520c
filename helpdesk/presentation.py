"""How values look to the reader: Japan time, Japanese dates and weekdays, sizes. Used by pages and letters."""

from datetime import date, datetime, timedelta

from alerts.exact_figures import percent_text
from helpdesk.clock import in_japan

_WEEKDAYS = "月火水木金土日"


def japan_time(moment: datetime | None) -> str:
    """`2026-06-30（火）10:00`, Japan time."""
    if moment is None:
        return "—"
    local = in_japan(moment)
    return f"{local:%Y-%m-%d}（{_WEEKDAYS[local.weekday()]}）{local:%H:%M}"


def short_time(moment: datetime | None, now: datetime) -> str:
    """`10:00` today, `6/29 10:00` this year, else the date: for dense lists."""
    if moment is None:
        return "—"
    local, today = in_japan(moment), in_japan(now)
    if local.date() == today.date():
        return f"{local:%H:%M}"
    if local.year == today.year:
        return f"{local.month}/{local.day} {local:%H:%M}"
    return f"{local:%Y-%m-%d}"


def japanese_date(day: date | datetime | None) -> str:
    """`2026年6月30日（火）`."""
    if day is None:
        return "—"
    if isinstance(day, datetime):
        day = in_japan(day).date()
    return f"{day.year}年{day.month}月{day.day}日（{_WEEKDAYS[day.weekday()]}）"


def japanese_moment(moment: datetime) -> str:
    """`2026年6月30日（火）10:00`, Japan time: for letters."""
    return f"{japanese_date(moment)}{in_japan(moment):%H:%M}"


def remaining(due: datetime | None, now: datetime) -> str:
    """How long until a deadline, in Japan's calendar days: 「あと3日」「明日まで」「2日超過」; hours only for today."""
    if due is None:
        return "期限なし"
    days = (in_japan(due).date() - in_japan(now).date()).days
    if days < 0:
        return f"{-days}日超過"
    if days == 0:
        return f"{_hours(now - due)}超過" if due < now else f"今日まで（あと{_hours(due - now)}）"
    return "明日まで" if days == 1 else f"あと{days}日"


def _hours(length: timedelta) -> str:
    minutes = length // timedelta(minutes=1)
    return f"{minutes // 60}時間" if minutes >= 60 else f"{minutes}分"


def duration(seconds: int) -> str:
    """`1時間12分`; what took less than a minute says so."""
    minutes = seconds // 60
    if minutes >= 60:
        return f"{minutes // 60}時間{minutes % 60:02d}分"
    return f"{minutes}分" if minutes or not seconds else "1分未満"


def percent(hundredths: int | None) -> str:
    """`2.54 %` from hundredths of a per cent, exactly; a real minus; a dash for what is not known."""
    if hundredths is None:
        return "―"
    return f"{percent_text(hundredths).replace('-', '−')} %"


def file_size(size_bytes: int) -> str:
    """`12 KB`, `3.4 MB`."""
    if size_bytes < 1024:
        return f"{size_bytes} B"
    if size_bytes < 1024 * 1024:
        return f"{size_bytes // 1024} KB"
    return f"{size_bytes * 10 // (1024 * 1024) / 10} MB"


FILTERS = {
    "japan_time": japan_time,
    "short_time": short_time,
    "japanese_date": japanese_date,
    "remaining": remaining,
    "duration": duration,
    "file_size": file_size,
}
