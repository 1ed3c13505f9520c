"""Tables that do not fit are told before anything is added up; values outside their range by slot, the rest counted."""

import numpy as np

from calc_core.contract_period import ContractPeriod
from calc_core.errors import Problem
from calc_core.fleet.faults import resource_problems, slot_problems, slots_as_rows
from calc_core.fleet.resource import FleetResource, FleetSlots

ONE = FleetResource("R1", "B", "東京", "安定電源", (ContractPeriod(1, 1, 1),))


def rows(offered_kw: np.ndarray, multiplier: np.ndarray) -> tuple[object, list[Problem]]:
    problems: list[Problem] = []
    return slots_as_rows(FleetSlots(offered_kw, multiplier), 1, 30, "months[4]", problems), problems


def test_no_resource_and_one_given_twice_are_told() -> None:
    assert [each.where for each in resource_problems([])] == ["resources"]
    assert [each.where for each in resource_problems([ONE, ONE])] == ["R1"]


def test_size_and_type_of_both_tables_are_told_at_once() -> None:
    found, problems = rows(np.zeros((1, 31, 48), np.int32), np.ones((1, 30, 48)))
    assert found is None
    assert [each.where for each in problems] == ["months[4].offered_kw", "months[4].multiplier"]
    found, problems = rows(np.full((1, 30, 48), 2**40), np.ones((1, 30, 48), np.int8))
    assert (found, [each.where for each in problems]) == (None, ["months[4].offered_kw"])


def test_tables_of_the_right_type_are_not_copied_and_wider_ones_narrowed() -> None:
    offered_kw, multiplier = np.zeros((1, 30, 48), np.int32), np.ones((1, 30, 48), np.int64)
    (narrow, times), problems = rows(offered_kw, multiplier)
    assert problems == []
    assert np.shares_memory(narrow, offered_kw)
    assert (narrow.shape, times.dtype) == ((1, 1_440), np.int32)


def test_twenty_cells_are_named_and_the_others_counted() -> None:
    offered_kw = np.full((1, 1_440), -1, np.int32)
    found = slot_problems(2026, 4, [ONE], offered_kw, np.ones_like(offered_kw), {0: [(0, 25), (100, 105)]})
    assert len(found) == 21
    assert found[0].where == "R1 2026-04-01 00:30"
    assert "ほかに 10 件" in found[-1].message
