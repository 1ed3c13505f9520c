"""規則の説明文: a rule's document (`calc_core.rule_document`) as lines of Japanese, for `helpdesk calc show`, and its values.

Names that somebody types (of inputs, settings, choices) stand beside their Japanese words; nothing else is left in code.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from calc_core import catalogue, narration, worked_example
from calc_core.inputs import Record, Rows
from calc_core.narration import UNITS

NOT_PUBLISHED = "公表されていない値"
FORMULAS_NOTE = "計算例に現れる段です。条件によって使わない段があります"


def rule_lines(told: Mapping[str, Any]) -> list[str]:
    """A whole document: purpose, formulas, inputs, results, numbers by year, policies, settings, worked examples."""
    lines = [f"{told['rule']}  {told['title']}", f"適用: {told['in_force_from']}年度から"]
    lines += [f"目的: {told['purpose']}", f"根拠: {told['source']}"]
    lines += ["", f"算式（{FORMULAS_NOTE}）"]
    for each in told["formulas"]:
        lines += [
            f"  {each['label']}{_in_brackets(each['unit'])}",
            f"    ＝ {each['words']}",
            f"       {each['formula']}",
        ]
    lines += ["", "入力", *_input_lines(told["inputs"], "  "), "", "結果"]
    lines += [f"  {each['name']} {each['label']}{_in_brackets(each['unit'])}" for each in told["results"]]
    for each in told["parameters"]:
        lines += ["", *_parameter_lines(each, told["settings"])]
    for each in told["policies"]:
        lines += ["", *_policy_lines(each, told["settings"])]
    if told["in_force"] is not None:
        lines += ["", "この年度に適用される値"]
        choices = {each["name"]: each["choices"] for each in told["policies"]}
        lines += [f"  {_in_force_line(each, choices)}" for each in told["in_force"]] or ["  なし"]
    for mark, label in worked_example.MARKS.items():
        of_mark = [each for each in told["examples"] if each["mark"] == mark]
        if of_mark:
            lines += ["", f"計算例（{label}）"]
        for each in of_mark:
            lines += _example_lines(told["rule"], each)
    return lines


def told_values(rule_id: str, values: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Inputs or results of a rule by their Japanese labels, each value with its unit."""
    declared = catalogue.find(rule_id)
    known = {each.name: each for each in [*declared.results, *declared.inputs]}
    found = []
    for name, value in values.items():
        each = known.get(name)
        kind = getattr(each, "kind", None)
        fields = kind.fields if isinstance(kind, Rows | Record) else ()
        found.append((each.label if each else name, _told(value, each.unit if each else "", fields)))
    return found


def told_parameters(rule_id: str, parameters: Mapping[str, Any]) -> list[tuple[str, str]]:
    """What an example supposes of numbers and policies that nobody has published, by their Japanese labels."""
    described = catalogue.describe(rule_id)
    numbers = {each["name"]: each for each in described["parameters"]}
    policies = {each["name"]: each for each in described["policies"]}
    found = []
    for name, entry in parameters.items():
        if name in policies:
            chosen = (
                [entry] if isinstance(entry, str) else [entry[year] for year in entry if year != "source"]
            )
            words = "、".join(policies[name]["choices"].get(choice, choice) for choice in chosen)
            found.append((policies[name]["label"], words))
        elif isinstance(entry, Mapping):
            unit = numbers[name]["unit"]
            years = [
                f"{year}年度 {narration.number_text(value, unit)}"
                for year, value in entry.items()
                if year != "source"
            ]
            found.append((numbers[name]["label"], "、".join(years)))
    return found


def unit_text(unit: str) -> str:
    """A unit as people write it; nothing for a ratio."""
    return UNITS.get(unit, unit)


def need_text(each: Mapping[str, Any]) -> str:
    """Whether an input must be given, or what stands for it where it is left out."""
    if each["required"]:
        return "必須"
    if each["default"] is None:
        return "省略できる"
    if each["default"] == []:
        return "省略時 なし"
    return f"省略時 {narration.number_text(each['default'], each['unit'])}"


def kind_text(each: Mapping[str, Any]) -> str:
    """The kind of an input in words, and whether it may be negative."""
    return f"{each['kind']}、負も可" if each.get("negative_allowed") else each["kind"]


def choices_of(each: Mapping[str, Any]) -> list[tuple[str, str]]:
    """The words that an input takes, each with its meaning; none where it takes any."""
    return [(choice, narration.WORDS.get(choice, choice)) for choice in each.get("choices", ())]


