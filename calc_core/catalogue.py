"""規則の目録: every rule by its id, what it takes, gives and stands on; `evaluate` computes one.

A rule is found by its place: `<topic>/<stem>` is the function `<stem>` of the module `calc_core.<topic>.<stem>`, its
numbers stand in `parameters/<topic>/<stem>.toml`. Adding a rule is adding these two files (and its examples and test).
"""

import importlib
import pkgutil
from collections.abc import Mapping
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from calc_core import exact, parameter_files
from calc_core.configuration import Configuration, RuleParameters
from calc_core.errors import InputRefused, Problem
from calc_core.explanation import Result, exact_json
from calc_core.inputs import Number, Record, Rows, Text, check_all, printable
from calc_core.parameter_files import ParameterFile
from calc_core.rule import Rule

TOPICS = {
    "assessment": "リクワイアメント・アセスメント",
    "penalty": "経済的ペナルティ",
    "settlement": "請求・交付",
    "imbalance": "インバランス料金",
    "qualification": "事前審査",
}
LAST_FISCAL_YEAR = 9990  # what a calendar can hold


@lru_cache(maxsize=1)
def rule_ids() -> tuple[str, ...]:
    """The ids of all rules, by topic and name."""
    folder = Path(__file__).parent
    return tuple(
        f"{topic}/{module.name}" for topic in TOPICS for module in pkgutil.iter_modules([str(folder / topic)])
    )


@cache
def find(rule_id: str) -> Rule:
    """The rule of this id. Raises `InputRefused` where there is none."""
    if rule_id not in rule_ids():
        raise InputRefused([_unknown_rule(rule_id)])
    topic, stem = rule_id.split("/")
    return getattr(importlib.import_module(f"calc_core.{topic}.{stem}"), stem).rule


def _unknown_rule(rule_id: object) -> Problem:
    if rule_id is None:
        fault = "規則の値がありません（null）"
    elif not isinstance(rule_id, str) or isinstance(rule_id, exact.NumberText):
        fault = "規則は1つの文字列で指定してください"
    elif not rule_id.strip():
        fault = "規則が空です"
    else:
        fault = f"規則 {printable(rule_id)} はありません"
    return Problem("rule", f"{fault}。指定できるのは {'、'.join(rule_ids())} です")


def in_force(rule_id: str, fiscal_year: int) -> bool:
    """Whether a rule stands in a fiscal year."""
    return fiscal_year >= parameter_files.load(rule_id).in_force_from


def evaluate(
    rule_id: object,
    fiscal_year: object,
    inputs: object,
    parameters: Configuration | None = None,
) -> Result:
    """The explained result of a rule in a fiscal year.

    Numbers may be int, Fraction, Decimal or exact text, never float. `parameters` configures what is not published.
    Raises `InputRefused` with every problem found; without the rule these are what can be said of year and inputs.
    """
    if rule_id not in rule_ids():
        problems = [_unknown_rule(rule_id)]
        check_fiscal_year(fiscal_year, problems)
        if not isinstance(inputs, Mapping):
            check_all((), inputs, problems)
        raise InputRefused(problems)
    declared = find(rule_id)
    return evaluate_rule(declared, parameter_files.load(rule_id), fiscal_year, inputs, parameters)


def evaluate_rule(
    declared: Rule,
    file: ParameterFile,
    fiscal_year: object,
    inputs: object,
    configuration: Configuration | None = None,
) -> Result:
    """As `evaluate`, for a rule and a parameter file at hand."""
    problems: list[Problem] = []
    year = check_fiscal_year(fiscal_year, problems)
    settings = None
    if year is not None and year < file.in_force_from:
        problems.append(_not_yet(declared, file, year))
    elif year is not None:
        settings = RuleParameters(file, year, configuration)
        problems += settings.problems()
    checked = check_all(declared.inputs, inputs, problems)
    problems += declared.refuse(checked)
    if settings is not None:
        found = settings.problems_of_needed(declared.needs(checked))
        problems += [problem for problem in found if problem not in problems]
        if not settings.problems_of_entries():
            problems += declared.refuse_by_settings(checked, settings)
    if problems:
        raise InputRefused(problems)
    return declared.function(fiscal_year=year, parameters=settings, **checked)


