"""設定値: the parameters of a rule in one fiscal year, the configured ones laid over the published ones.

Configuration holds what no document publishes, and may exchange a policy; a published number cannot be replaced. It is
a table by rule id, from a TOML file or a Python mapping:
`["penalty/market_offer"]`, then `tight_hours = {2025 = "30", 2026 = "30", source = "…"}` (exact text by fiscal year).
A configured number counts only in the years it names: an unpublished number is not carried into another year.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any

from calc_core import exact
from calc_core.errors import InputRefused, Problem
from calc_core.explanation import CONFIGURED, UNPUBLISHED_POLICY
from calc_core.fiscal_year import first_day, last_day
from calc_core.parameter_files import Parameter, ParameterFile

Configuration = Mapping[str, Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Setting:
    """One number or choice in force, with what an explanation says of it."""

    name: str
    label: str
    value: Fraction | str
    unit: str
    source: str
    policy: str | None = None


class RuleParameters:
    """What stands for one rule in one fiscal year. Every look-up gives a `Setting`, or refuses with the place."""

    def __init__(
        self, file: ParameterFile, fiscal_year: int, configuration: Configuration | None = None
    ) -> None:
        self._file = file
        self._year = fiscal_year
        section = (configuration or {}).get(file.rule, {})
        self._section = section if isinstance(section, Mapping) else {"": section}

    def problems(self) -> list[Problem]:
        """Everything wrong with the configuration of this rule, also what it surely needs and does not have."""
        found = self.problems_of_entries()
        for parameter in self._file.parameters.values():
            if parameter.unpublished and not parameter.optional and not parameter.keys:
                missing = self.problems_of_needed([parameter.name])
                found += [problem for problem in missing if problem not in found]
        return found

    def problems_of_entries(self) -> list[Problem]:
        """Everything wrong in what is configured of this rule, whichever year it is for."""
        return [
            problem for name, entry in self._section.items() for problem in self._problems_of(name, entry)
        ]

    def problems_of_needed(self, names: Iterable[str]) -> list[Problem]:
        """Why numbers that are needed cannot be had; empty where all of them are configured."""
        found = []
        for name in names:
            try:
                self.number(name)
            except InputRefused as refused:
                found += refused.problems
        return found

    def number(self, name: str, *keys: str) -> Setting:
        """The number in force in the year. Raises `InputRefused` where it is not configured."""
        parameter = self._file.parameters[name]
        if not parameter.unpublished:
            return self._published(parameter, parameter.in_fiscal_year(self._year))
        where = ".".join((self._place(name), *keys))
        entry = self._entry(name, keys)
        if str(self._year) not in entry:
            raise InputRefused([Problem(where, self._not_configured(parameter))])
        value = _configured_number(entry[str(self._year)], f"{where}.{self._year}", parameter.positive)
        source = entry.get("source", "設定値（出典の記載なし）")
        note = f"{CONFIGURED}: {where}（{parameter.label}）"
        return Setting(name, parameter.label, value, parameter.unit, source, note)

    def is_configured(self, name: str, *keys: str) -> bool:
        """Whether an unpublished number has a value in the year."""
        return str(self._year) in self._entry(name, keys)

    def number_on(self, name: str, day: date) -> Setting:
        """The number in force on a day."""
        parameter = self._file.parameters[name]
        return self._published(parameter, parameter.on(day))

    def policy(self, name: str) -> Setting:
        """The choice in force, with the mark that no document settles it."""
        policy = self._file.policies[name]
        choice = policy.in_fiscal_year(self._year)
        configured = self._section.get(name, choice)
        choice = (
            configured if isinstance(configured, str) else self._entry(name, ()).get(str(self._year), choice)
        )
        note = f"{UNPUBLISHED_POLICY}: {name} = {choice}（{policy.label}: {policy.choices[choice]}）"
        return Setting(name, policy.label, choice, "", policy.source, note)

    def in_force(self) -> list[Setting]:
        """Every number and choice that stands in the year, for a run to keep; one dated by days with each such day."""
        found = []
        for parameter in self._file.parameters.values():
            if parameter.by_date:
                found += self._dated_within_year(parameter)
            elif not parameter.unpublished or self.is_configured(parameter.name):
                found.append(self.number(parameter.name))
        return found + [self.policy(name) for name in self._file.policies]

    def _dated_within_year(self, parameter: Parameter) -> list[Setting]:
        begin = max((day for day in parameter.by_date if day <= first_day(self._year)), default=None)
        days = [
            day
            for day in parameter.by_date
            if day == begin or first_day(self._year) < day <= last_day(self._year)
        ]
        return [
            Setting(
                f"{parameter.name} ({day.isoformat()} 以降)",
                parameter.label,
                parameter.by_date[day],
                parameter.unit,
                parameter.source,
            )
            for day in days
        ]

    def _published(self, parameter: Parameter, value: Fraction | None) -> Setting:
        if value is None:
            message = f"{self._year}年度の値がありません（{parameter.label}）"
            raise InputRefused([Problem(self._place(parameter.name), message)])
        return Setting(parameter.name, parameter.label, value, parameter.unit, parameter.source)

    def _problems_of(self, name: str, entry: Any) -> list[Problem]:
        where = self._place(name)
        if name in self._file.policies:
            return self._policy_problems(name, entry, where)
        parameter = self._file.parameters.get(name)
        if parameter is None:
            known = [each.name for each in self._file.parameters.values() if each.unpublished]
            names = "、".join([*known, *self._file.policies]) or "なし"
            return [Problem(where, f"この設定はありません。設定できるもの: {names}")]
        if not parameter.unpublished:
            return [Problem(where, f"公表された値（{parameter.source}）なので、設定では変えられません")]
        return _table_problems(entry, where, len(parameter.keys), parameter.positive)

    def _policy_problems(self, name: str, entry: Any, where: str) -> list[Problem]:
        choices = self._file.policies[name].choices
        dated = entry if isinstance(entry, Mapping) else {}
        found = [problem for key in dated for problem in _key_problems(key, dated[key], f"{where}.{key}")]
        chosen = [dated[key] for key in dated if key != "source"] if dated is entry else [entry]
        if not all(isinstance(choice, str) and choice in choices for choice in chosen):
            found.append(Problem(where, f"方針は {'、'.join(choices)} のいずれかで指定してください"))
        return found

    def _entry(self, name: str, keys: tuple[str, ...]) -> Mapping[str, Any]:
        entry: Any = self._section.get(name, {})
        for key in keys:
            entry = entry.get(key, {}) if isinstance(entry, Mapping) else {}
        if not isinstance(entry, Mapping):
            return {}
        return {str(key): value for key, value in entry.items()}

    def _place(self, name: str) -> str:
        return f"{self._file.rule}.{name}"

    def _not_configured(self, parameter: Parameter) -> str:
        example = "".join(f".<{key}>" for key in parameter.keys)
        return (
            f"未設定です（not configured）: {parameter.label}の{self._year}年度の値は公表資料になく、既定値もありません。"
            f'--parameters のファイルか設定画面で ["{self._file.rule}"] {parameter.name}{example} = '
            f'{{{self._year} = "…"}} を設定してください'
        )


def _table_problems(entry: Any, where: str, depth: int, positive: bool) -> list[Problem]:
    if not isinstance(entry, Mapping):
        return [Problem(where, '年度ごとの正確な文字列で設定してください（例 {2025 = "30"}）')]
    found = []
    for key, value in entry.items():
        place = f"{where}.{key}"
        if depth:
            found += _table_problems(value, place, depth - 1, positive)
        elif faults := _key_problems(key, value, place):
            found += faults
        elif key != "source":
            try:
                _configured_number(value, place, positive)
            except InputRefused as refused:
                found += refused.problems
    return found


def _key_problems(key: object, value: Any, place: str) -> list[Problem]:
    """What is wrong with a year, or with the source beside the years."""
    if key == "source":
        return [] if isinstance(value, str) else [Problem(place, "出典は文字列で書いてください")]
    if len(str(key)) != 4 or not str(key).isascii() or not str(key).isdigit():
        return [Problem(place, "年度は4桁の西暦で書いてください")]
    return []


def _configured_number(raw: object, where: str, positive: bool) -> Fraction:
    try:
        number = exact.read(raw)
    except ValueError as refused:
        raise InputRefused([Problem(where, str(refused))]) from refused
    if number < 0:
        raise InputRefused([Problem(where, f"負の値は設定できません（{exact.text(number)}）")])
    if number == 0 and positive:
        raise InputRefused([Problem(where, "0は設定できません。0より大きい値を設定してください")])
    return number
