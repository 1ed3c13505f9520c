"""レコード: one record of fixed width as values by field name, and back; every field that is wrong is named.

Numbers come as int (an omitted one as None), days as date, all else as text without the blanks behind it.
"""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from helpdesk.errors import Problem
from helpdesk.ledger.bank_files.layouts import NUMBER, Field
from helpdesk.ledger.kana import jis_bytes, jis_text

Record = dict[str, Any]

_REIWA = 2018  # 令和1年 is 2019
_SHOWN = 20


def read_record(
    fields: Iterable[Field], content: bytes, line: int, today: date
) -> tuple[Record, list[Problem]]:
    """The values of a record of the right length, and what is wrong with it by line and field."""
    values: Record = {}
    problems = []
    at = 0
    for field in fields:
        raw, at = content[at : at + field.length], at + field.length
        if field.name == "dummy":
            continue  # the standard leaves it to the bank
        value, words = _read(field, raw, today)
        values[field.name] = value
        if words:
            problems.append(Problem(place(line, field.label), words))
    return values, problems


def write_record(fields: Iterable[Field], values: Mapping[str, Any]) -> bytes:
    """The record of these values; what is not named is 0 or blank. Raises `ValueError` for what does not fit."""
    return b"".join(_write(field, values.get(field.name)) for field in fields)


def place(line: int, label: str) -> str:
    """Where something is wrong, for a refusal: the line, counted as records, and the field."""
    return f"{line}行目「{label}」"


def _read(field: Field, raw: bytes, today: date) -> tuple[Any, str]:
    text = jis_text(raw)
    if text is None:
        return (
            None,
            "使えない文字があります（半角カナ・英大文字・数字・記号のみ）。元のファイルを確かめてください",
        )
    if field.kind != NUMBER:
        empty = field.check == "required" and not text.strip()
        return text.rstrip(" "), "空です" if empty else ""
    if not text.strip():
        return None, "" if field.check in ("", "day?") or _allows_zero(field) else "空です。数字が必要です"
    if not (text.isascii() and text.isdigit()):
        return None, f"「{text[:_SHOWN]}」は数字 {field.length}桁ではありません"
    return _read_number(field, text, today)


def _read_number(field: Field, digits: str, today: date) -> tuple[Any, str]:
    number = int(digits)
    if field.check in ("day", "day?"):
        if field.check == "day?" and number == 0:
            return None, ""
        return _read_day(digits, today)
    if field.check == "mmdd":
        return digits, "" if _is_day_of_year(digits) else f"「{digits}」という月日はありません"
    if field.check.startswith("one of "):
        known = field.check.removeprefix("one of ").split()
        wrong = digits not in known
        return digits, f"「{digits}」は {'・'.join(known)} のどれでもありません" if wrong else ""
    if field.check == "code":
        return digits, "すべて 0 です。番号が必要です" if number == 0 else ""
    if field.check == "required" and number == 0:
        return number, "0 です。1 以上の数字が必要です"
    return (digits if field.name.endswith("_code") else number), ""


def _read_day(digits: str, today: date) -> tuple[date | None, str]:
    """YYMMDD of 令和; a year of the western calendar lies far ahead and is told as such."""
    try:
        day = date(_REIWA + int(digits[:2]), int(digits[2:4]), int(digits[4:]))
    except ValueError:
        return None, f"「{digits}」という年月日（和暦 YYMMDD）はありません"
    if not date(2019, 5, 1) <= day <= today:
        words = f"「{digits}」は令和{int(digits[:2])}年で、今日（{today}）より後か令和より前です。和暦の年か確かめてください"
        return None, words
    return day, ""


def _is_day_of_year(digits: str) -> bool:
    try:
        date(2000, int(digits[:2]), int(digits[2:]))  # a leap year: 0229 is a day
    except ValueError:
        return False
    return True


def _allows_zero(field: Field) -> bool:
    return field.check.startswith("one of ") and "0" in field.check.removeprefix("one of ").split()


def _write(field: Field, value: Any) -> bytes:
    if isinstance(value, date):
        value = f"{value.year - _REIWA:02d}{value:%m%d}"
    text = "" if value is None else str(value)
    text = text.rjust(field.length, "0") if field.kind == NUMBER else text.ljust(field.length)
    if len(text) != field.length or (field.kind == NUMBER and not (text.isascii() and text.isdigit())):
        raise ValueError(f"{field.name}: {value!r} does not fit into {field.length} of {field.kind}")
    return jis_bytes(text)
