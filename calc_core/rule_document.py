"""規則の説明書: all there is to say of a rule, made from its declaration, its numbers and its worked examples alone.

A rule that is added is documented by being there: nobody writes a page or a help text for it.
"""

import re
from functools import cache
from typing import Any

from calc_core import catalogue, narration, parameter_files
from calc_core.configuration import Configuration, RuleParameters
from calc_core.errors import InputRefused
from calc_core.worked_example import MARKS, examples_of

_REMARK = re.compile(r"（[^（）]*）$")
_MONTH = re.compile(r"^[0-9]+月分の")


def document(
    rule_id: str, fiscal_year: int | None = None, parameters: Configuration | None = None
) -> dict[str, Any]:
    """What `catalogue.describe` says of a rule, and its formulas, settings and computed worked examples, as JSON.

    `settings` is what configuration may give: each with what is configured by year. Raises `InputRefused`, also
    where what is configured of this rule cannot be used.
    """
    catalogue.find(rule_id)
    file = parameter_files.load(rule_id)
    if problems := RuleParameters(file, file.in_force_from, parameters).problems_of_entries():
        raise InputRefused(problems)
    described = catalogue.describe(rule_id, fiscal_year, parameters)
    examples = computed_examples(rule_id)
    return described | {
        "formulas": _formulas(rule_id, examples),
        "settings": settings(rule_id, parameters),
        "examples": list(examples),
    }


@cache
def computed_examples(rule_id: str) -> tuple[dict[str, Any], ...]:
    """The worked examples of a rule, each with the result that the rule gives for it now."""
    return tuple(
        {
            "name": each.name,
            "mark": each.mark,
            "mark_label": MARKS[each.mark],
            "source": each.source,
            "fiscal_year": each.fiscal_year,
            "inputs": dict(each.inputs),
            "parameters": dict(each.parameters),
            "expected": dict(each.expected),
            "printed": None if each.printed is None else dict(each.printed),
            "result": catalogue.evaluate(
                rule_id, each.fiscal_year, each.inputs, each.configuration
            ).to_json(),
        }
        for each in examples_of(rule_id)
    )


def settings(rule_id: str, parameters: Configuration | None = None) -> list[dict[str, Any]]:
    """What may be configured of a rule: unpublished numbers and policies, with what is configured of each by year.

    `key` is how configuration names it; the year "" stands for a policy that is configured for every year.
    """
    file = parameter_files.load(rule_id)
    section = (parameters or {}).get(rule_id)
    section = section if isinstance(section, dict) else {}
    found = []
    for each in [*file.parameters.values(), *file.policies.values()]:
        is_number = isinstance(each, parameter_files.Parameter)
        if is_number and not each.unpublished:
            continue
        entry = section.get(each.name)
        dated = entry if isinstance(entry, dict) else {} if entry is None else {"": entry}
        found.append(
            {
                "name": each.name,
                "label": each.label,
                "key": f'["{rule_id}"] {each.name}',
                "kind": "number" if is_number else "policy",
                "keys": list(each.keys) if is_number else [],
                "unit": each.unit if is_number else "",
                "needed": is_number and not each.optional and not each.keys,
                "configured": {str(year): _text(value) for year, value in dated.items() if year != "source"},
                "source": dated.get("source"),
            }
        )
    return found


def in_force_choice(
    rule_id: str, name: str, fiscal_year: int, parameters: Configuration | None = None
) -> str:
    """The choice of a policy in a fiscal year, the configured one before the rule's own."""
    return str(RuleParameters(parameter_files.load(rule_id), fiscal_year, parameters).policy(name).value)


def _text(value: object) -> Any:
    if isinstance(value, dict):
        return {name: _text(each) for name, each in value.items()}
    return str(value)


def _formulas(rule_id: str, examples: tuple[dict[str, Any], ...]) -> list[dict[str, Any]]:
    """Every formula that the steps of the examples show, in the order of the calculation; none of them twice."""
    found: dict[tuple[str, str], dict[str, Any]] = {}
    labels: dict[tuple[str, str], set[str]] = {}
    for example in examples:
        for step in example["result"]["steps"]:
            plain = _MONTH.sub("", _REMARK.sub("", step["label"]))
            at = (plain, step["formula"])
            labels.setdefault(at, set()).add(step["label"])
            found.setdefault(
                at,
                {
                    "label": step["label"],
                    "formula": step["formula"],
                    "words": narration.formulas(rule_id, step)[0],
                    "unit": step["unit"],
                    "source": step["source"],
                },
            )
    for at, told in labels.items():
        if len(told) > 1:  # what only one example is about is left out
            found[at]["label"] = at[0]
    return list(found.values())
