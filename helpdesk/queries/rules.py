"""規則の一覧と説明: what `calc_core.rule_document` says of the rules, as the pages show it; nothing is known of any one rule here."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from calc_core import catalogue
from calc_core.configuration import Configuration
from calc_core.errors import InputRefused
from calc_core.narration import number_text
from calc_core.rule_document import computed_examples, document, in_force_choice, settings
from calc_core.rule_narration import (
    choices_of,
    configured_words,
    kind_text,
    need_text,
    told_parameters,
    told_values,
    unit_text,
)
from calc_core.worked_example import MARKS
from helpdesk.queries.calculations import Section, sections_from
from helpdesk.register.derivations import Derivation
from helpdesk.register.parameter_sets import InForce

PAIR = tuple[str, str]


@dataclass(frozen=True, slots=True)
class RuleRow:
    """A rule in the list; `missing` are the labels of numbers without which it cannot be computed in the year."""

    id: str
    title: str
    purpose: str
    unit: str
    first_year: int
    missing: list[str]
    examples: int


@dataclass(frozen=True, slots=True)
class InputRow:
    """An input, or (deeper) a field of the list above it."""

    name: str
    label: str
    kind: str
    unit: str
    need: str
    choices: list[PAIR]
    depth: int


@dataclass(frozen=True, slots=True)
class NumberRow:
    """One value of a number from when on; one that nobody has published has a `setting` and what is configured of it."""

    name: str
    label: str
    since: str
    value: str
    source: str
    setting: str = ""
    configured: Sequence[str] = ()
    is_missing: bool = False


@dataclass(frozen=True, slots=True)
class Choice:
    """One choice of a policy."""

    code: str
    words: str
    is_in_force: bool


@dataclass(frozen=True, slots=True)
class PolicyRow:
    """方針: what no document settles, with the choices and which of them counts; `by` says who decided so."""

    name: str
    label: str
    source: str
    setting: str
    choices: list[Choice]
    by: str


@dataclass(frozen=True, slots=True)
class Example:
    """計算例: inputs, what is supposed of unpublished numbers, results, the derivation; `printed` where a document differs."""

    name: str
    fiscal_year: int
    source: str
    inputs: list[PAIR]
    supposed: list[PAIR]
    results: list[PAIR]
    printed: list[PAIR]
    section: Section


@dataclass(frozen=True, slots=True)
class RulePage:
    """A rule with all that there is to say of it."""

    id: str
    title: str
    topic: str
    purpose: str
    first_year: int
    formulas: list[dict[str, Any]]
    inputs: list[InputRow]
    results: list[dict[str, Any]]
    numbers: list[NumberRow]
    policies: list[PolicyRow]
    examples: list[tuple[str, str, list[Example]]]
    sources: list[str]
    missing: list[str]


def rules_by_topic(configured: InForce, fiscal_year: int) -> list[tuple[str, list[RuleRow]]]:
    """All rules under their topics; a topic without rules is left out."""
    found: dict[str, list[RuleRow]] = {}
    for rule_id in catalogue.rule_ids():
        described = catalogue.describe(rule_id)
        row = RuleRow(
            rule_id,
            described["title"],
            described["purpose"],
            unit_text(described["results"][0]["unit"]),
            described["in_force_from"],
            _missing(rule_id, settings(rule_id, configured.configuration), fiscal_year),
            len(computed_examples(rule_id)),
        )
        found.setdefault(catalogue.TOPICS[rule_id.partition("/")[0]], []).append(row)
    return list(found.items())


def rule_page(rule_id: str, configured: InForce, fiscal_year: int) -> RulePage | None:
    """One rule as it stands in a fiscal year with what this desk has configured; none where no rule has this id."""
    if rule_id not in catalogue.rule_ids():
        return None
    configuration = configured.configuration
    try:
        told = document(rule_id, parameters=configuration)
    except InputRefused:  # a set that was put in force before the rule changed: the rule is told without it
        configuration = {}
        told = document(rule_id)
    year = max(fiscal_year, told["in_force_from"])
    numbers = _numbers(told, year)
    policies = [_policy(rule_id, each, told["settings"], year, configuration) for each in told["policies"]]
    return RulePage(
        id=rule_id,
        title=told["title"],
        topic=catalogue.TOPICS[rule_id.partition("/")[0]],
        purpose=told["purpose"],
        first_year=told["in_force_from"],
        formulas=[each | {"unit": unit_text(each["unit"])} for each in told["formulas"]],
        inputs=_inputs(told["inputs"]),
        results=[each | {"unit": unit_text(each["unit"])} for each in told["results"]],
        numbers=numbers,
        policies=policies,
        examples=_examples(rule_id, told["examples"]),
        sources=list(dict.fromkeys([told["source"], *(row.source for row in numbers)])),
        missing=_missing(rule_id, told["settings"], year),
    )


def _missing(rule_id: str, found: list[dict[str, Any]], fiscal_year: int) -> list[str]:
    if not catalogue.in_force(rule_id, fiscal_year):
        return []
    return [each["label"] for each in found if each["needed"] and str(fiscal_year) not in each["configured"]]


def _inputs(declared: Sequence[dict[str, Any]], depth: int = 0) -> list[InputRow]:
    rows = []
    for each in declared:
        rows.append(
            InputRow(
                each["name"],
                each["label"],
                kind_text(each),
                unit_text(each["unit"]),
                need_text(each),
                choices_of(each),
                depth,
            )
        )
        rows += _inputs(each.get("fields", ()), depth + 1)
    return rows


def _numbers(told: dict[str, Any], fiscal_year: int) -> list[NumberRow]:
    rows = []
    by_name = {each["name"]: each for each in told["settings"]}
    for each in told["parameters"]:
        about = (each["name"], each["label"])
        if not each["published"]:
            setting = by_name[each["name"]]
            is_missing = str(fiscal_year) not in setting["configured"]
            configured = configured_words(setting)
            rows.append(NumberRow(*about, "", "", each["source"], setting["key"], configured, is_missing))
        dated = [(f"{year}年度から", value) for year, value in each["by_fiscal_year"].items()]
        dated += [(f"{day}から", value) for day, value in each["by_date"].items()]
        rows += [
            NumberRow(*about, since, number_text(value, each["unit"]), each["source"])
            for since, value in dated
        ]
    return rows


def _policy(
    rule_id: str,
    policy: dict[str, Any],
    found: list[dict[str, Any]],
    fiscal_year: int,
    configuration: Configuration,
) -> PolicyRow:
    setting = next(each for each in found if each["name"] == policy["name"])
    is_configured = bool({"", str(fiscal_year)} & setting["configured"].keys())
    chosen = in_force_choice(rule_id, policy["name"], fiscal_year, configuration)
    choices = [Choice(code, words, code == chosen) for code, words in policy["choices"].items()]
    by = f"{fiscal_year}年度は設定による" if is_configured else f"{fiscal_year}年度は既定の方針"
    return PolicyRow(policy["name"], policy["label"], policy["source"], setting["key"], choices, by)


def _examples(rule_id: str, computed: Sequence[dict[str, Any]]) -> list[tuple[str, str, list[Example]]]:
    sections = sections_from(Derivation(each["name"], None, each["result"]) for each in computed)
    by_mark: dict[str, list[Example]] = {mark: [] for mark in MARKS}
    for each, section in zip(computed, sections, strict=True):
        by_mark[each["mark"]].append(
            Example(
                each["name"],
                each["fiscal_year"],
                each["source"],
                told_values(rule_id, each["inputs"]),
                told_parameters(rule_id, each["parameters"]),
                told_values(rule_id, each["result"]["values"]),
                told_values(rule_id, each["printed"] or {}),
                section,
            )
        )
    return [(mark, MARKS[mark], found) for mark, found in by_mark.items() if found]
