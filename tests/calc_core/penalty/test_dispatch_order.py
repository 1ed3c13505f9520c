"""The dispatch-order penalty: all twelve orders missed cost 110 % of the amount, whatever the capacity."""

from hypothesis import given, settings
from hypothesis import strategies as st

from calc_core.catalogue import evaluate

RULE = "penalty/dispatch_order"


@settings(max_examples=50)
@given(st.integers(0, 10**11), st.integers(1, 10**7), st.integers(0, 12))
def test_each_missed_order_costs_a_twelfth_of_110_per_cent(
    amount: int, assessed_kw: int, orders: int
) -> None:
    inputs = {
        "contract_amount_yen": 120 * amount,
        "shortfall_kwh": 3 * orders * assessed_kw,
        "assessed_kw": assessed_kw,
    }
    assert evaluate(RULE, 2025, inputs).value == 11 * amount * orders


def test_a_corrected_earlier_month_comes_back_as_a_negative_amount() -> None:
    inputs = {
        "contract_amount_yen": 36_000_000,
        "shortfall_kwh": 0,
        "assessed_kw": 1000,
        "charged_before_yen": 550_000,
    }
    assert evaluate(RULE, 2025, inputs).value == -550_000