def _told(value: Any, unit: str, fields: Sequence[Any]) -> str:
    known = {each.name: each for each in fields}
    if isinstance(value, Mapping):
        return _told_fields(value, known, unit) or "なし"
    if not isinstance(value, Sequence) or isinstance(value, str):
        return narration.number_text(value, unit)
    rows = [
        _told_fields(row, known) if isinstance(row, Mapping) else narration.number_text(row, unit)
        for row in value
    ]
    if len(rows) < 2:
        return "".join(rows) or "なし"
    return "；".join(f"{number}件目: {row}" for number, row in enumerate(rows, 1))


def _told_fields(row: Mapping[str, Any], known: Mapping[str, Any], unit: str = "") -> str:
    """Each value of an object behind its label; behind its name, in the unit of all, where none is declared."""
    return "、".join(
        f"{known[name].label} {_told(value, known[name].unit, ())}"
        if name in known
        else f"{name} {_told(value, unit, ())}"
        for name, value in row.items()
    )


def _input_lines(inputs: Sequence[Mapping[str, Any]], indent: str) -> Iterator[str]:
    for each in inputs:
        name = f"{each['name']} {each['label']}{_in_brackets(each['unit'])}"
        yield f"{indent}{name}（{kind_text(each)}、{need_text(each)}）"
        yield from (f"{indent}  {choice}: {words}" for choice, words in choices_of(each))
        yield from _input_lines(each.get("fields", ()), indent + "  ")


def _parameter_lines(each: Mapping[str, Any], settings: Sequence[Mapping[str, Any]]) -> list[str]:
    heading = f"値 {each['name']} {each['label']}{_in_brackets(each['unit'])}"
    if each["published"]:
        dated = [f"{year}年度から {value}" for year, value in each["by_fiscal_year"].items()]
        dated += [f"{day}から {value}" for day, value in each["by_date"].items()]
        return [f"{heading}: {'、'.join(dated)}", f"  根拠: {each['source']}"]
    setting = next(found for found in settings if found["name"] == each["name"])
    lines = [f"{heading}: {NOT_PUBLISHED}（{'設定が必要' if setting['needed'] else '必要なときに設定'}）"]
    lines += [f"  設定値: {words}" for words in configured_words(setting)]
    return [*lines, f"  設定する場所: {setting['key']}", f"  根拠: {each['source']}"]


def configured_words(setting: Mapping[str, Any]) -> list[str]:
    """What is configured of a number, year by year, with its source."""
    source = f"（出典: {setting['source']}）" if setting["source"] else ""
    found = []
    for year, value in setting["configured"].items():
        if isinstance(value, Mapping):
            found += [
                f"{year} {words}"
                for words in configured_words({**setting, "configured": value, "source": None})
            ]
        else:
            found.append(f"{year}年度 {narration.number_text(value, setting['unit'])}{source}")
    return found


def _policy_lines(each: Mapping[str, Any], settings: Sequence[Mapping[str, Any]]) -> list[str]:
    setting = next(found for found in settings if found["name"] == each["name"])
    lines = [f"方針 {each['name']} {each['label']}（公表資料に定めなし）"]
    lines += [f"  {choice}: {meaning}" for choice, meaning in each["choices"].items()]
    lines += [
        f"  {year}年度から: {each['choices'][choice]}" for year, choice in each["by_fiscal_year"].items()
    ]
    for year, choice in setting["configured"].items():
        lines.append(
            f"  設定（{f'{year}年度' if year else '全年度'}）: {each['choices'].get(choice, choice)}"
        )
    return [*lines, f"  設定する場所: {setting['key']}", f"  根拠: {each['source']}"]


def _in_force_line(each: Mapping[str, Any], choices: Mapping[str, Mapping[str, str]]) -> str:
    if each["name"] in choices:
        return f"{each['label']}: {choices[each['name']][each['value']]}"
    mark = f"（{narration.policy_text(each['policy'])}）" if each["policy"] else ""
    return f"{each['label']}: {narration.number_text(each['value'], each['unit'])}{mark}"


def _example_lines(rule_id: str, example: Mapping[str, Any]) -> list[str]:
    result = example["result"]
    lines = [f"  ○ {example['name']}（{example['fiscal_year']}年度）"]
    lines += [f"     入力 {label}: {text}" for label, text in told_values(rule_id, example["inputs"])]
    lines += [f"     仮定 {label}: {text}" for label, text in told_parameters(rule_id, example["parameters"])]
    lines += [f"     結果 {label}: {text}" for label, text in told_values(rule_id, result["values"])]
    if example["printed"]:
        printed = told_values(rule_id, example["printed"])
        lines += [f"     資料の図の値 {label}: {text}" for label, text in printed]
    return [*lines, f"     出典: {example['source']}"]


def _in_brackets(unit: str) -> str:
    return f" [{unit_text(unit)}]" if unit_text(unit) else ""
