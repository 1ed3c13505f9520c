"""算定の説明文: a stored result as Japanese sentences, step by step, for letters and the command line.

It reads the JSON form of a result, so that what was stored is told as it was, also years later.
"""

import re
from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

from calc_core import catalogue, explanation
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
    "hours": "時間",
    "days": "日",
    "orders": "回",
}
WORDS = {
    "pay": "交付",
    "invoice": "請求",
    "none": "なし",
    "met": "達成",
    "not_met": "未達成",
    "demand_response": "需要抑制",
    "generation": "発電",
    "main": "メインオークション",
    "additional": "追加オークション",
    True: "はい",
    False: "いいえ",
}
NOT_PUBLISHED = "公表資料に定めのない取扱い（policy, not published）"
CONFIGURED = "公表されていない設定値（configured, not published）"
SHOWN_OF_A_LIST = 9  # all areas of the capacity market
PLACES = ("date", "period", "area", "business")  # inputs of a step that say of what its other lists are

_CHOICE = re.compile(r"^\w+ = \w+（(.*)）$")
_SETTING = re.compile(r"^[\w/.]+（(.*)）$")
_WORD = re.compile(r"'(\w+)'")
_NAME = re.compile(r"[A-Za-z_]\w*")
_SIGNS = ((" * ", " × "), (" / ", " ÷ "), (" - ", " − "), (" + ", " ＋ "))
_FUNCTIONS = {
    "floor": "切り捨て",
    "ceil": "切り上げ",
    "cut": "切り捨て",
    "sum": "合計",
    "product": "積",
    "max": "大きい方",
    "min": "小さい方",
    "largest_remainder": "最大剰余法による配分",
}


def lines(result: Mapping[str, Any]) -> list[str]:
    """A result's steps: what was computed, the formula in words and in numbers, the clause, the mark of a policy."""
    told: list[str] = []
    for number, step in enumerate(result["steps"], 1):
        in_words, in_numbers = formulas(result["rule"], step)
        told.append(f"{number}. {step['label']}: {number_text(step['value'], step['unit'])}")
        told.append(f"   {in_words}")
        told.append(f"   = {in_numbers}")
        told.append(f"   根拠: {step['source']}")
        configured, chosen = _marks(step["policy"] or "")
        if configured:
            told.append(f"   ※ {CONFIGURED}: {'、'.join(configured)}")
        if chosen:
            told.append(f"   ※ {NOT_PUBLISHED}: {'、'.join(chosen)}")
    told += [f"注意: {warning}" for warning in result["warnings"]]
    return told


def formulas(rule_id: str, step: Mapping[str, Any]) -> tuple[str, str]:
    """A step's formula twice: with the Japanese names of its inputs, and with their figures."""
    known = _labels(rule_id)
    named = {name: known.get(name, name) for name in step["inputs"]}
    is_arithmetic = any(sign in step["formula"] for sign, _ in _SIGNS)
    shown = {}
    for name, value in _with_places(step["inputs"]).items():
        is_row = is_arithmetic and isinstance(value, list) and len(value) > 1
        shown[name] = f"〔{_value_text(value)}〕" if is_row else _value_text(value)
    return _formula(step["formula"], named), _formula(step["formula"], shown)


def _with_places(inputs: Mapping[str, Any]) -> dict[str, Any]:
    """The inputs with each figure of a list behind the day or period that it is of, where the step names them."""
    places = next((inputs[name] for name in PLACES if isinstance(inputs.get(name), list)), None)
    if not places:
        return dict(inputs)
    return {
        name: [f"{place}：{_value_text(each)}" for place, each in zip(places, value, strict=True)]
        if isinstance(value, list) and len(value) == len(places)
        else value
        for name, value in inputs.items()
    }


def result_lines(result: Mapping[str, Any]) -> list[str]:
    """A whole result: rule and year, the named results, how they came about."""
    told = [f"{title(result['rule'])}（{result['rule']}、{result['fiscal_year']}年度）", "", "結果"]
    units = _units(result["rule"])
    known = _labels(result["rule"])
    for name, value in result["values"].items():
        told.append(f"  {known.get(name, name)}: {number_text(value, units.get(name, ''))}")
    return [*told, "", "算定の過程", *lines(result)]


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


def policy_text(policy: str) -> str:
    """What a step's policy mark says to people, without the codes that configuration uses."""
    configured, chosen = _marks(policy)
    said = CONFIGURED.partition("（")[0]
    return "、".join([*(f"{label}（{said}）" for label in configured), *chosen])


def _marks(policy: str) -> tuple[list[str], list[str]]:
    """The numbers that are configured and the choices that no document settles, as a step's mark names them."""
    configured, chosen = [], []
    for part in policy.split("；") if policy else ():
        kind, _, what = part.partition(": ")
        if kind == explanation.CONFIGURED:
            configured.append(_SETTING.sub(r"\1", what))
        else:
            chosen.append(_CHOICE.sub(r"\1", what or part))
    return configured, chosen


def number_text(value: object, unit: str = "") -> str:
    """An exact value as it is read: 1,234,567円, −20,000円, 約0.6667コマ（2/3）, 交付."""
    if isinstance(value, Mapping):
        return _by_name(value, unit)
    shown = UNITS.get(unit, unit)
    if isinstance(value, str) and "/" in value and value not in WORDS:
        return f"約{_rounded(Fraction(value))}{shown}（{_value_text(value)}）"
    return f"{_value_text(value)}{shown}"


def _by_name(values: Mapping[str, object], unit: str) -> str:
    """A result by area or business: 北海道 1,234円、東北 …"""
    first = list(values.items())[:SHOWN_OF_A_LIST]
    shown = "、".join(f"{name} {number_text(value, unit)}" for name, value in first)
    return shown if len(values) <= SHOWN_OF_A_LIST else f"{shown}、…（{len(values)}件）"


def _rounded(value: Fraction) -> str:
    ten_thousandths = (abs(value) * 20_000 + 1) // 2  # half up at the fourth decimal
    return f"{'−' if value < 0 else ''}{ten_thousandths // 10_000:,}.{ten_thousandths % 10_000:04d}"


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
    match = re.fullmatch(r"(-?)([0-9]+)(\.[0-9]+)?(?:/([0-9]+))?", value)
    if not match:
        return value
    below = f"/{int(match[4]):,}" if match[4] else ""
    return f"{'−' if match[1] else ''}{int(match[2]):,}{match[3] or ''}{below}"


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
    condition = _formula(condition, names)
    for sign, shown in ((" > ", " ＞ "), (" < ", " ＜ "), (" == ", " ＝ ")):
        condition = condition.replace(sign, shown)
    return f"{condition} のとき {_formula(result, names)}、それ以外は {_formula(otherwise, names)}"


def _units(rule_id: str) -> dict[str, str]:
    try:
        return {each.name: each.unit for each in catalogue.find(rule_id).results}
    except InputRefused:
        return {}


def _labels(rule_id: str) -> dict[str, str]:
    try:
        return catalogue.labels(rule_id)
    except InputRefused:
        return {}
