"""記録された公表: the real publications around the tight day 2026-07-22 that a demonstration plays again."""

import gzip
from collections.abc import Sequence
from datetime import date, datetime
from functools import cache
from importlib import resources

from alerts.feeds import recorded
from alerts.readings import Determination

FILE = "publications_2026-07.csv.gz"
DAYS = (date(2026, 7, 21), date(2026, 7, 22), date(2026, 7, 23))
TIGHT_DAY = DAYS[1]


@cache
def publications() -> tuple[Determination, ...]:
    """All packaged publications, oldest first."""
    packed = resources.files("helpdesk.demo").joinpath(FILE).read_bytes()
    return tuple(recorded.read(gzip.decompress(packed), FILE))


def newest_of_day(day: date, moment: datetime) -> Determination | None:
    """The last publication of this day that had come out by then."""
    known = [each for each in of_day(day) if each.published_at <= moment]
    return known[-1] if known else None


def of_day(day: date) -> Sequence[Determination]:
    """Every publication of a day, oldest first."""
    return [each for each in publications() if each.days == (day,)]
