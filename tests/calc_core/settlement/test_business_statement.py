"""Netting of a business: order does not matter, tax is cut once, a debt is set off once and never invoiced again."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calc_core.catalogue import evaluate
from calc_core.errors import InputRefused
from calc_core.fiscal_year import DELIVERY_MONTHS

RULE = "settlement/business_statement"
yen = st.integers(min_value=-(10**10), max_value=10**10)
lines = st.lists(
    st.fixed_dictionaries({"resource": st.sampled_from("ABCDEFG"), "payment_yen": yen, "penalty_yen": yen}),
    max_size=6,
)
adjustments = st.lists(st.fixed_dictionaries({"reason": st.just("訂正"), "yen": yen}), max_size=3)
debts = st.integers(min_value=0, max_value=10**10)
months = st.sampled_from(DELIVERY_MONTHS)


def statement(month: int, rows: list, extra: list, debt: int) -> dict[str, Any]:
    inputs = {"delivery_month": month, "lines": rows, "adjustments": extra, "carried_debt_yen": debt}
    return dict(evaluate(RULE, 2025, inputs).values)


def slowly(rows: list, extra: list, debt: int) -> dict[str, Any]:
    net = 0
    for row in rows:
        net = net + row["payment_yen"] - row["penalty_yen"]
    for each in extra:
        net += each["yen"]
    tax = abs(net) // 10 * (1 if net >= 0 else -1)
    gross = net + tax
    offset = 0 if gross <= 0 else gross if debt > gross else debt
    total = gross - offset
    direction = {True: "pay"}.get(total > 0, {True: "invoice"}.get(total < 0, "none"))
    return {
        "net_yen": net,
        "tax_yen": tax,
        "offset_yen": offset,
        "total_yen": total,
        "direction": direction,
        "debt_left_yen": debt - offset,
    }


@given(months, lines, adjustments, debts)
def test_the_statement_is_what_the_clause_says_slowly(month: int, rows: list, extra: list, debt: int) -> None:
    assert statement(month, rows, extra, debt) == slowly(rows, extra, debt)


@given(months, lines, adjustments, debts, st.randoms(use_true_random=False))
def test_the_order_of_resources_does_not_matter(
    month: int, rows: list, extra: list, debt: int, chance: Any
) -> None:
    shuffled = chance.sample(rows, len(rows))
    assert statement(month, shuffled, extra, debt) == statement(month, rows, extra, debt)


def test_a_debt_paid_off_over_two_months_is_set_off_exactly_once() -> None:
    row = [{"resource": "A", "payment_yen": 100_000, "penalty_yen": 0}]
    first = statement(5, row, [], 150_000)
    second = statement(6, row, [], first["debt_left_yen"])
    assert (first["total_yen"], second["total_yen"], second["debt_left_yen"]) == (0, 70_000, 0)


def test_the_value_is_the_total_in_yen() -> None:
    row = {"resource": "A", "payment_yen": 10, "penalty_yen": 0}
    result = evaluate(RULE, 2025, {"delivery_month": 4, "lines": [row, row]}).to_json()
    assert (result["value"], result["unit"], result["values"]["direction"]) == ("22", "yen", "pay")
    assert "2回以上" in result["warnings"][0]


@pytest.mark.parametrize(
    ("changed", "place"),
    [
        ({"lines": "A"}, "lines"),
        ({"lines": {"resource": "A"}}, "lines"),
        ({"lines": ["A"]}, "lines[0]"),
        ({"lines": [{"resource": 5, "payment_yen": 1, "penalty_yen": 1}]}, "lines[0].resource"),
        ({"lines": [{"resource": "A", "payment_yen": "1.5", "penalty_yen": 1}]}, "lines[0].payment_yen"),
        ({"adjustments": [{"reason": " ", "yen": 1}]}, "adjustments[0].reason"),
        ({"adjustments": None}, "adjustments"),
    ],
)
def test_a_row_that_cannot_be_read_is_named(changed: dict[str, Any], place: str) -> None:
    with pytest.raises(InputRefused) as caught:
        evaluate(RULE, 2025, {"delivery_month": 4, "lines": []} | changed)
    assert [problem.where for problem in caught.value.problems] == [place]
