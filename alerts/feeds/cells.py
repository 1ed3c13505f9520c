"""公表データの欄: what a date, a slot, an area and a figure look like, and what is said of one that does not."""

import re
from collections.abc import Callable
from datetime import date, datetime
from functools import lru_cache
from typing import TypeVar

from alerts.errors import Problem
from alerts.exact_figures import MW_DIGITS, PERCENT_DIGITS, Exact, read_exact
from alerts.feeds.csv_text import place
from alerts.readings import Reading
from alerts.words import AREAS
from calc_core.slots import JAPAN, slot_of_end_label

NOT_PUBLISHED = ("***", "")  # a blacked-out block; an empty field of a collector

Placed = TypeVar("Placed")

_YEARS = range(2000, 2100)  # whatever else stands there was never published; its midnight may not even exist
_DAY = re.compile(r"([0-9]{4})[/-]([0-9]{1,2})[/-]([0-9]{1,2})", re.ASCII)
_MOMENT = re.compile(r"([0-9]{4}[/-][0-9]{1,2}[/-][0-9]{1,2}) ([0-9]{1,2}):([0-9]{2})", re.ASCII)


class Cells:
    """Reads the fields of one file and keeps the problems that it finds, with line and column."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.problems: list[Problem] = []
        self._figures: dict[int, dict[str, Exact]] = {PERCENT_DIGITS: {}, MW_DIGITS: {}}

    def day(self, line: int, column: str, text: str) -> date | None:
        """対象年月日."""
        return self._placed(line, column, text, read_day, "日付（例 2026/07/22）")

    def slot(self, line: int, column: str, text: str) -> int | None:
        """時刻: the end of the slot."""
        return self._placed(line, column, text, _slot, "コマの終わりの時刻（00:30〜24:00）")

    def moment(self, line: int, column: str, text: str) -> datetime | None:
        """An UPDATE stamp, Japan time."""
        return self._placed(line, column, text, read_moment, "日時（例 2026-07-22 18:29）")

    def area(self, line: int, column: str, text: str) -> str | None:
        """エリア名."""
        if text in AREAS:
            return text
        self._refuse(line, column, text, f"エリア名（{'・'.join(AREAS)}）")
        return None

    def percent(self, line: int, column: str, text: str) -> Exact | None:
        """A per cent in hundredths; None where there is none to read."""
        return self._figure(line, column, text, PERCENT_DIGITS)

    def power(self, line: int, column: str, text: str) -> Exact | None:
        """Megawatts in kW; None where there is none to read."""
        return self._figure(line, column, text, MW_DIGITS)

    def _figure(self, line: int, column: str, text: str, digits: int) -> Exact | None:
        known = self._figures[digits]
        if text in known:
            return known[text]
        if text in NOT_PUBLISHED:
            return None
        try:
            exact = read_exact(text, digits)
        except ValueError:
            message = f"{_shown(text)}は数として読めません。値なしとして扱います。公表元を確かめてください"
            self.problems.append(Problem(place(self.name, line, column), message))
            return None
        if exact.denominator != 1:
            message = f"{text} は小数{digits}桁を超えています。書かれたとおりの値で判定します"
            self.problems.append(Problem(place(self.name, line, column), message))
        else:
            known[text] = exact
        return exact

    def _placed(
        self, line: int, column: str, text: str, read: Callable[[str], Placed], what: str
    ) -> Placed | None:
        try:
            return read(text)
        except ValueError:
            self._refuse(line, column, text, what)
            return None

    def _refuse(self, line: int, column: str, text: str, what: str) -> None:
        message = f"{_shown(text)}は{what}として読めません。この行は使いません"
        self.problems.append(Problem(place(self.name, line, column), message))


@lru_cache(maxsize=1024)
def read_day(text: str) -> date:
    """2026/07/22 or 2026-07-22. Raises `ValueError`."""
    match = _DAY.fullmatch(text)
    if match is None or int(match[1]) not in _YEARS:
        raise ValueError(text)
    return date(int(match[1]), int(match[2]), int(match[3]))


@lru_cache(maxsize=1024)
def read_moment(text: str) -> datetime:
    """2026/07/22 18:29, Japan time. Raises `ValueError`."""
    match = _MOMENT.fullmatch(text)
    if match is None:
        raise ValueError(text)
    day = read_day(match[1])
    return datetime(day.year, day.month, day.day, int(match[2]), int(match[3]), tzinfo=JAPAN)


def once_each(readings: list[Reading], cells: Cells) -> list[Reading]:
    """Each slot once: a row that says the same again is dropped, rows that contradict each other leave no value."""
    kept: dict[object, Reading] = {}
    for reading in readings:
        first = kept.setdefault(reading.key, reading)
        if first is reading:
            continue
        where = place(cells.name, reading.line)
        if first[4:] == reading[4:]:
            cells.problems.append(Problem(where, f"{first.line}行目と同じ行です。1回だけ使います"))
        else:
            message = f"{first.line}行目と同じエリア・コマで値が違います。どちらの値も使いません"
            cells.problems.append(Problem(where, message))
            kept[reading.key] = first._replace(**dict.fromkeys(Reading._fields[4:]))
    return list(kept.values())


_slot = lru_cache(maxsize=1024)(slot_of_end_label)


def _shown(text: str) -> str:
    return "「" + "".join(each if each.isprintable() else "\ufffd" for each in text[:40]) + "」"
