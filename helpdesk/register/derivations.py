"""導出: the results of a stored statement, each with its heading and its formulas in words, for pages and letters."""

import re
from dataclasses import dataclass
from typing import Any

from calc_core import catalogue

_NAME = re.compile(r"[a-z_][a-z0-9_]*")
_WORDS = {
    "floor": "切り捨て",
    "cut": "0方向へ切り捨て",
    "ceil": "切り上げ",
    "max": "大きい方",
    "min": "小さい方",
    "sum": "合計",
}
_SIGNS = {"*": "×", "/": "÷", "-": "−"}


@dataclass(frozen=True, slots=True)
class Derived:
    """導出の一節: a rule's result, its heading, and its steps with `words`, the formula in Japanese."""

    heading: str
    result: dict[str, Any]
    steps: list[dict[str, Any]]


def derivations(statement: dict[str, Any]) -> list[Derived]:
    """Every result of a statement: the business's total first, then resource by resource."""
    found = [_derived("事業者の合計", statement["business"])]
    for resource in statement["resources"]:
        for result in resource["results"]:
            title = catalogue.find(result["rule"]).title
            found.append(_derived(f"{resource['name']}：{title}", result))
    return found


def _derived(heading: str, result: dict[str, Any]) -> Derived:
    labels = catalogue.labels(result["rule"])
    steps = [
        step | {"words": _in_words(step["formula"], labels), "inputs": _named(step["inputs"], labels)}
        for step in result["steps"]
    ]
    return Derived(heading, result, steps)


def _in_words(formula: str, labels: dict[str, str]) -> str:
    words = _NAME.sub(lambda name: labels.get(name[0], _WORDS.get(name[0], name[0])), formula)
    return "".join(_SIGNS.get(letter, letter) for letter in words)


def _named(inputs: dict[str, Any], labels: dict[str, str]) -> dict[str, Any]:
    """Inputs under their Japanese labels; tables of rows are counted, not listed."""
    return {
        labels.get(name, name): f"{len(value)}件" if isinstance(value, list | dict) else value
        for name, value in inputs.items()
    }