def settings_of(rule_id: str, fiscal_year: int, configuration: Configuration | None = None) -> RuleParameters:
    """What stands for a rule in a year, for who computes beside it. Raises `InputRefused` where `evaluate` would."""
    file = parameter_files.load(rule_id)
    if fiscal_year < file.in_force_from:
        raise InputRefused([_not_yet(find(rule_id), file, fiscal_year)])
    settings = RuleParameters(file, fiscal_year, configuration)
    if problems := settings.problems():
        raise InputRefused(problems)
    return settings


def _not_yet(declared: Rule, file: ParameterFile, year: int) -> Problem:
    message = (
        f"{year}年度にはこの規則（{declared.title}）がありません。{file.in_force_from}年度から適用されます"
    )
    return Problem("fiscal_year", message)


def check_fiscal_year(raw: object, problems: list[Problem]) -> int | None:
    """The fiscal year as int, or None after noting what is wrong."""
    try:
        year = exact.read(raw)
    except ValueError as refused:
        problems.append(Problem("fiscal_year", f"実需給年度は西暦4桁で指定してください。{refused}"))
        return None
    if year.denominator != 1 or not 1000 <= year <= LAST_FISCAL_YEAR:
        problems.append(
            Problem("fiscal_year", f"実需給年度は西暦4桁で指定してください（{exact.text(year)}）")
        )
        return None
    return int(year)


def describe(
    rule_id: str, fiscal_year: int | None = None, parameters: Configuration | None = None
) -> dict[str, Any]:
    """What a rule takes, gives and stands on, as JSON; with a year the numbers in force in it."""
    declared, file = find(rule_id), parameter_files.load(rule_id)
    return {
        "rule": rule_id,
        "title": declared.title,
        "purpose": file.purpose,
        "in_force_from": file.in_force_from,
        "source": file.source,
        "inputs": [_describe_input(each) for each in declared.inputs],
        "results": [{"name": each.name, "label": each.label, "unit": each.unit} for each in declared.results],
        "parameters": [_describe_parameter(each) for each in file.parameters.values()],
        "policies": [
            {
                "name": each.name,
                "label": each.label,
                "source": each.source,
                "choices": dict(each.choices),
                "by_fiscal_year": {str(year): choice for year, choice in each.by_fiscal_year.items()},
            }
            for each in file.policies.values()
        ],
        "in_force": None if fiscal_year is None else settings_in_force(rule_id, fiscal_year, parameters),
    }


def settings_in_force(
    rule_id: str, fiscal_year: int, parameters: Configuration | None = None
) -> list[dict[str, object]]:
    """The numbers and choices of a rule in a fiscal year, with unit and source: what a run keeps beside its result."""
    if not in_force(rule_id, fiscal_year):
        return []
    settings = RuleParameters(parameter_files.load(rule_id), fiscal_year, parameters).in_force()
    return [
        {
            "name": each.name,
            "label": each.label,
            "value": exact_json(each.value),
            "unit": each.unit,
            "source": each.source,
            "policy": each.policy,
        }
        for each in settings
    ]


def labels(rule_id: str) -> dict[str, str]:
    """Japanese labels of every name that can stand in a formula of a rule."""
    declared, file = find(rule_id), parameter_files.load(rule_id)
    named = [*declared.inputs, *declared.results, *file.parameters.values()]
    inside = [
        each for row in declared.inputs if isinstance(row.kind, Rows | Record) for each in row.kind.fields
    ]
    return {each.name: each.label for each in [*inside, *named]} | dict(declared.terms)


def _describe_input(each: Any) -> dict[str, Any]:
    described = {
        "name": each.name,
        "label": each.label,
        "kind": each.kind.word,
        "unit": each.unit,
        "required": each.required,
        "default": None if each.required or each.default is None else exact_json(each.default),
    }
    if isinstance(each.kind, Number):
        described["negative_allowed"] = each.kind.negative
    if isinstance(each.kind, Text) and each.kind.choices:
        described["choices"] = list(each.kind.choices)
    if isinstance(each.kind, Rows | Record):
        described["fields"] = [_describe_input(inner) for inner in each.kind.fields]
    return described


def _describe_parameter(each: parameter_files.Parameter) -> dict[str, Any]:
    by_year = {str(year): exact.text(value) for year, value in each.by_fiscal_year.items()}
    by_date = {day.isoformat(): exact.text(value) for day, value in each.by_date.items()}
    return {
        "name": each.name,
        "label": each.label,
        "unit": each.unit,
        "source": each.source,
        "published": not each.unpublished,
        "by_fiscal_year": by_year,
        "by_date": by_date,
    }
