"""入力: what a rule takes, declared beside its function, and how each input is checked. Nothing stops at the first fault.

A kind turns a raw value (text, JSON value, exact Python number) into a checked one and notes every problem it finds.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from fractions import Fraction
from typing import Any, Protocol

from calc_core import exact
from calc_core.errors import Problem
from calc_core.fiscal_year import DELIVERY_MONTHS

REQUIRED: Any = object()
INVALID: Any = object()

_ISO_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)


class Kind(Protocol):
    """How one input is read: a checked value, or `INVALID` after noting what is wrong."""

    word: str

    def check(self, raw: object, where: str, problems: list[Problem]) -> Any: ...


@dataclass(frozen=True, slots=True)
class Number:
    """数: exact; whole where the trade knows only whole ones; negative only where that makes sense."""

    whole: bool = False
    negative: bool = False
    positive: bool = False  # a capacity that something is divided by is never zero
    highest: int | None = None

    @property
    def word(self) -> str:
        """The kind in one Japanese word."""
        return "整数" if self.whole else "数"

    def check(self, raw: object, where: str, problems: list[Problem]) -> Any:
        """The number as int (whole) or Fraction."""
        try:
            number = exact.read(raw)
        except ValueError as refused:
            problems.append(Problem(where, str(refused)))
            return INVALID
        faults = list(self._faults(number))
        problems += [Problem(where, f"{fault}（{exact.text(number)}）") for fault in faults]
        if faults:
            return INVALID
        return int(number) if self.whole else number

    def _faults(self, number: Fraction):
        if self.whole and number.denominator != 1:
            yield "整数で指定してください"
        if number.numerator < 0 and not self.negative:
            yield "負の値は指定できません。0以上で指定してください"
        if not number.numerator and self.positive:
            yield "0は指定できません。0より大きい値を指定してください"
        if self.highest is not None and number > self.highest:
            yield f"{self.highest} 以下で指定してください"


@dataclass(frozen=True, slots=True)
class DeliveryMonth:
    """対象月: 4 … 12, 1 … 3."""

    word = "月"

    def check(self, raw: object, where: str, problems: list[Problem]) -> Any:
        """The month as int."""
        found: list[Problem] = []
        number = Number(negative=True).check(raw, where, found)
        problems += found
        if number is INVALID:
            return INVALID
        if number not in DELIVERY_MONTHS:
            problems.append(
                Problem(where, f"対象月は 4〜12、1〜3 で指定してください（{exact.text(number)}）")
            )
            return INVALID
        return int(number)


@dataclass(frozen=True, slots=True)
class Day:
    """日付: a calendar day, as YYYY-MM-DD or as a Python date; never a moment."""

    word = "日付"

    def check(self, raw: object, where: str, problems: list[Problem]) -> Any:
        """The day as date."""
        if isinstance(raw, date) and not isinstance(raw, datetime):
            return raw
        text = raw.strip(" \t") if isinstance(raw, str) else ""
        if not _ISO_DAY.fullmatch(text):
            problems.append(Problem(where, "日付は YYYY-MM-DD（例 2025-04-01）で指定してください"))
            return INVALID
        try:
            return date.fromisoformat(text)
        except ValueError:
            problems.append(Problem(where, f"この日付は暦にありません（{text}）。日付を確かめてください"))
            return INVALID


@dataclass(frozen=True, slots=True)
class Flag:
    """真偽: true or false, never 0, 1 or a word."""

    word = "真偽"

    def check(self, raw: object, where: str, problems: list[Problem]) -> Any:
        """The truth value."""
        if isinstance(raw, bool):
            return raw
        problems.append(Problem(where, "true か false で指定してください"))
        return INVALID


@dataclass(frozen=True, slots=True)
class Text:
    """文字列: a name or a reason; `choices` where only certain words are known."""

    choices: tuple[str, ...] = ()
    word = "文字列"

    def check(self, raw: object, where: str, problems: list[Problem]) -> Any:
        """The text without blanks around it."""
        if not isinstance(raw, str) or isinstance(raw, exact.NumberText) or not raw.strip():
            problems.append(Problem(where, "空でない文字列で指定してください"))
        elif any("\ud800" <= letter <= "\udfff" for letter in raw):
            problems.append(Problem(where, "文字として成り立たない符号が含まれています"))
        elif self.choices and raw not in self.choices:
            problems.append(Problem(where, f"{'、'.join(self.choices)} のいずれかで指定してください"))
        else:
            return raw.strip()
        return INVALID


@dataclass(frozen=True, slots=True)
class Input:
    """One input of a rule: name, Japanese label, kind, unit, and its default (`None`: optional, decided by the rule)."""

    name: str
    label: str
    kind: Kind
    unit: str = ""
    default: Any = REQUIRED

    @property
    def required(self) -> bool:
        """Whether it must be given."""
        return self.default is REQUIRED


@dataclass(frozen=True, slots=True)
class Rows:
    """一覧: a list of objects with the same fields."""

    fields: tuple[Input, ...] = field(default=())
    word = "一覧"

    def check(self, raw: object, where: str, problems: list[Problem]) -> Any:
        """The rows as tuple of dicts with checked values."""
        if isinstance(raw, str | bytes | Mapping) or not isinstance(raw, Sequence):
            names = "、".join(each.name for each in self.fields)
            problems.append(Problem(where, f"一覧（{names} を持つものの配列）で指定してください"))
            return INVALID
        before = len(problems)
        rows = tuple(
            check_all(self.fields, row, problems, f"{where}[{number}]") for number, row in enumerate(raw)
        )
        return rows if len(problems) == before else INVALID


@dataclass(frozen=True, slots=True)
class Numbers:
    """数の一覧: a list of numbers of one kind."""

    each: Number
    word = "数の一覧"

    def check(self, raw: object, where: str, problems: list[Problem]) -> Any:
        """The numbers as a tuple."""
        if isinstance(raw, str | bytes | Mapping) or not isinstance(raw, Sequence):
            problems.append(Problem(where, "数の一覧（配列）で指定してください"))
            return INVALID
        found = tuple(
            self.each.check(value, f"{where}[{number}]", problems) for number, value in enumerate(raw)
        )
        return INVALID if INVALID in found else found


@dataclass(frozen=True, slots=True)
class Record:
    """組: one object with named fields."""

    fields: tuple[Input, ...]
    word = "組"

    def check(self, raw: object, where: str, problems: list[Problem]) -> Any:
        """The fields as a dict of checked values."""
        before = len(problems)
        checked = check_all(self.fields, raw, problems, where)
        return checked if len(problems) == before else INVALID


def check_all(
    declared: Sequence[Input], raw: object, problems: list[Problem], where: str = ""
) -> dict[str, Any]:
    """The checked values by name, defaults filled in; what is missing, unknown or wrong is added to `problems`."""
    if not isinstance(raw, Mapping):
        problems.append(Problem(where or "inputs", "名前と値の組（オブジェクト）で指定してください"))
        return {}
    prefix = f"{where}." if where else ""
    known = {each.name for each in declared}
    if unknown := [name for name in raw if name not in known]:
        names = "、".join(each.name for each in declared)
        problems += [
            Problem(f"{prefix}{printable(name)}", f"この入力はありません。指定できるのは {names} です")
            for name in unknown
        ]
    checked: dict[str, Any] = {}
    for each in declared:
        place = f"{prefix}{each.name}"
        if each.name in raw:
            value = raw[each.name]
            if value is None:
                problems.append(
                    Problem(place, "値がありません（null）。値を指定するか、項目ごと省いてください")
                )
                continue
            value = each.kind.check(value, place, problems)
            if value is not INVALID:
                checked[each.name] = value
        elif each.required:
            problems.append(Problem(place, f"必須の入力がありません（{each.label}）"))
        else:
            checked[each.name] = each.default
    return checked


def printable(name: object) -> str:
    """A name that somebody else wrote, short enough and fit to stand in a message."""
    return str(name)[:100].encode("utf-8", "replace").decode("utf-8")


def yen(name: str, label: str, *, negative: bool = False, default: Any = REQUIRED) -> Input:
    """円: a whole amount."""
    return Input(name, label, Number(whole=True, negative=negative), "yen", default)


def quantity(name: str, label: str, unit: str, *, default: Any = REQUIRED, **limits: Any) -> Input:
    """A quantity that may be a decimal or a fraction: kWh, mean or apportioned kW, slots, per cents, ratios."""
    return Input(name, label, Number(**limits), unit, default)


def whole(name: str, label: str, unit: str, *, default: Any = REQUIRED, **limits: Any) -> Input:
    """A quantity that the trade counts in whole ones: kW of contracts, plans and limits, multipliers."""
    return Input(name, label, Number(whole=True, **limits), unit, default)


def delivery_month() -> Input:
    """対象月."""
    return Input("delivery_month", "対象月", DeliveryMonth(), "month")


def day(name: str, label: str, *, default: Any = REQUIRED) -> Input:
    """日付."""
    return Input(name, label, Day(), "", default)


def flag(name: str, label: str, *, default: Any = REQUIRED) -> Input:
    """真偽."""
    return Input(name, label, Flag(), "", default)


def text(name: str, label: str, *, choices: tuple[str, ...] = (), default: Any = REQUIRED) -> Input:
    """文字列."""
    return Input(name, label, Text(choices), "", default)


def rows(name: str, label: str, *fields: Input, default: Any = REQUIRED) -> Input:
    """一覧."""
    return Input(name, label, Rows(fields), "", default)


def numbers(name: str, label: str, unit: str, *, default: Any = REQUIRED, **limits: Any) -> Input:
    """数の一覧."""
    return Input(name, label, Numbers(Number(**limits)), unit, default)


def record(name: str, label: str, *fields: Input, default: Any = REQUIRED) -> Input:
    """組."""
    return Input(name, label, Record(fields), "", default)
