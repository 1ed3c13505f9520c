"""The yearly utilisation of inefficient coal: rounded up to whole per cent, by the hours of its own year."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calc_core.catalogue import evaluate
from calc_core.errors import InputRefused

RULE = "assessment/coal_curtailment"
energy = st.decimals(min_value=0, max_value=10**10, places=3)


def slow_ceiling(number: Fraction) -> int:
    whole = int(number)
    while whole < number:
        whole += 1
    while whole - 1 >= number:
        whole -= 1
    return whole


@given(
    energy, energy, st.integers(min_value=1, max_value=10**7), st.sampled_from([(2025, 8760), (2027, 8784)])
)
def test_the_utilisation_is_the_least_whole_per_cent_not_below_the_exact_one(
    metered: object, low_reserve: object, contract_kw: int, year: tuple[int, int]
) -> None:
    inputs = {"metered_kwh": metered, "low_reserve_kwh": low_reserve, "contract_kw": contract_kw}
    exact = 100 * (Fraction(metered) - Fraction(low_reserve)) / (contract_kw * year[1])
    assert evaluate(RULE, year[0], inputs).value == slow_ceiling(exact)


@given(st.integers(min_value=0, max_value=120), st.integers(min_value=1, max_value=10**6))
def test_an_exactly_whole_per_cent_is_not_rounded_up(percent: int, hundred_kw: int) -> None:
    inputs = {
        "metered_kwh": percent * hundred_kw * 8760,
        "low_reserve_kwh": 0,
        "contract_kw": 100 * hundred_kw,
    }
    assert evaluate(RULE, 2025, inputs).value == percent


def test_an_apportioned_capacity_may_be_a_fraction() -> None:
    inputs = {"metered_kwh": "2920", "low_reserve_kwh": "0", "contract_kw": "2/3"}
    assert evaluate(RULE, 2025, inputs).value == 50


def test_more_energy_in_tight_slots_than_in_all_slots_is_pointed_out() -> None:
    result = evaluate(RULE, 2025, {"metered_kwh": 1, "low_reserve_kwh": 2, "contract_kw": 1})
    assert "上回っています" in result.warnings[0]


def test_the_requirement_does_not_exist_before_fiscal_year_2025() -> None:
    with pytest.raises(InputRefused, match="2024年度"):
        evaluate(RULE, 2024, {"metered_kwh": 1, "low_reserve_kwh": 0, "contract_kw": 1})
