"""全電源算定の入力不備: names given twice, tables of the wrong size, values outside their range, by resource and slot."""

from collections.abc import Mapping, Sequence

import numpy as np

from calc_core.contract_stretches import place_in_month
from calc_core.errors import Problem
from calc_core.fleet.resource import FleetResource, FleetSlots
from calc_core.slots import SLOTS_PER_DAY, end_label
from calc_core.tables import CELLS_NAMED, columns


def resource_problems(resources: Sequence[FleetResource]) -> list[Problem]:
    """No resources at all, or one that is given twice."""
    if not resources:
        return [Problem("resources", "電源等がありません")]
    found, seen = [], set()
    for each in resources:
        if each.resource in seen:
            found.append(
                Problem(
                    each.resource, "同じ電源等が2回以上あります。契約の期間は1つの電源等にまとめてください"
                )
            )
        seen.add(each.resource)
    return found


def slots_as_rows(
    slots: FleetSlots, resources: int, days: int, where: str, problems: list[Problem]
) -> tuple[np.ndarray, np.ndarray] | None:
    """The month as rows × slots, kW in int32 and multiplier in int8 or int32; none after noting what does not fit."""
    expected = (resources, days, SLOTS_PER_DAY)
    before = len(problems)
    found = []
    for name in ("offered_kw", "multiplier"):
        table, column = np.asarray(getattr(slots, name)), columns()[name]
        if table.shape != expected:
            message = f"{column.label}の表の大きさが {table.shape} です。{expected} が必要です"
            problems.append(Problem(f"{where}.{name}", message))
        elif not np.issubdtype(table.dtype, np.integer):
            message = f"{column.label}は整数の列で指定してください（{table.dtype} は正確でない）"
            problems.append(Problem(f"{where}.{name}", message))
        else:
            found.append(_narrowed(table, name, f"{where}.{name}", problems))
    if len(problems) > before:
        return None
    return found[0].reshape(resources, -1), found[1].reshape(resources, -1)


def _narrowed(table: np.ndarray, name: str, where: str, problems: list[Problem]) -> np.ndarray:
    if table.dtype == np.int32 or (name == "multiplier" and table.dtype == np.int8):
        return table
    limits = np.iinfo(np.int32)
    if table.size and (table.min() < limits.min or table.max() > limits.max):
        problems.append(Problem(where, f"{columns()[name].label}に {limits.max:,} を超える値があります"))
    return table.astype(np.int32)


def slot_problems(
    fiscal_year: int,
    delivery_month: int,
    resources: Sequence[FleetResource],
    offered_kw: np.ndarray,
    multiplier: np.ndarray,
    faulty: Mapping[int, Sequence[tuple[int, int]]],
) -> list[Problem]:
    """The values outside their range in the stretches of those rows; the first ones named, the rest counted."""
    found: list[Problem] = []
    more = 0
    for row, stretches in faulty.items():
        for begin, end in stretches:
            for name, table in (("offered_kw", offered_kw), ("multiplier", multiplier)):
                column, part = columns()[name], table[row, begin:end]
                outside = begin + np.flatnonzero((part < column.lowest) | (part > column.highest))
                room = max(CELLS_NAMED - len(found), 0)
                more += max(len(outside) - room, 0)
                for index in outside[:room]:
                    day, slot = place_in_month(fiscal_year, delivery_month, int(index))
                    place = f"{resources[row].resource} {day.isoformat()} {end_label(slot)}"
                    limits = f"{column.lowest:,}〜{column.highest:,} で指定してください"
                    message = f"{column.label}が範囲の外です（{int(table[row, index])}）。{limits}"
                    found.append(Problem(place, message))
    if more:
        found.append(Problem(f"{delivery_month}月分", f"範囲の外の値がほかに {more:,} 件あります"))
    return found
