"""デモの停止計画: the file of outage plans that the demonstration's stops and reductions were submitted with.

Made from the packaged slots, so that the slots derived from it are those again: every stretch in which a unit could offer
the same, less than its assessed capacity, is a plan. A plan is in time when it came early enough for its whole length;
those that the story calls late came the day before. One more was typed with a digit too many, as happens.
"""

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

import numpy as np

from calc_core.slots import SLOTS_PER_DAY, days_of_month
from helpdesk.demo import packaged

HEADINGS = (
    "電源等コード",
    "計画番号",
    "提出日時",
    "開始",
    "開始コマ",
    "終了",
    "終了コマ",
    "利用可能容量",
)
WITHOUT_PLANS = "発動指令電源"
_IN_TIME, _LATE = timedelta(days=95), timedelta(days=1)


def outage_plan_file() -> bytes:
    """The file as the businesses' plans come in: CSV with Japanese headings."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(HEADINGS)
    for number, (code, submitted, first, last, available_kw) in enumerate(_plans(), 1):
        (first_day, first_slot), (last_day, last_slot) = first, last
        span = [first_day.isoformat(), first_slot, last_day.isoformat(), last_slot]
        name = f"KT-{packaged.FISCAL_YEAR}-{number:04d}"
        writer.writerow([code, name, f"{submitted:%Y/%m/%d} 15:30", *span, available_kw])
    return text.getvalue().encode("cp932")


_Place = tuple[date, int]
_Plan = tuple[str, date, _Place, _Place, int]


def _plans() -> Iterator[_Plan]:
    contracted = packaged.read_toml("resources.toml")["resources"]
    story = packaged.read_toml("notices.toml")
    days = [day for month in packaged.DELIVERY_MONTHS for day in days_of_month(packaged.FISCAL_YEAR, month)]
    months = [packaged.offered_kw(month).reshape(len(contracted), -1) for month in packaged.DELIVERY_MONTHS]
    for resource, offered in zip(contracted, np.concatenate(months, axis=1), strict=True):
        if resource["category"] != WITHOUT_PLANS:
            late = _late_days(resource["code"], story["late_outage_plans"], days)
            yield from _plans_of(resource, offered, days, late)
    for typed in story["mistyped_plans"]:
        first, last = date.fromisoformat(typed["first_date"]), date.fromisoformat(typed["last_date"])
        places = (first, 1), (last, SLOTS_PER_DAY)
        yield typed["resource"], first - _LATE, *places, typed["available_kw"]


def _plans_of(
    resource: Mapping[str, Any], offered_kw: np.ndarray, days: Sequence[date], late: np.ndarray
) -> Iterator[_Plan]:
    """A plan for every stretch of one resource with the same kW below its assessed capacity, late or not."""
    least = np.minimum(offered_kw, resource["assessed_kw"])
    changes = (np.diff(least) != 0) | np.diff(late)
    edges = [0, *(np.flatnonzero(changes) + 1).tolist(), len(least)]
    for begin, end in pairwise(edges):
        if least[begin] < resource["assessed_kw"]:
            first, last = _place(days, begin), _place(days, end - 1)
            submitted = first[0] - (_LATE if late[begin] else _IN_TIME)
            yield resource["code"], submitted, first, last, int(least[begin])


def _late_days(code: str, plans: Sequence[Mapping[str, Any]], days: Sequence[date]) -> np.ndarray:
    """By slot, whether what stands there was submitted late."""
    late = np.zeros((len(days), SLOTS_PER_DAY), dtype=bool)
    for plan in plans:
        if plan["resource"] == code:
            for day in packaged.days_between(plan["first_date"], plan["last_date"]):
                late[days.index(day)] = True
    return late.reshape(-1)


def _place(days: Sequence[date], at: int) -> _Place:
    return days[at // SLOTS_PER_DAY], at % SLOTS_PER_DAY + 1
