"""The only reading of time. Everything else is handed a time, or a `Clock` to ask."""

from collections.abc import Callable
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

JAPAN = ZoneInfo("Asia/Tokyo")

Clock = Callable[[], datetime]


def system_clock() -> datetime:
    """Now, aware, in UTC."""
    return datetime.now(UTC)


def in_japan(moment: datetime) -> datetime:
    """The same moment as people here read it (日本時間)."""
    return moment.astimezone(JAPAN)
