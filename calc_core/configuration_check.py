"""設定値の検査: is everything in a parameters file something that a rule takes? Asked before a file is put in force.

A calculation looks only at the section of its own rule, so a section of no rule would go unnoticed there.
"""

from collections.abc import Mapping
from typing import Any

from calc_core import catalogue, multiplier_conditions, parameter_files
from calc_core.configuration import RuleParameters
from calc_core.errors import InputRefused, Problem
from calc_core.inputs import printable


def check_configuration(table: Mapping[str, Any]) -> list[Problem]:
    """Everything wrong in a whole file, multiplier conditions included; empty where all of it can be used."""
    found: list[Problem] = []
    for section, entries in table.items():
        if section == multiplier_conditions.KEY:
            found += _problems_of_conditions(entries)
        elif section not in catalogue.rule_ids():
            found.append(Problem(printable(section), _unknown(section)))
        elif not isinstance(entries, Mapping):
            found.append(Problem(section, f'["{section}"] の見出しの下に、名前 = 値 の行で書いてください'))
        else:
            file = parameter_files.load(section)
            found += RuleParameters(file, file.in_force_from, {section: entries}).problems_of_entries()
    return found


def _problems_of_conditions(rows: object) -> list[Problem]:
    try:
        multiplier_conditions.read_conditions(rows)
    except InputRefused as refused:
        return refused.problems
    return []


def _unknown(section: str) -> str:
    settable = [rule for rule in catalogue.rule_ids() if _has_settings(rule)]
    return (
        f"規則 {printable(section)} はありません。"
        f"設定できる規則は {'、'.join(settable)} と {multiplier_conditions.KEY} です"
    )


def _has_settings(rule_id: str) -> bool:
    file = parameter_files.load(rule_id)
    return bool(file.policies) or any(each.unpublished for each in file.parameters.values())
