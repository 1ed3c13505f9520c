"""低予備率アセスメント対象コマの期間: from which day to which, and which area."""

from collections.abc import Mapping
from datetime import date

from alerts.words import AREAS
from helpdesk.errors import Problem, Refused
from helpdesk.forms.alerts import YEARS
from helpdesk.forms.fields import FormReader

LONGEST_DAYS = 92


def read_span(values: Mapping[str, str], usual: date) -> tuple[date, date, str]:
    """The first and last day (the month of the usual day, up to it, where none is named) and the area (none: all).

    Raises `Refused` with all problems.
    """
    reader = FormReader(values)
    last = reader.day("to", "終わりの日") or reader.day("from", "始まりの日") or usual
    first = reader.day("from", "始まりの日") or last.replace(day=1)
    area = reader.choice("area", "エリア", {each: each for each in AREAS})
    if any(day.year not in YEARS for day in (first, last)):
        reader.problems.append(Problem("始まりの日", f"{YEARS[0]}〜{YEARS[-1]}年の日にしてください"))
    if last < first:
        reader.problems.append(Problem("終わりの日", "始まりの日より前です"))
    elif (last - first).days >= LONGEST_DAYS:
        reader.problems.append(Problem("終わりの日", f"一度に {LONGEST_DAYS} 日までです"))
    if reader.problems:
        raise Refused(list(dict.fromkeys(reader.problems)))
    return first, last, area
