"""Publications for tests: whole days in both layouts whose figures agree with each other, and plain values."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from fractions import Fraction

from alerts.exact_figures import mw_text, percent_text
from alerts.feeds import recorded, reserve_margin
from alerts.readings import RESERVE_MARGIN_BLOCK, Determination, Reading, in_order
from alerts.words import AREAS
from calc_core.rounding import half_up
from calc_core.slots import JAPAN, SLOTS, end_label

DAY = date(2026, 7, 22)
DEMAND_KW = 1_000_000
HEALTHY = 1500

Margins = Mapping[tuple[int, str], int | None]


def japan(text: str) -> datetime:
    """`2026-07-22 08:59`, Japan time."""
    return datetime.strptime(text, "%Y-%m-%d %H:%M").replace(tzinfo=JAPAN)


def usage_of(margin: int) -> int:
    """The usage that belongs to a margin, both in hundredths."""
    return int(half_up(Fraction(100_000_000, 10_000 + margin)))


def determination(
    stamp: str, margins: Margins | None = None, *, day: date = DAY, **changes: object
) -> Determination:
    """A whole day that is healthy but for these slots; None is a slot whose value was not published."""
    given = margins or {}
    readings = []
    for area in AREAS:
        for slot in SLOTS:
            margin = given.get((slot, area), HEALTHY)
            usage = None if margin is None else usage_of(margin)
            readings.append(Reading(day, slot, area, 0, margin, usage, None, None, None))
    values = {"readings": in_order(readings), "days": (day,), **changes}
    return Determination(source=RESERVE_MARGIN_BLOCK, published_at=japan(stamp), **values)


def official_rows(margins: Margins | None = None, *, day: date = DAY) -> list[list[str]]:
    """The 480 rows of the official download; every area is a block of its own."""
    given = margins or {}
    rows = []
    for slot in SLOTS:
        for number, area in enumerate(AREAS, 1):
            margin = given.get((slot, area), HEALTHY)
            start = [f"{day:%Y/%m/%d}", end_label(slot), str(number), area]
            if margin is None:
                rows.append([*start, *["***"] * 5, mw_text(DEMAND_KW), "***", "***"])
                continue
            reserve = DEMAND_KW * margin // 10_000
            powers = [mw_text(each) for each in (DEMAND_KW, DEMAND_KW + reserve, reserve)]
            rows.append([*start, *powers, percent_text(margin), percent_text(usage_of(margin)), *powers])
    return rows


def official(stamp: str, rows: Iterable[Iterable[str]], *, encoding: str = "utf-8-sig") -> bytes:
    """The bytes of an official download: quoted, CRLF, the UPDATE line first."""
    lines = [f'"{stamp.replace("-", "/")} UPDATE"', *map(_quoted, [reserve_margin.COLUMNS, *rows])]
    return "".join(f"{line}\r\n" for line in lines).encode(encoding)


def tidy(rows: Iterable[Iterable[str]]) -> bytes:
    """The bytes of a recorded file with these rows."""
    return "".join(f"{','.join(row)}\n" for row in [recorded.COLUMNS, *rows]).encode()


def tidy_row(stamp: str, slot_end: str, area: str, margin: str, *, day: date = DAY) -> list[str]:
    """One row of a recorded file; its usage belongs to its margin where that is a number of 2 decimals."""
    try:
        usage = percent_text(usage_of(int(Fraction(margin) * 100)))
    except ValueError:
        usage = "***"
    return [stamp, day.isoformat(), slot_end, area, margin, usage, "1000", "1100", "100"]


def _quoted(fields: Iterable[str]) -> str:
    return ",".join(f'"{field}"' for field in fields)
