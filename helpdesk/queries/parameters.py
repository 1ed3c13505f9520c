"""設定値の画面: what is in force and who brought it, what is still unconfigured, versions, and what a proposal changes."""

import difflib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from calc_core import catalogue
from calc_core.narration import number_text
from calc_core.rule_document import settings
from helpdesk.register.models import ParameterSet
from helpdesk.register.parameter_sets import IN_FORCE, WAITING, InForce, all_sets, set_of_version, taken_apart
from helpdesk.register.parameter_values import (
    ConfiguredValue,
    ValueChange,
    compare_values,
    first_said_by,
    values_of,
)

FIRST_YEAR = 2024  # of delivery, in the capacity market
EMPTY = """\
# 公表されていない値を、規則ごとに書きます。# で始まる行は覚え書きです。
"""
SAMPLE = """\
["penalty/market_offer"]
tight_hours = {2025 = "30", 2026 = "30", source = "値の出どころ"}

["assessment/market_offer"]
required_offer = "within_assessed"  # 方針は、規則のページにある名前で選びます

[[multiplier_conditions]]
label = "2日前の17時までに提出"
submitted_days_before = 2
submitted_until = "17:00"
low_reserve = false
multiplier = 1

[[multiplier_conditions]]
label = "それ以外"
multiplier = 5
"""


@dataclass(frozen=True, slots=True)
class UnpublishedRow:
    """公表されていない値: one setting with what is configured of it in each year; a text of "" is unconfigured."""

    rule: str
    title: str
    label: str
    key: str
    needed: bool
    cells: list[tuple[int, str | None]]  # None: the rule does not stand in that year

    @property
    def is_missing(self) -> bool:
        """Whether a year lacks it."""
        return any(text == "" for _, text in self.cells)


@dataclass(frozen=True, slots=True)
class ParametersPage:
    """設定値 at a glance."""

    in_force: ParameterSet | None
    waiting: ParameterSet | None
    versions: list[ParameterSet]
    values: list[tuple[ConfiguredValue, ParameterSet | None]]
    years: list[int]
    unpublished: list[UnpublishedRow]


@dataclass(frozen=True, slots=True)
class VersionPage:
    """One version and what it changes against the one in force before it."""

    shown: ParameterSet
    before: ParameterSet | None
    changes: list[ValueChange]
    lines: list[tuple[str, str]]
    is_current: bool


def parameters_page(session: Session, fiscal_year: int) -> ParametersPage:
    """What is in force, what waits, what lacks; in one statement."""
    versions = all_sets(session)
    sets = {each.id: each for each in versions}
    in_force = [taken_apart(each.content, each.id) for each in reversed(versions) if each.state == IN_FORCE]
    current = in_force[-1] if in_force else InForce()
    origins = first_said_by(in_force)
    years = list(range(max(FIRST_YEAR, fiscal_year - 1), max(FIRST_YEAR, fiscal_year) + 2))
    return ParametersPage(
        in_force=sets.get(current.parameter_set_id or 0),
        waiting=next((each for each in versions if each.state == WAITING), None),
        versions=versions,
        values=[(value, sets.get(origins[value.place] or 0)) for value in values_of(current)],
        years=years,
        unpublished=_unpublished(current.configuration, years),
    )


def version_page(session: Session, version: int) -> VersionPage:
    """A version with its differences. Raises `NotFound`."""
    shown = set_of_version(session, version)
    in_force = [each for each in all_sets(session) if each.state == IN_FORCE]
    before = next((each for each in in_force if each.version < version), None)
    old = before.content if before else ""
    is_current = bool(in_force) and in_force[0].id == shown.id
    return VersionPage(
        shown, before, changes_between(old, shown.content), line_changes(old, shown.content), is_current
    )


def changes_between(old: str, new: str) -> list[ValueChange]:
    """What the values of one checked text become in another."""
    return compare_values(values_of(taken_apart(old)), values_of(taken_apart(new)))


def line_changes(old: str, new: str) -> list[tuple[str, str]]:
    """The lines that are new in a text (`added`) or gone from it (`removed`)."""
    found = []
    for line in difflib.ndiff(old.splitlines(), new.splitlines()):
        if line[:1] in "+-" and line[2:].strip():
            found.append(("added" if line[0] == "+" else "removed", line[2:]))
    return found


def options() -> list[tuple[str, str]]:
    """What the form can add: numbers by `rule|name`, choices of policies by `rule|name|choice`."""
    found = []
    for rule_id in catalogue.rule_ids():
        described = catalogue.describe(rule_id)
        choices = {each["name"]: each["choices"] for each in described["policies"]}
        for each in settings(rule_id):
            name = f"{described['title']}：{each['label']}"
            if each["kind"] == "number" and not each["keys"]:
                found.append((f"{rule_id}|{each['name']}", name))
            elif len(choices.get(each["name"], ())) > 1:
                found += [
                    (f"{rule_id}|{each['name']}|{code}", f"方針　{name}＝{words}")
                    for code, words in choices[each["name"]].items()
                ]
    return found


def _unpublished(configuration: Mapping[str, Any], years: Sequence[int]) -> list[UnpublishedRow]:
    rows = []
    for rule_id in catalogue.rule_ids():
        for each in settings(rule_id, configuration):
            if each["kind"] != "number" or each["keys"]:
                continue
            cells: list[tuple[int, str | None]] = [
                (year, _cell(each, year) if catalogue.in_force(rule_id, year) else None) for year in years
            ]
            title = catalogue.find(rule_id).title
            rows.append(UnpublishedRow(rule_id, title, each["label"], each["key"], each["needed"], cells))
    return rows


def _cell(setting: Mapping[str, Any], year: int) -> str:
    value = setting["configured"].get(str(year))
    return "" if value is None else number_text(value, setting["unit"])
