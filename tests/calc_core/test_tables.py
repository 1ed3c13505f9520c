"""Slot tables: complete and in range, or refused with day and slot of every bad value."""

import numpy as np

from calc_core.errors import Problem
from calc_core.tables import CELLS_NAMED, check_slots, columns


def check(values: object, name: str = "offered_kw") -> tuple[np.ndarray | None, list[Problem]]:
    problems: list[Problem] = []
    table = check_slots(values, name, fiscal_year=2025, delivery_month=4, where="表", problems=problems)
    return table, problems


def test_a_table_in_range_comes_back_as_int64() -> None:
    table, problems = check(np.full((30, 48), 2**31 - 1, dtype=np.int32))
    assert problems == []
    assert table.dtype == np.int64


def test_many_bad_values_are_named_up_to_a_limit_and_then_counted() -> None:
    table, problems = check(np.full((30, 48), 128), "multiplier")
    assert table is None
    assert problems[0].where == "表 2025-04-01 00:30"
    assert len(problems) == CELLS_NAMED + 1
    assert f"{30 * 48 - CELLS_NAMED:,} 件" in problems[-1].message


def test_truth_values_floats_and_ragged_months_are_no_slot_tables() -> None:
    for values in (np.ones((30, 48), dtype=bool), np.ones((30, 48)), np.ones((31, 48), dtype=int), [], None):
        table, problems = check(values)
        assert table is None
        assert len(problems) == 1


def test_every_column_has_a_unit_and_official_names() -> None:
    for column in columns().values():
        assert column.unit
        assert column.official_names
        assert column.lowest < column.highest
