"""Mixed coal metering: shares are exact, nothing to divide by is refused, a correction by the contract is a policy."""

from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from calc_core import narration
from calc_core.catalogue import evaluate
from calc_core.errors import InputRefused

RULE = "assessment/coal_apportioning"


def unit(coal: bool = True, gross: object = 1, installed: object = 1) -> dict[str, Any]:
    return {"coal": coal, "gross_kwh": gross, "installed_kw": installed}


def inputs(*units: dict[str, Any], metered: object = 100, contract: object = 10, installed: object = 10):
    return {"units": list(units), "metered_kwh": metered, "contract_kw": contract, "installed_kw": installed}


def places(given_: dict[str, Any], year: int = 2025) -> list[str]:
    with pytest.raises(InputRefused) as caught:
        evaluate(RULE, year, given_)
    return [problem.where for problem in caught.value.problems]


@settings(max_examples=50)
@given(
    st.lists(st.tuples(st.booleans(), st.integers(1, 10**9), st.integers(1, 10**6)), min_size=1, max_size=6)
)
def test_coal_and_the_rest_make_up_the_whole(units: list[tuple[bool, int, int]]) -> None:
    coal = evaluate(RULE, 2025, inputs(*(unit(*each) for each in units))).values
    rest = evaluate(RULE, 2025, inputs(*(unit(not is_coal, *each) for is_coal, *each in units))).values
    assert coal["coal_kwh"] + rest["coal_kwh"] == 100
    assert coal["coal_contract_kw"] + rest["coal_contract_kw"] == 10


def test_what_is_apportioned_goes_into_the_utilisation_unrounded() -> None:
    apportioned = evaluate(RULE, 2025, inputs(unit(), unit(coal=False, gross=2, installed=2))).values
    assert apportioned == {"coal_kwh": Fraction(100, 3), "coal_contract_kw": Fraction(10, 3)}
    assessed = {
        "metered_kwh": apportioned["coal_kwh"],
        "low_reserve_kwh": 0,
        "contract_kw": apportioned["coal_contract_kw"],
    }
    assert evaluate("assessment/coal_curtailment", 2025, assessed).value == 1


def test_units_that_nothing_can_be_divided_by_are_refused_with_all_other_problems() -> None:
    zero = unit(gross=0, installed="0")
    assert places(inputs(zero, zero, metered=-1, contract=0, installed=0), 2024) == [
        "fiscal_year",
        "metered_kwh",
        "contract_kw",
        "installed_kw",
        "units",
        "units",
    ]
    assert places(inputs()) == ["units"]
    assert places(inputs(unit(gross=-1), {"coal": 1})) == [
        "units[0].gross_kwh",
        "units[1].coal",
        "units[1].gross_kwh",
        "units[1].installed_kw",
    ]


def test_units_that_do_not_add_up_to_the_installed_capacity_are_pointed_out() -> None:
    result = evaluate(RULE, 2025, inputs(unit(installed=9)))
    assert "一致しません" in result.warnings[0]
    assert evaluate(RULE, 2025, inputs(unit(installed=10))).warnings == ()


def test_the_correction_is_marked_only_where_it_is_made() -> None:
    same = evaluate(RULE, 2025, inputs(unit(installed=10)))
    assert [step.policy for step in same.steps] == [None] * 6
    smaller = evaluate(RULE, 2025, inputs(unit(installed=20), installed=20))
    assert smaller.values == {"coal_kwh": 50, "coal_contract_kw": 5}
    told = "\n".join(narration.result_lines(smaller.to_json()))
    assert "非効率石炭の契約容量相当: 5kW" in told
    assert "契約容量に応じた補正の対象: 計量値相当と契約容量相当の両方" in told
