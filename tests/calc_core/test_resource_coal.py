"""Coal: looked at in March alone, by the contract at its last slot; what is odd about the metering is told."""

from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest

from calc_core.coal_year import CoalYear
from calc_core.contract_period import ContractPeriod
from calc_core.errors import InputRefused
from calc_core.resource_coal import (
    NO_LONGER_COAL,
    NOT_METERED,
    coal_problems,
    coal_results,
    coal_warnings,
)
from calc_core.resource_input import ResourceInput

COAL = ContractPeriod(1_000, 900, 5_832, 0, True)
HALF_KWH = 1_000 * 8_760 // 2


def resource(**changed: Any) -> ResourceInput:
    return ResourceInput("R001", "発電所", 1_000, 900, 5_832, 0, True, {}, {}, **changed)


def penalty_of(month: int = 3, contract: ContractPeriod | None = COAL, **changed: Any) -> int | None:
    results = coal_results(2026, month, resource(**changed), contract, 1_000_000, None)
    return results[-1].value if results else None


def test_the_year_is_charged_in_march_where_it_exceeds_half() -> None:
    assert penalty_of(coal=CoalYear(HALF_KWH + 1)) == 200_000
    assert penalty_of(coal=CoalYear(HALF_KWH)) == 0
    assert penalty_of(coal=CoalYear(HALF_KWH + 10, Fraction(19, 2))) == 200_000
    assert penalty_of(coal_metered_kwh=str(HALF_KWH + 1)) == 200_000


def test_units_mixed_in_one_metering_are_weighted() -> None:
    assert penalty_of(coal=CoalYear(HALF_KWH + 1, 0, 60_000, 100_000)) == 120_000


def test_before_march_or_without_coal_at_its_end_nothing_is_charged() -> None:
    metered = CoalYear(HALF_KWH + 1)
    assert penalty_of(2, coal=metered) is None
    assert penalty_of(coal=metered, contract=None) is None
    assert penalty_of(coal=metered, contract=replace(COAL, inefficient_coal=False)) is None
    assert penalty_of() is None


def test_more_in_tight_slots_than_in_all_is_no_utilisation_and_pointed_out() -> None:
    odd = resource(coal=CoalYear(1, HALF_KWH))
    assessed, penalty = coal_results(2026, 3, odd, COAL, 1_000_000, None)
    assert "上回っています" in assessed.warnings[0]
    assert penalty.value == 0


def test_what_a_person_should_look_at_is_said() -> None:
    metered = resource(coal=CoalYear(1))
    assert coal_warnings(2026, 3, resource(), COAL) == [NOT_METERED]
    assert coal_warnings(2026, 3, metered, replace(COAL, inefficient_coal=False)) == [NO_LONGER_COAL]
    assert coal_warnings(2026, 3, metered, COAL) == []
    assert coal_warnings(2026, 2, resource(), COAL) == []
    assert coal_warnings(2024, 3, resource(), COAL) == []


def test_metering_that_does_not_belong_there_is_refused() -> None:
    plain = replace(resource(coal_metered_kwh="1"), inefficient_coal=False)
    assert [each.where for each in coal_problems(3, plain)] == ["coal_metered_kwh"]
    assert coal_problems(3, replace(plain, periods=(COAL,))) == []
    assert coal_problems(3, replace(resource(coal=CoalYear(1)), inefficient_coal=False)) == []
    twice = resource(coal=CoalYear(1), coal_metered_kwh="1")
    assert [each.where for each in coal_problems(3, twice)] == ["coal"]
    old = resource(coal_low_reserve_kwh="1")
    assert [each.where for each in coal_problems(4, old)] == ["coal_low_reserve_kwh", "coal_metered_kwh"]


def test_a_year_without_the_rule_refuses_metering() -> None:
    with pytest.raises(InputRefused, match="2025年度から適用"):
        coal_results(2024, 3, resource(coal=CoalYear(1)), COAL, 1, None)
