"""The statement of a business: equal to the single rules slot by slot, independent of order, exact in comparison."""

import json
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from calc_core.catalogue import evaluate
from calc_core.errors import InputRefused
from calc_core.fiscal_year import DELIVERY_MONTHS, days_in_month, months_until
from calc_core.slots import SLOTS_PER_DAY
from calc_core.statement import ResourceInput, Statement, compute_statement

YEAR = 2025


def resource(code: str = "R001", until: int = 4, seed: int = 1, **changed: Any) -> ResourceInput:
    """A resource with random, reproducible slots from April to a month; heavy multipliers, so that penalties arise."""
    chance = np.random.default_rng(seed)
    year = changed.pop("year", YEAR)
    shapes = {month: (days_in_month(year, month), SLOTS_PER_DAY) for month in months_until(until)}
    given_values = {
        "resource": code,
        "name": f"発電所{code}",
        "contract_kw": 100_000,
        "assessed_kw": 99_999,
        "price_yen_per_kw": 3_495,
        "transitional_deduction_yen": 7,
        "inefficient_coal": False,
        "offered_kw_by_month": {
            month: chance.integers(0, 120_000, shape, dtype=np.int32) for month, shape in shapes.items()
        },
        "multiplier_by_month": {
            month: chance.choice(np.array([0, 1, 5, 127], dtype=np.int8), shape)
            for month, shape in shapes.items()
        },
    }
    return ResourceInput(**(given_values | changed))


def compute(*resources: ResourceInput, month: int = 4, **more: Any) -> Statement:
    return compute_statement(fiscal_year=YEAR, delivery_month=month, resources=resources, **more)


def figures(statement: Statement) -> dict[str, str]:
    return {figure.key: figure.exact for figure in statement.key_figures()}


@pytest.mark.parametrize("month", [4, 6])
def test_a_statement_equals_the_single_rules_applied_slot_by_slot(month: int) -> None:
    given_resource = resource(until=month)
    charged, paid, cumulative = 0, 0, Fraction(0)
    for each in months_until(month):
        table = zip(
            given_resource.offered_kw_by_month[each].ravel().tolist(),
            given_resource.multiplier_by_month[each].ravel().tolist(),
            strict=True,
        )
        slots = sum(
            evaluate(
                "assessment/outage_plan",
                YEAR,
                {"offered_kw": offered, "assessed_kw": 99_999, "multiplier": multiplier},
            ).value
            for offered, multiplier in table
        )
        cumulative += slots
        amount = 3_495 * 100_000 - 7
        penalty = evaluate(
            "penalty/outage_plan",
            YEAR,
            {"contract_amount_yen": amount, "shortfall_slots": cumulative, "charged_before_yen": charged},
        ).value
        charged += penalty
        payment = amount // 12
        paid += payment
    statement = compute(given_resource, month=month)
    found = figures(statement)
    line = statement.lines[0].months[-1]
    assert (line.shortfall_slots, line.cumulative_slots) == (slots, cumulative)
    assert penalty > 0
    assert found["resource.R001.penalty_yen"] == str(penalty)
    assert found["resource.R001.payment_yen"] == str(payment)
    assert found["net_yen"] == str(payment - penalty)


@settings(max_examples=15, deadline=None)
@given(
    st.integers(min_value=1, max_value=2**31 - 1),
    st.lists(st.tuples(st.integers(0, 2**31 - 1), st.integers(0, 127), st.integers(0, 1439)), max_size=8),
)
def test_the_sum_of_a_month_is_exact_up_to_the_largest_values(
    assessed: int, slots: list[tuple[int, int, int]]
) -> None:
    offered = np.full((30, 48), 2**31 - 1, dtype=np.int32)
    multiplier = np.full((30, 48), 127, dtype=np.int8)
    for kw, times, place in slots:
        offered.flat[place], multiplier.flat[place] = kw, times
    changed = {
        "assessed_kw": assessed,
        "offered_kw_by_month": {4: offered},
        "multiplier_by_month": {4: multiplier},
    }
    line = compute(resource(**changed)).lines[0]
    pairs = zip(offered.ravel().tolist(), multiplier.ravel().tolist(), strict=True)
    expected = Fraction(sum(times * max(assessed - kw, 0) for kw, times in pairs), assessed)
    assert line.months[0].shortfall_slots == expected


def test_a_month_of_nothing_at_the_largest_capacity_does_not_overflow() -> None:
    changed = {
        "assessed_kw": 2**31 - 1,
        "offered_kw_by_month": {4: np.zeros((30, 48), dtype=np.int32)},
        "multiplier_by_month": {4: np.full((30, 48), 127, dtype=np.int8)},
    }
    assert compute(resource(**changed)).lines[0].months[0].shortfall_slots == 30 * 48 * 127


def test_the_order_of_resources_does_not_matter() -> None:
    first, second, third = (resource(f"R{number}", seed=number) for number in (1, 2, 3))
    one = compute(first, second, third, carried_debt_yen=5)
    other = compute(third, first, second, carried_debt_yen=5)
    assert one.to_json() == other.to_json()


def test_adjustments_and_the_carried_debt_reach_the_business() -> None:
    plain = figures(compute(resource()))
    changed = figures(
        compute(resource(), adjustments=[{"reason": "4月分の訂正", "yen": "-1000"}], carried_debt_yen=300)
    )
    assert int(changed["net_yen"]) == int(plain["net_yen"]) - 1000
    assert "debt_left_yen" in changed


