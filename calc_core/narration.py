"""算定の説明文: a stored result as Japanese sentences, step by step, for letters and the command line.

It reads the JSON form of a result, so that what was stored is told as it was, also years later.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from calc_core import catalogue
from calc_core.errors import InputRefused

UNITS = {
    "yen": "円",
    "slots": "コマ",
    "kw": "kW",
    "kwh": "kWh",
    "percent": "％",
    "yen_per_kw": "円/kW",
    "yen_per_kwh": "円/kWh",
    "times": "倍",
    "month": "月分",
    "months": "か月",
    "ratio_per_slot": "/コマ",
    "ratio": "",
}
WORDS = {"pay": "交付", "invoice": "請求", "none": "なし", True: "はい", False: "いいえ"}
SHOWN_OF_A_LIST = 6

_WORD = re.compile(r"'(\w+)'")
_NAME = re.compile(r"[A-Za-z_]\w*")
_SIGNS = ((" * ", " × "), (" / ", " ÷ "), (" - ", " − "), (" + ", " ＋ "))
_FUNCTIONS = {
    "floor": "切り捨て",
    "ceil": "切り上げ",
    "cut": "切り捨て",
    "sum": "合計",
    "max": "大きい方",
    "min": "小さい方",
}


def lines(result: Mapping[str, Any]) -> list[str]:
    """A result's steps: what was computed, the formula in words and in numbers, the clause, the mark of a policy."""
    known = _labels(result["rule"])
    told: list[str] = []
    for number, step in enumerate(result["steps"], 1):
        told.append(f"{number}. {step['label']}: {number_text(step['value'], step['unit'])}")
        told.append(
            f"   {_formula(step['formula'], {name: known.get(name, name) for name in step['inputs']})}"
        )
        shown = {name: _value_text(value) for name, value in step["inputs"].items()}
        told.append(f"   = {_formula(step['formula'], shown)}")
        told.append(f"   根拠: {step['source']}")
        if step["policy"]:
            told.append(f"   ※ {step['policy']}")
    told += [f"注意: {warning}" for warning in result["warnings"]]
    return told


def statement_lines(statement: Mapping[str, Any]) -> list[str]:
    """A whole statement: each resource's results with their steps, then the netting of the business."""
    told: list[str] = []
    for resource in statement["resources"]:
        told.append(f"【{resource['name']}（{resource['resource']}）】")
        for result in resource["results"]:
            told += [title(result["rule"]), *lines(result)]
    business = statement["business"]
    return [*told, f"【{title(business['rule'])}】", *lines(business)]


def title(rule_id: str) -> str:
    """The Japanese title of a rule, or its id where the rule is no longer known."""
    try:
        return catalogue.find(rule_id).title
    except InputRefused:
        return rule_id


def number_text(value: object, unit: str = "") -> str:
    """An exact value as it is read: 1,234,567円, −20,000円, 2/3コマ, 交付."""
    return f"{_value_text(value)}{UNITS.get(unit, unit)}"


def _value_text(value: object) -> str:
    if isinstance(value, bool):
        return WORDS[value]
    if isinstance(value, str):
        return WORDS.get(value) or _grouped(value)
    if isinstance(value, Sequence):
        shown = "、".join(_value_text(each) for each in value[:SHOWN_OF_A_LIST])
        return shown if len(value) <= SHOWN_OF_A_LIST else f"{shown}、…（{len(value)}件）"
    return str(value)


def _grouped(value: str) -> str:
    match = re.fullmatch(r"(-?)([0-9]+)((?:\.[0-9]+)?(?:/[0-9]+)?)", value)
    return f"{'−' if match[1] else ''}{int(match[2]):,}{match[3]}" if match else value


def _formula(formula: str, names: Mapping[str, str]) -> str:
    def name_or_word(match: re.Match[str]) -> str:
        return names.get(match[0], _FUNCTIONS.get(match[0], match[0]))

    if " if " in formula:
        return _conditional(formula, names)
    text = formula
    for sign, shown in _SIGNS:
        text = text.replace(sign, shown)
    return _NAME.sub(name_or_word, _WORD.sub(lambda match: WORDS.get(match[1], match[1]), text))


def _conditional(formula: str, names: Mapping[str, str]) -> str:
    result, _, rest = formula.partition(" if ")
    condition, _, otherwise = rest.partition(" else ")
    condition = _formula(condition, names).replace(" > ", " ＞ ").replace(" < ", " ＜ ")
    return f"{condition} のとき {_formula(result, names)}、それ以外は {_formula(otherwise, names)}"


def _labels(rule_id: str) -> dict[str, str]:
    try:
        return catalogue.labels(rule_id)
    except InputRefused:
        return {}
