"""設定値の一覧: what does the text of a parameter set say, value by value, and what does another text change of it?"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from calc_core import catalogue, parameter_files
from calc_core.multiplier_conditions import KEY
from calc_core.narration import number_text
from helpdesk.register.parameter_sets import InForce

EVERY_YEAR = "全年度"
CONDITIONS = "停止計画の倍率の条件"
CHANGES = {"added": "追加", "changed": "変更", "removed": "削除"}


@dataclass(frozen=True, slots=True)
class ConfiguredValue:
    """One value: `place` (rule, setting, year) is what it is of, `value` reads 「30時間」 or the words of a choice."""

    place: tuple[str, ...]
    title: str
    label: str
    year: str
    value: str
    source: str


@dataclass(frozen=True, slots=True)
class ValueChange:
    """違い: a value that one of two texts has otherwise, or does not have."""

    kind: str
    before: ConfiguredValue | None
    after: ConfiguredValue | None

    @property
    def about(self) -> ConfiguredValue:
        """What it is about."""
        found = self.after or self.before
        assert found is not None
        return found


def values_of(configured: InForce) -> list[ConfiguredValue]:
    """Every value in the order of rules, settings and years; the multiplier conditions last, in their order."""
    found: list[ConfiguredValue] = []
    for rule_id in sorted(configured.configuration, key=_order):
        for name, entry in configured.configuration[rule_id].items():
            found += _values(rule_id, name, entry)
    for number, row in enumerate(configured.multiplier_conditions, 1):
        label = f"{number}. {row['label']}"
        found.append(ConfiguredValue((KEY, str(number)), CONDITIONS, label, "", _condition(row), ""))
    return found


def compare_values(before: Sequence[ConfiguredValue], after: Sequence[ConfiguredValue]) -> list[ValueChange]:
    """What the second adds, changes and leaves out, in its order."""
    old = {each.place: each for each in before}
    new = {each.place: each for each in after}
    found = []
    for place in [*new, *(place for place in old if place not in new)]:
        was, becomes = old.get(place), new.get(place)
        if was != becomes:
            kind = "added" if was is None else "removed" if becomes is None else "changed"
            found.append(ValueChange(kind, was, becomes))
    return found


def first_said_by(versions: Iterable[InForce]) -> dict[tuple[str, ...], int | None]:
    """Which set (id) brought each value of the last version as it stands; `versions` in force, the oldest first."""
    origins: dict[tuple[str, ...], tuple[ConfiguredValue, int | None]] = {}
    for version in versions:
        known, origins = origins, {}
        for value in values_of(version):
            kept = known.get(value.place)
            same = kept is not None and kept[0] == value
            origins[value.place] = kept if same and kept else (value, version.parameter_set_id)
    return {place: set_id for place, (_, set_id) in origins.items()}


def _order(rule_id: str) -> tuple[int, str]:
    known = catalogue.rule_ids()
    return (known.index(rule_id) if rule_id in known else len(known)), rule_id


def _values(rule_id: str, name: str, entry: Any, keys: tuple[str, ...] = ()) -> list[ConfiguredValue]:
    title, label, unit, choices = _named(rule_id, name)
    label = "・".join((label, *keys))
    if not isinstance(entry, Mapping):
        words = choices.get(str(entry), str(entry))
        return [ConfiguredValue((rule_id, name, *keys, ""), title, label, EVERY_YEAR, words, "")]
    source = entry.get("source")
    source = source if isinstance(source, str) else ""
    found = []
    for year, value in sorted(entry.items(), key=lambda item: str(item[0])):
        if isinstance(value, Mapping):
            found += _values(rule_id, name, value, (*keys, str(year)))
        elif year != "source":
            words = choices.get(str(value)) or number_text(str(value), unit)
            place = (rule_id, name, *keys, str(year))
            found.append(ConfiguredValue(place, title, label, f"{year}年度", words, source))
    return found


@cache
def _named(rule_id: str, name: str) -> tuple[str, str, str, dict[str, str]]:
    """Title of the rule, label of the setting, unit, choices; of a rule that is gone the names as written."""
    if rule_id not in catalogue.rule_ids():
        return rule_id, name, "", {}
    file = parameter_files.load(rule_id)
    title = catalogue.find(rule_id).title
    if name in file.policies:
        return title, file.policies[name].label, "", dict(file.policies[name].choices)
    number = file.parameters.get(name)
    return (title, number.label, number.unit, {}) if number else (title, name, "", {})


def _condition(row: Mapping[str, Any]) -> str:
    asks = []
    if row.get("submitted_days_before") is not None:
        until = str(row["submitted_until"])[:5] if row.get("submitted_until") else "24:00"
        asks.append(f"{row['submitted_days_before']}日前の{until}までに提出")
    if row.get("low_reserve") is not None:
        asks.append("低予備率のコマ" if row["low_reserve"] else "低予備率でないコマ")
    return f"{row['multiplier']}倍（{'、'.join(asks) or '条件なし'}）"