def test_the_steps_of_a_statement_say_what_was_computed_with_their_source() -> None:
    document = compute(resource(until=5), month=5).to_json()
    results = [*document["resources"][0]["results"], document["business"]]
    assert [result["rule"] for result in results] == [
        "assessment/outage_plan",
        "penalty/outage_plan",
        "settlement/contract_amount",
        "settlement/monthly_payment",
        "settlement/business_statement",
    ]
    assert all(step["source"] for result in results for step in result["steps"])
    step = results[0]["steps"][0]
    assert step["formula"] == "weighted_shortfall_kw / assessed_kw"
    exact = Fraction(step["inputs"]["weighted_shortfall_kw"]) / Fraction(step["inputs"]["assessed_kw"])
    assert exact == Fraction(step["value"])
    assert document["payment_month"] == "2025-10"
    assert document["settings"]["penalty/outage_plan"][0]["value"] == "8640"
    assert json.loads(json.dumps(document)) == document


def test_the_whole_year_of_inefficient_coal_comes_to_the_amount_less_the_penalty() -> None:
    capacity_kwh = 100_000 * 8760
    coal = resource(
        until=3,
        inefficient_coal=True,
        coal_metered_kwh=str(capacity_kwh // 2 + 1),
        coal_low_reserve_kwh="0",
    )
    statement = compute(coal, month=3)
    line = statement.lines[0]
    amount = 3_495 * 100_000 - 7
    assert line.coal_penalty_yen == amount // 5
    assert sum(month.payment_yen for month in line.months) == amount - amount // 5
    assert [month.month for month in line.months] == list(DELIVERY_MONTHS)
    assert figures(statement)["resource.R001.coal_penalty_yen"] == str(amount // 5)
    assert int(figures(statement)["penalties_yen"]) == line.penalty_yen, "never charged twice"


def test_coal_without_metering_in_march_is_paid_in_full_and_pointed_out() -> None:
    statement = compute(resource(until=3, inefficient_coal=True), month=3)
    assert "稼働抑制の計量値がない" in statement.warnings[0]
    paid = sum(month.payment_yen for month in statement.lines[0].months)
    assert paid == statement.lines[0].contract_amount_yen


def test_a_coordination_reduction_lowers_the_payment_but_not_the_basis_of_the_penalty() -> None:
    plain, reduced = compute(resource()), compute(resource(coordination_reduction_yen=1_200_000))
    assert reduced.lines[0].penalty_yen == plain.lines[0].penalty_yen
    assert plain.lines[0].payment_yen - reduced.lines[0].payment_yen == 100_000
    policy = {"settlement/contract_amount": {"penalty_basis": "after_coordination_reduction"}}
    after = compute(resource(coordination_reduction_yen=1_200_000), parameters=policy)
    assert after.lines[0].penalty_yen < plain.lines[0].penalty_yen


def test_the_slots_with_shortfall_add_up_to_the_month() -> None:
    given_resource = resource()
    slots = given_resource.slots_with_shortfall(YEAR, 4)
    assert (
        sum(slot.shortfall_slots for slot in slots)
        == compute(given_resource).lines[0].months[0].shortfall_slots
    )
    first = slots[0]
    day, column = first.date.day - 1, first.slot - 1
    assert first.offered_kw == given_resource.offered_kw_by_month[4][day, column]
    assert first.missing_kw == 99_999 - first.offered_kw > 0


def test_all_problems_of_all_resources_are_reported_at_once() -> None:
    bad = resource(
        "R2",
        contract_kw=0,
        assessed_kw=-1,
        offered_kw_by_month={4: np.full((30, 48), 0.5)},
        multiplier_by_month={4: np.full((30, 47), 1)},
        coal_metered_kwh="1",
    )
    worse = np.zeros((30, 48), dtype=np.int64)
    worse[2, 33] = -7
    with pytest.raises(InputRefused) as caught:
        compute(
            bad,
            resource("R3", offered_kw_by_month={4: worse}),
            resource("R4", offered_kw_by_month={}),
            carried_debt_yen=-1,
        )
    assert {problem.where for problem in caught.value.problems} == {
        "resources[R2].contract_kw",
        "resources[R2].assessed_kw",
        "resources[R2].offered_kw_by_month[4]",
        "resources[R2].multiplier_by_month[4]",
        "resources[R2].coal_metered_kwh",
        "resources[R3].offered_kw_by_month[4] 2025-04-03 17:00",
        "resources[R4].offered_kw_by_month[4]",
        "carried_debt_yen",
    }


@pytest.mark.parametrize(
    ("changed", "place"),
    [
        ({"fiscal_year": 2023}, "fiscal_year"),
        ({"delivery_month": 13}, "delivery_month"),
        ({"fiscal_year": "x"}, "fiscal_year"),
    ],
)
def test_a_year_or_month_that_is_none_is_refused(changed: dict[str, Any], place: str) -> None:
    asked = {"fiscal_year": YEAR, "delivery_month": 4, "resources": [resource()]} | changed
    with pytest.raises(InputRefused, match=place):
        compute_statement(**asked)


def test_the_same_resource_twice_is_refused() -> None:
    with pytest.raises(InputRefused, match="2回以上"):
        compute(resource(), resource())
