"""コマ別の表: is a table of slots complete and in range? Checked wholly before any arithmetic, all problems at once.

A month of one resource is an array of days × 48 whole numbers; the columns stand in `input_columns.toml`.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np

from calc_core.errors import Problem
from calc_core.fiscal_year import days_in_month
from calc_core.slots import SLOTS_PER_DAY, days_of_month, end_label

CELLS_NAMED = 20  # bad cells named one by one; the rest is counted


@dataclass(frozen=True, slots=True)
class Column:
    """One input column: our name, its Japanese label, the names official files give it, unit and range."""

    name: str
    label: str
    official_names: tuple[str, ...]
    unit: str
    lowest: int
    highest: int


@cache
def columns() -> Mapping[str, Column]:
    """All input columns by our name."""
    table = tomllib.loads(Path(__file__).with_name("input_columns.toml").read_text(encoding="utf-8"))
    return {
        name: Column(
            name,
            entry["label"],
            tuple(entry["official_names"]),
            entry["unit"],
            entry["lowest"],
            entry["highest"],
        )
        for name, entry in table.items()
    }


def check_slots(
    values: object, name: str, *, fiscal_year: int, delivery_month: int, where: str, problems: list[Problem]
) -> np.ndarray | None:
    """The month's values of a column as int64, days × 48; None after noting every problem."""
    column = columns()[name]
    table = np.asarray(values)
    expected = (days_in_month(fiscal_year, delivery_month), SLOTS_PER_DAY)
    if table.shape != expected:
        message = (
            f"{column.label}の表の大きさが {table.shape} です。{expected[0]} 日×{expected[1]} コマが必要です"
        )
        problems.append(Problem(where, message))
        return None
    if not np.issubdtype(table.dtype, np.integer):
        problems.append(
            Problem(where, f"{column.label}は整数の列で指定してください（{table.dtype} は正確でない）")
        )
        return None
    outside = np.argwhere((table < column.lowest) | (table > column.highest))
    if len(outside) == 0:
        return table.astype(np.int64)
    days = days_of_month(fiscal_year, delivery_month)
    limits = f"{column.lowest:,}〜{column.highest:,} で指定してください"
    for day, slot in outside[:CELLS_NAMED]:
        place = f"{where} {days[day].isoformat()} {end_label(int(slot) + 1)}"
        problems.append(Problem(place, f"{column.label}が範囲の外です（{int(table[day, slot])}）。{limits}"))
    if len(outside) > CELLS_NAMED:
        problems.append(Problem(where, f"範囲の外の値がほかに {len(outside) - CELLS_NAMED:,} 件あります"))
    return None
