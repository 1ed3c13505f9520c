"""The payment of a month: twelve months always come to the whole amount, to the yen."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calc_core.catalogue import evaluate
from calc_core.errors import InputRefused
from calc_core.fiscal_year import DELIVERY_MONTHS

RULE = "settlement/monthly_payment"


def payment(amount: int, month: int, paid: int, **more: object) -> int:
    inputs = {"contract_amount_yen": amount, "delivery_month": month, "paid_before_yen": paid}
    return evaluate(RULE, 2025, inputs | more).value


@given(st.integers(min_value=0, max_value=10**12), st.booleans(), st.data())
def test_the_payments_of_a_year_come_to_the_amount_less_the_coal_penalty(
    amount: int, coal: bool, data: st.DataObject
) -> None:
    coal_penalty = data.draw(st.integers(min_value=0, max_value=amount)) if coal else 0
    paid = []
    for month in DELIVERY_MONTHS[:-1]:
        paid.append(payment(amount, month, sum(paid), inefficient_coal=coal))
        assert paid[-1] == (amount * 4 // 60 if coal else amount // 12)
    paid.append(payment(amount, 3, sum(paid), inefficient_coal=coal, coal_penalty_yen=coal_penalty))
    assert sum(paid) == amount - coal_penalty


def test_the_coal_penalty_belongs_to_march_only() -> None:
    with pytest.raises(InputRefused, match="coal_penalty_yen"):
        payment(1200, 2, 0, coal_penalty_yen=1)
    assert payment(1200, 2, 0, coal_penalty_yen=0) == 100


@pytest.mark.parametrize("month", ["0", "13", "4.5", "-4", "April", True, None])
def test_a_month_that_is_none_is_refused(month: object) -> None:
    with pytest.raises(InputRefused, match="delivery_month"):
        evaluate(RULE, 2025, {"contract_amount_yen": 1, "delivery_month": month, "paid_before_yen": 0})


@pytest.mark.parametrize("word", ["true", "yes", 1, "1", 0])
def test_only_true_and_false_say_whether_a_resource_is_inefficient_coal(word: object) -> None:
    with pytest.raises(InputRefused, match="inefficient_coal"):
        payment(1, 4, 0, inefficient_coal=word)


def test_something_paid_before_april_is_pointed_out() -> None:
    inputs = {"contract_amount_yen": 1200, "delivery_month": 4, "paid_before_yen": 5}
    assert evaluate(RULE, 2025, inputs).warnings


def test_a_negative_march_keeps_its_value_and_is_pointed_out() -> None:
    inputs = {"contract_amount_yen": 100, "delivery_month": 3, "paid_before_yen": 200}
    result = evaluate(RULE, 2025, inputs)
    assert result.value == -100
    assert ["負の額" in warning for warning in result.warnings] == [True]
    assert not evaluate(RULE, 2025, inputs | {"paid_before_yen": 100}).warnings
