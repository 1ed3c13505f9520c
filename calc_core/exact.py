"""正確な数: reading and writing numbers without ever passing through a binary float.

Read: whole numbers, decimals ("0.45"), fractions ("9/20"), the text of a JSON number ("1e3"). Written: whole numbers
and terminating decimals without trailing zeros, otherwise a reduced "p/q", with a rounded decimal beside it.
"""

import re
from decimal import Decimal
from fractions import Fraction
from numbers import Integral

from calc_core.rounding import half_up

READABLE_DIGITS = 10  # decimals of the rounded figure that stands beside a fraction
LONGEST_TEXT = 400  # a year of fractions over twelve different capacities still fits
LARGEST_EXPONENT = 100
_SHORT = 40
_LARGEST = 10**LONGEST_TEXT

_FRACTION = re.compile(r"[+-]?[0-9]+/[0-9]+", re.ASCII)
_DECIMAL = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE]([+-]?[0-9]+))?", re.ASCII)
_LOOKS_JAPANESE = re.compile(r"[０-９．，／－＋]")
_NOT_FINITE = re.compile(r"[+-]?(?:nan|inf|infinity)", re.ASCII | re.IGNORECASE)
_HAS_SEPARATORS = re.compile(r"[0-9][,_ '、][0-9]", re.ASCII)

Exact = int | Fraction


class NumberText(str):
    """The text of a number in a JSON document, told apart from a JSON string."""

    __slots__ = ()


def read(raw: object) -> Fraction:
    """The exact number that a text, JSON number or Python number stands for. Raises `ValueError` in Japanese."""
    if type(raw) is Fraction:  # what most rules are given again and again, without a look at abstract classes
        return _bounded(raw)
    if type(raw) is int:
        return _bounded(Fraction(raw))
    if isinstance(raw, bool):
        raise ValueError("真偽値ではなく数で指定してください")
    if isinstance(raw, float):
        raise ValueError('2進の浮動小数点数は正確でないため使えません。文字列で指定してください（例 "0.45"）')
    if isinstance(raw, Integral | Fraction):
        return _bounded(Fraction(raw))
    if isinstance(raw, Decimal):
        if not raw.is_finite():
            raise ValueError("有限の数で指定してください")
        return _read_text(str(raw))
    if isinstance(raw, str):
        return _read_text(raw)
    raise ValueError('数で指定してください（例 "12000000"、"0.45"、"9/20"）')


def ratio(raw: str) -> tuple[int, int]:
    """As `read`, as a plain pair over the denominator that is written there, for thousands of texts at once."""
    if len(raw) <= _SHORT and raw.isascii():
        if raw.isdigit():
            return int(raw), 1
        whole, _, decimals = raw.partition(".")
        if whole.isdigit() and decimals.isdigit():
            return int(whole + decimals), 10 ** len(decimals)
    number = read(raw)
    return number.numerator, number.denominator


def _read_text(raw: str) -> Fraction:
    text = raw.strip(" \t")
    if len(text) > LONGEST_TEXT:
        raise ValueError(f"桁数が多すぎます（{LONGEST_TEXT} 文字まで）")
    if text.isascii() and text.isdigit():
        return Fraction(int(text))
    if _LOOKS_JAPANESE.search(text):
        raise ValueError(f"全角の数字や記号は使えません。半角で書いてください（{raw}）")
    if _HAS_SEPARATORS.search(text):
        raise ValueError(f"桁区切りは使えません。数字を続けて書いてください（{raw}）")
    if _FRACTION.fullmatch(text):
        top, bottom = text.split("/")
        if int(bottom) == 0:
            raise ValueError(f"分母が0です（{raw}）")
        return Fraction(int(top), int(bottom))
    if _NOT_FINITE.fullmatch(text):
        raise ValueError(f"{text} は数ではありません。有限の数で指定してください")
    match = _DECIMAL.fullmatch(text)
    if match is None:
        raise ValueError(f"数として読めません（{raw}）。12000000、0.45、9/20 のように書いてください")
    if match[1] is not None and abs(int(match[1])) > LARGEST_EXPONENT:
        raise ValueError(f"指数が大きすぎます（{raw}）。±{LARGEST_EXPONENT} までです")
    return Fraction(text)


def _bounded(number: Fraction) -> Fraction:
    if max(abs(number.numerator), number.denominator) >= _LARGEST:
        raise ValueError(f"桁数が多すぎます（{LONGEST_TEXT} 桁まで）")
    return number


def text(number: Exact) -> str:
    """The exact text: "12000000", "-0.45" without trailing zeros, or a reduced "p/q" where it does not terminate."""
    return ratio_text(number.numerator, number.denominator)


def ratio_text(top: int, bottom: int) -> str:
    """As `text`, of a ratio in lowest terms."""
    if bottom == 1:
        return str(top)
    digits = _decimals_needed(bottom)
    return f"{top}/{bottom}" if digits is None else _fixed(top, bottom, digits)


def rounded_text(number: Exact) -> str | None:
    """The decimal to read beside a fraction, rounded half up; none where the exact text terminates anyway."""
    number = Fraction(number)
    if _decimals_needed(number.denominator) is not None:
        return None
    rounded = half_up(number, READABLE_DIGITS)
    return _fixed(rounded.numerator, rounded.denominator, READABLE_DIGITS)


def _decimals_needed(denominator: int) -> int | None:
    twos = fives = 0
    while denominator % 2 == 0:
        denominator, twos = denominator // 2, twos + 1
    while denominator % 5 == 0:
        denominator, fives = denominator // 5, fives + 1
    return max(twos, fives) if denominator == 1 else None


def _fixed(top: int, bottom: int, digits: int) -> str:
    """A ratio with so many decimals, which are enough for it."""
    scaled = str(abs(top) * 10**digits // bottom).rjust(digits + 1, "0")
    sign = "-" if top < 0 else ""
    if not digits:
        return f"{sign}{scaled}"
    return f"{sign}{scaled[: len(scaled) - digits]}.{scaled[len(scaled) - digits :]}"
