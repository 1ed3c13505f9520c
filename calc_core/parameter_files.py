"""パラメータ: the numbers of a rule, dated by fiscal year or by date, each with unit and source; else it does not load.

One file a rule, `parameters/<topic>/<rule>.toml`:
`[rule]` says from which fiscal year it is in force, from which document it comes, and in Japanese what it is for;
`[parameters.NAME]` holds a number as exact text (`by_fiscal_year`, `by_date`), or `unpublished = true` where no document
at hand tells it (it then needs configuration; `optional = true` where the rule can do without; `positive = true` where
something is divided by it);
`[policies.NAME]` is a decision that no document settles: the choice in force and the choices there are.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any

from calc_core import exact
from calc_core.errors import ParameterFileInvalid

FOLDER = Path(__file__).parent / "parameters"


@dataclass(frozen=True, slots=True)
class Parameter:
    """One number of a rule. `keys` names what an unpublished one is keyed by (area, voltage) besides the year;
    `positive` says that 0 cannot be configured."""

    name: str
    label: str
    unit: str
    source: str
    by_fiscal_year: Mapping[int, Fraction]
    by_date: Mapping[date, Fraction]
    unpublished: bool = False
    optional: bool = False
    keys: tuple[str, ...] = ()
    positive: bool = False

    def in_fiscal_year(self, year: int) -> Fraction | None:
        """The published value in force in a fiscal year: the last one dated not after it."""
        return _in_force(self.by_fiscal_year, year)

    def on(self, day: date) -> Fraction | None:
        """The published value in force on a day."""
        return _in_force(self.by_date, day)


@dataclass(frozen=True, slots=True)
class Policy:
    """方針: a decision that no document settles, dated and exchangeable; `choices` explains each in Japanese."""

    name: str
    label: str
    source: str
    choices: Mapping[str, str]
    by_fiscal_year: Mapping[int, str]

    def in_fiscal_year(self, year: int) -> str | None:
        """The choice in force in a fiscal year."""
        return _in_force(self.by_fiscal_year, year)


@dataclass(frozen=True, slots=True)
class ParameterFile:
    """All dated numbers and policies of one rule."""

    rule: str
    in_force_from: int
    source: str
    parameters: Mapping[str, Parameter]
    policies: Mapping[str, Policy]
    purpose: str = ""


@cache
def load(rule: str) -> ParameterFile:
    """The parameter file of a rule of this package. Raises `ParameterFileInvalid`."""
    path = FOLDER / f"{rule}.toml"
    if not path.is_file():
        raise ParameterFileInvalid(rule, ["ファイルがありません"])
    return parse(rule, path.read_text(encoding="utf-8"))


def parse(rule: str, content: str) -> ParameterFile:
    """The parameter file of a rule from its TOML text. Raises `ParameterFileInvalid` with every fault."""
    try:
        table = tomllib.loads(content)
    except tomllib.TOMLDecodeError as broken:
        raise ParameterFileInvalid(rule, [f"TOML として読めません: {broken}"]) from broken
    faults: list[str] = []
    about = table.get("rule", {})
    if not isinstance(about.get("in_force_from"), int):
        faults.append("rule: in_force_from（適用開始年度）がありません")
    _require_texts("rule", about, ("source",), faults)
    parameters = {
        name: _parameter(name, entry, faults) for name, entry in table.get("parameters", {}).items()
    }
    policies = {name: _policy(name, entry, faults) for name, entry in table.get("policies", {}).items()}
    faults += [
        f"{name}: 知らない区分です" for name in table if name not in ("rule", "parameters", "policies")
    ]
    if faults:
        raise ParameterFileInvalid(rule, faults)
    purpose = about.get("purpose", "")
    return ParameterFile(rule, about["in_force_from"], about["source"], parameters, policies, purpose)


_PARAMETER_ENTRIES = {f for f in Parameter.__dataclass_fields__ if f != "name"}


def _parameter(name: str, entry: dict[str, Any], faults: list[str]) -> Parameter:
    where = f"parameters.{name}"
    _require_texts(where, entry, ("label", "unit", "source"), faults)
    faults += [f"{where}.{each}: 知らない項目です" for each in entry if each not in _PARAMETER_ENTRIES]
    by_year = _dated(where, entry.get("by_fiscal_year", {}), int, _number, faults)
    by_date = _dated(where, entry.get("by_date", {}), date.fromisoformat, _number, faults)
    unpublished = entry.get("unpublished", False)
    if unpublished and (by_year or by_date):
        faults.append(f"{where}: 公表されていない数に値が書かれています")
    if not unpublished and bool(by_year) == bool(by_date):
        faults.append(f"{where}: by_fiscal_year か by_date のどちらか一方に値が必要です")
    return Parameter(
        name,
        entry.get("label", ""),
        entry.get("unit", ""),
        entry.get("source", ""),
        by_year,
        by_date,
        unpublished,
        entry.get("optional", False),
        tuple(entry.get("keys", ())),
        entry.get("positive", False),
    )


def _policy(name: str, entry: dict[str, Any], faults: list[str]) -> Policy:
    where = f"policies.{name}"
    _require_texts(where, entry, ("label", "source"), faults)
    choices = entry.get("choices", {})
    by_year = _dated(where, entry.get("by_fiscal_year", {}), int, str, faults)
    if not choices or not by_year:
        faults.append(f"{where}: choices と by_fiscal_year が必要です")
    faults += [
        f"{where}: {choice} は choices にありません" for choice in by_year.values() if choice not in choices
    ]
    return Policy(name, entry.get("label", ""), entry.get("source", ""), choices, by_year)


def _dated(where: str, entries: dict[str, Any], read_key: Any, read_value: Any, faults: list[str]) -> dict:
    found = {}
    for key, raw in entries.items():
        try:
            found[read_key(key)] = read_value(raw)
        except ValueError as refused:
            faults.append(f"{where} {key}: {refused}")
    return dict(sorted(found.items()))


def _number(raw: object) -> Fraction:
    if not isinstance(raw, str):
        raise ValueError("正確な文字列（引用符付き）で書いてください")
    return exact.read(raw)


def _require_texts(where: str, entry: dict[str, Any], names: tuple[str, ...], faults: list[str]) -> None:
    for name in names:
        if not isinstance(entry.get(name), str) or not entry[name].strip():
            faults.append(f"{where}: {name} がありません")


def _in_force(dated: Mapping[Any, Any], at: Any) -> Any:
    found = None
    for since, value in dated.items():
        if since <= at:
            found = value
    return found
