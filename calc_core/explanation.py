"""算定の説明: a result that explains itself, as the value it is and as the JSON that is stored, shown and printed.

A step's `formula` is Python arithmetic over its `inputs`; a test evaluates it for every worked example and must find
`value`, so that an explanation cannot drift from the code. A step never holds slots one by one, only counts and sums.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction

from calc_core import exact

Value = int | Fraction | bool | str | date | Sequence["Value"] | Mapping[str, "Value"]

UNPUBLISHED_POLICY = "policy, not published（公表資料に定めのない方針）"
CONFIGURED = "configured, not published（公表されていない設定値）"


@dataclass(frozen=True, slots=True)
class Step:
    """算定の一段: what was computed, from what, with which clause; `policy` marks what no document settles."""

    label: str
    formula: str
    inputs: Mapping[str, Value]
    value: Value
    unit: str
    source: str
    policy: str | None = None

    def to_json(self) -> dict[str, object]:
        """The step with exact text for every number."""
        return {
            "label": self.label,
            "formula": self.formula,
            "inputs": {name: exact_json(value) for name, value in self.inputs.items()},
            "value": exact_json(self.value),
            "unit": self.unit,
            "source": self.source,
            "policy": self.policy,
        }


@dataclass(frozen=True, slots=True)
class Result:
    """算定結果: the named results of one rule in one fiscal year with the steps that led to them."""

    rule: str
    fiscal_year: int
    value: Value
    unit: str
    values: Mapping[str, Value]
    steps: tuple[Step, ...]
    warnings: tuple[str, ...] = field(default=())

    def to_json(self) -> dict[str, object]:
        """The form of `helpdesk calc run`: exact text, and a rounded decimal beside what does not terminate."""
        return {
            "rule": self.rule,
            "fiscal_year": self.fiscal_year,
            "value": exact_json(self.value),
            "unit": self.unit,
            "values": {name: exact_json(value) for name, value in self.values.items()},
            "decimals": decimals(self.values),
            "steps": [step.to_json() for step in self.steps],
            "warnings": list(self.warnings),
        }


def exact_json(value: Value) -> object:
    """A value as JSON: numbers as exact text, truth values as booleans, words as strings, days as YYYY-MM-DD, tables."""
    if isinstance(value, bool | str):
        return value
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, int | Fraction):
        return exact.text(value)
    if isinstance(value, Mapping):
        return {name: exact_json(each) for name, each in value.items()}
    if isinstance(value, Sequence):
        return [exact_json(each) for each in value]
    raise TypeError(f"{type(value).__name__} has no exact form")


def decimals(values: Mapping[str, Value]) -> dict[str, object]:
    """The rounded decimals of those values that do not terminate, under the same names."""
    found: dict[str, object] = {}
    for name, value in values.items():
        if isinstance(value, Mapping):
            if inner := decimals(value):
                found[name] = inner
        elif isinstance(value, Fraction) and (shown := exact.rounded_text(value)):
            found[name] = shown
    return found
