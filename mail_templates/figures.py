"""差込項目: figures inside a text are fields bound to a calculation, `{{figure:KEY}}`; nobody types an amount.

Filling takes the figures of one result, by key, and refuses every field that the result does not have.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from mail_templates.errors import FigureUnknown

_FIELD = re.compile(r"\{\{\s*(figure|derivation)\s*(?::\s*([^{}\s]+)\s*)?\}\}")
_MINUS = "−"


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure of a result: its Japanese label, unit and exact text (`"12000000"`, `"9/20"`)."""

    label: str
    unit: str
    exact: str


def field_of(key: str) -> str:
    """The field that stands for one figure in a text."""
    return "{{figure:" + key + "}}"


def field_keys(text: str) -> list[str]:
    """The keys of all figure fields of a text, in order, each once."""
    return list(
        dict.fromkeys(match[2] for match in _FIELD.finditer(text) if match[1] == "figure" and match[2])
    )


def fill(text: str, figures: Mapping[str, Figure], derivation: Sequence[str] = ()) -> str:
    """The text with every field replaced. Raises `FigureUnknown` with all keys the result lacks."""
    unknown = [key for key in field_keys(text) if key not in figures]
    if unknown:
        raise FigureUnknown(unknown)

    def replace(match: re.Match[str]) -> str:
        if match[1] == "derivation":
            return "\n".join(derivation)
        return format_figure(figures[match[2]]) if match[2] else match[0]

    return _FIELD.sub(replace, text)


def format_figure(figure: Figure) -> str:
    """A figure as a letter prints it: 1,234,567円, −20,000円, 8,642.75コマ; a fraction as 約663.0530コマ."""
    unit = _UNITS.get(figure.unit, figure.unit)
    exact = figure.exact
    sign = _MINUS if exact.startswith("-") else ""
    digits = exact.removeprefix("-")
    if re.fullmatch(r"\d+/\d+", digits):
        rounded = (Fraction(digits) * 20_000 + 1) // 2  # half up at the fourth decimal
        sign, digits = f"約{sign}", f"{rounded // 10_000}.{rounded % 10_000:04d}"
    if re.fullmatch(r"\d+(\.\d+)?", digits):
        whole, point, fraction = digits.partition(".")
        digits = f"{int(whole):,}{point}{fraction}"
    return f"{sign}{digits}{unit}"


_UNITS = {
    "yen": "円",
    "slots": "コマ",
    "kw": "kW",
    "kwh": "kWh",
    "percent": "％",
    "yen_per_kwh": "円/kWh",
    "yen_per_kw": "円/kW",
    "": "",
}
