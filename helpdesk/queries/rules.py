"""規則の一覧と説明: what `calc_core.catalogue` says of its rules, as the pages take it."""

from dataclasses import dataclass, field
from typing import Any

from calc_core import catalogue
from calc_core.errors import InputRefused
from calc_core.narration import UNITS


@dataclass(frozen=True, slots=True)
class RuleRow:
    """A rule in the list."""

    id: str
    title: str
    unit: str
    first_year: int


@dataclass(frozen=True, slots=True)
class ParameterRow:
    """One value of a parameter, from when on."""

    name: str
    label: str
    since: str
    value: str
    unit: str
    source: str


@dataclass(frozen=True, slots=True)
class RulePage:
    """A rule with all that it takes and stands on."""

    id: str
    title: str
    inputs: list[dict[str, Any]]
    parameters: list[ParameterRow]
    sources: list[str] = field(default_factory=list)


def rules() -> list[RuleRow]:
    """All rules."""
    found = []
    for rule_id in catalogue.rule_ids():
        described = catalogue.describe(rule_id)
        unit = described["results"][0]["unit"]
        found.append(RuleRow(rule_id, described["title"], _unit(unit), described["in_force_from"]))
    return found


def rule_page(rule_id: str) -> RulePage | None:
    """One rule, or none of this id."""
    try:
        described = catalogue.describe(rule_id)
    except InputRefused:
        return None
    rows = []
    for each in described["parameters"]:
        dated = [(f"{year}年度から", value) for year, value in each["by_fiscal_year"].items()]
        dated += [(f"{day} から", value) for day, value in each["by_date"].items()]
        rows += [
            ParameterRow(each["name"], each["label"], since, value, _unit(each["unit"]), each["source"])
            for since, value in dated or [("未設定", "―")]
        ]
    for each in described["policies"]:
        rows += [
            ParameterRow(each["name"], each["label"], f"{year}年度から", choice, "方針", each["source"])
            for year, choice in each["by_fiscal_year"].items()
        ]
    sources = list(dict.fromkeys([described["source"], *(row.source for row in rows)]))
    inputs = [each | {"unit": _unit(each["unit"])} for each in described["inputs"]]
    return RulePage(rule_id, described["title"], inputs, rows, sources)


def _unit(name: str) -> str:
    return UNITS.get(name, name)
