"""A resource is checked completely: contract by contract, month by month, and only where a contract stands."""

from dataclasses import replace
from datetime import date
from typing import Any

import numpy as np
import pytest

from calc_core.contract_period import ContractPeriod
from calc_core.errors import InputRefused
from calc_core.resource_checks import check_resource
from calc_core.resource_input import ResourceInput
from calc_core.slot_event import SlotEvent

CONTRACT = ContractPeriod(1_000, 900, 5_832)
MAY_15 = date(2026, 5, 15)


def resource(*periods: ContractPeriod, **changed: Any) -> ResourceInput:
    shapes = {4: (30, 48), 5: (31, 48)}
    tables = {
        "offered_kw_by_month": {month: np.full(shape, 899) for month, shape in shapes.items()},
        "multiplier_by_month": {month: np.ones(shape, np.int8) for month, shape in shapes.items()},
    }
    return ResourceInput("R001", "発電所", 0, 0, 0, 0, False, **(tables | changed), periods=periods)


def places(given: ResourceInput) -> set[str]:
    with pytest.raises(InputRefused) as refused:
        check_resource(2026, 5, given, None)
    return {each.where for each in refused.value.problems}


def test_values_outside_a_contract_are_not_looked_at_not_even_whether_they_are_there() -> None:
    offered = np.full((31, 48), 899)
    offered[:14] = -1
    later = replace(CONTRACT, first=(MAY_15, 1))
    checked = check_resource(2026, 5, resource(later, offered_kw_by_month={5: offered}), None)
    assert checked.shortfalls[4].stretches == ()
    assert checked.shortfalls[5].short_slots == 17 * 48
    assert checked.contract_at_end(2026, 4) is None
    assert checked.contract_at_end(2026, 5).amount.value == 5_832_000


def test_values_missing_within_a_contract_are_told_by_slot() -> None:
    offered = np.full((31, 48), 899)
    offered[13, 47], offered[14, 0] = -1, -1
    later = replace(CONTRACT, first=(MAY_15, 1))
    assert places(resource(later, offered_kw_by_month={5: offered})) == {
        "offered_kw_by_month[5] 2026-05-15 00:30"
    }


def test_every_problem_of_every_period_table_and_event_is_told_at_once() -> None:
    given = resource(
        replace(CONTRACT, last=(MAY_15, 1)),
        ContractPeriod(0, -1, 1, 0, first=(MAY_15, 2), last=(MAY_15, 3)),
        ContractPeriod(1, 1, 1, 2, first=(MAY_15, 4)),
        multiplier_by_month={4: np.full((30, 48), 128)},
    )
    found = places(given)
    assert {
        "periods[1].contract_kw",
        "periods[1].assessed_kw",
        "periods[2].contract_amount_yen",
        "multiplier_by_month[4]",
        "multiplier_by_month[5]",
    } <= found
    events = (SlotEvent(MAY_15, 1, "dispatch_order", {}),)
    assert "events[2026-05-15 00:30 dispatch_order].kind" in places(resource(CONTRACT, events=events))
    assert places(resource(CONTRACT, CONTRACT)) == {"periods[1].first"}


def test_a_table_of_another_size_is_refused_also_where_the_contract_has_gaps() -> None:
    gap = replace(CONTRACT, last=(MAY_15, 1))
    tables = {4: np.zeros((30, 48), int), 5: np.zeros((30, 48), int)}
    assert places(resource(gap, offered_kw_by_month=tables)) == {"offered_kw_by_month[5]"}


def test_penalties_are_computed_on_the_amount_that_the_policy_names() -> None:
    given = replace(resource(CONTRACT), coordination_reduction_yen=832_000)
    [contract] = check_resource(2026, 5, given, None).contracts
    assert (contract.amount.value, contract.penalty_basis_yen) == (5_000_000, 5_832_000)
    after = {"settlement/contract_amount": {"penalty_basis": "after_coordination_reduction"}}
    [contract] = check_resource(2026, 5, given, after).contracts
    assert (contract.amount.value, contract.penalty_basis_yen) == (5_000_000, 5_000_000)
