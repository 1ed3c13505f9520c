"""Contracts that cannot be computed with are told, each number by its name."""

from dataclasses import replace
from datetime import date

import pytest

from calc_core.coal_year import CoalYear
from calc_core.contract_period import ContractPeriod
from calc_core.fleet.contracts import contract_of_the_year, contract_problems
from calc_core.fleet.resource import FleetResource

SOUND = ContractPeriod(1_000, 900, 8_000, 100)


def resource(*periods: ContractPeriod, coal: CoalYear | None = None) -> FleetResource:
    return FleetResource("R1", "B", "東京", "安定電源", periods, (), coal)


@pytest.mark.parametrize(
    ("change", "place"),
    [
        ({"contract_kw": 0}, "contract_kw"),
        ({"assessed_kw": 0}, "assessed_kw"),
        ({"assessed_kw": 2**31}, "assessed_kw"),
        ({"assessed_kw": 1.5}, "assessed_kw"),
        ({"price_yen_per_kw": -1}, "price_yen_per_kw"),
        ({"transitional_deduction_yen": -1}, "transitional_deduction_yen"),
        ({"transitional_deduction_yen": 8_000_001}, "transitional_deduction_yen"),
    ],
)
def test_a_number_out_of_place_is_told_by_name(change, place) -> None:
    assert contract_problems(resource(SOUND)) == []
    found = contract_problems(resource(replace(SOUND, **change)))
    assert place in [each.where.removeprefix("R1 periods[0].") for each in found]


def test_no_contract_two_in_one_slot_and_coal_that_is_none_are_told() -> None:
    assert [each.message for each in contract_problems(resource())] == ["契約がありません"]
    assert [each.where for each in contract_problems(resource(SOUND, SOUND))] == ["R1 periods[1].first"]
    assert [each.where for each in contract_problems(resource(SOUND, coal=CoalYear(1)))] == ["R1 coal"]


def test_a_contract_stands_all_year_where_it_covers_every_slot_of_it() -> None:
    covering = replace(SOUND, first=(date(2026, 4, 1), 1), last=(date(2027, 3, 31), 48))
    assert contract_of_the_year(2026, resource(covering)) == covering
    assert contract_of_the_year(2026, resource(SOUND)) == SOUND
    assert contract_of_the_year(2026, resource(replace(covering, first=(date(2026, 4, 1), 2)))) is None
    assert contract_of_the_year(2026, resource(replace(covering, last=(date(2027, 3, 31), 47)))) is None
    assert contract_of_the_year(2026, resource(SOUND, SOUND)) is None
