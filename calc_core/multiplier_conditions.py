"""倍率の条件: which multiplier does an outage count with, by when its plan was submitted and whether supply is tight?

Document 000 shows the multipliers 1 and 5 and publishes no condition; conditions are configured (TOML key
`multiplier_conditions`, a list of tables): the first that fits counts. None of the fields but `label` and `multiplier`
is needed; a field that is absent asks for nothing.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from calc_core.errors import InputRefused, Problem
from calc_core.slots import JAPAN

KEY = "multiplier_conditions"
HIGHEST_MULTIPLIER = 127
LONGEST_LEAD_DAYS = 3_660
NONE_PUBLISHED = "倍率の条件は公表されていません。設定がないため、すべて 1 倍としました"
_FIELDS = {"label", "submitted_days_before", "submitted_until", "low_reserve", "multiplier"}


@dataclass(frozen=True, slots=True)
class MultiplierCondition:
    """One condition and its multiplier.

    `submitted_days_before` N with `submitted_until`: submitted at or before that time (Japan) of the day N days before
    the slot's day; without a time at any time of that day. `low_reserve`: the slot is, or is not, a low-reserve slot.
    """

    label: str
    submitted_days_before: int | None
    submitted_until: time | None
    low_reserve: bool | None
    multiplier: int

    def first_day_in_time(self, submitted_at: datetime) -> date | None:
        """The first day whose slots a plan submitted then was in time for; none: the condition does not ask."""
        if self.submitted_days_before is None:
            return None
        local = submitted_at.astimezone(JAPAN)
        late = self.submitted_until is not None and local.time() > self.submitted_until
        return local.date() + timedelta(days=self.submitted_days_before + late)


def read_conditions(rows: object) -> tuple[MultiplierCondition, ...]:
    """The configured conditions in their order. Raises `InputRefused` with every problem of every one."""
    problems: list[Problem] = []
    if not isinstance(rows, Sequence) or isinstance(rows, str):
        raise InputRefused([Problem(KEY, "[[multiplier_conditions]] の表を並べて書いてください")])
    found = [_read(row, f"{KEY}[{number}]", problems) for number, row in enumerate(rows)]
    if problems:
        raise InputRefused(problems)
    return tuple(each for each in found if each is not None)


def _read(row: object, where: str, problems: list[Problem]) -> MultiplierCondition | None:
    if not isinstance(row, Mapping):
        problems.append(Problem(where, "label と multiplier を持つ表で書いてください"))
        return None
    before = len(problems)
    for name in sorted(map(str, row.keys() - _FIELDS)):
        problems.append(
            Problem(f"{where}.{name}", f"この項目はありません。使えるもの: {'、'.join(sorted(_FIELDS))}")
        )
    label = row.get("label")
    if not isinstance(label, str) or not label.strip():
        problems.append(Problem(f"{where}.label", "条件の名前を書いてください"))
    lead = _whole(row, "submitted_days_before", LONGEST_LEAD_DAYS, where, problems)
    multiplier = _whole(row, "multiplier", HIGHEST_MULTIPLIER, where, problems)
    if "multiplier" not in row:
        problems.append(
            Problem(f"{where}.multiplier", f"倍率を 0〜{HIGHEST_MULTIPLIER} の整数で書いてください")
        )
    until = _time(row, where, problems)
    if until is not None and row.get("submitted_days_before") is None:
        problems.append(
            Problem(f"{where}.submitted_until", "何日前の時刻かを submitted_days_before で書いてください")
        )
    low = row.get("low_reserve")
    if low is not None and not isinstance(low, bool):
        problems.append(Problem(f"{where}.low_reserve", "true か false で書いてください"))
    if len(problems) > before or multiplier is None:
        return None
    return MultiplierCondition(str(label).strip(), lead, until, low, multiplier)


def _whole(
    row: Mapping[str, Any], name: str, highest: int, where: str, problems: list[Problem]
) -> int | None:
    value = row.get(name)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= highest:
        problems.append(Problem(f"{where}.{name}", f"0〜{highest:,} の整数で書いてください（{value!r}）"))
        return None
    return value


def _time(row: Mapping[str, Any], where: str, problems: list[Problem]) -> time | None:
    value = row.get("submitted_until")
    if value is None or (isinstance(value, time) and value.tzinfo is None):
        return value
    try:
        if not isinstance(value, str) or len(value) != 5:
            raise ValueError
        return time.fromisoformat(value)
    except ValueError:
        problems.append(
            Problem(f"{where}.submitted_until", f'時刻は "17:00" の形で書いてください（{value!r}）')
        )
        return None
