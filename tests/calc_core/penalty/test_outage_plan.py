"""The outage penalty: exact to the yen also where the exact amount is whole, and months add up to the year."""

from decimal import ROUND_FLOOR, Decimal, localcontext
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from calc_core.catalogue import evaluate

RULE = "penalty/outage_plan"
amounts = st.integers(min_value=0, max_value=10**12)


def penalty(amount: int, slots: object, before: int = 0) -> int:
    inputs = {"contract_amount_yen": amount, "shortfall_slots": slots, "charged_before_yen": before}
    return evaluate(RULE, 2025, inputs).value


@given(amounts, st.decimals(min_value=0, max_value=20_000, places=5), amounts)
def test_the_amount_is_the_excess_at_its_rate_floored_once(amount: int, slots: Decimal, before: int) -> None:
    with localcontext(prec=60):
        excess = max(slots - Decimal(8640), Decimal(0))
        exact = Decimal(amount) * excess / Decimal(800_000) * 100
        expected = int(exact.to_integral_value(ROUND_FLOOR)) - before
    assert penalty(amount, slots, before) == expected


@given(
    st.integers(min_value=1, max_value=10**6),
    st.integers(min_value=1, max_value=10**5),
    st.integers(1, 10**7),
)
def test_an_amount_that_is_exactly_whole_loses_no_yen(yen: int, assessed_kw: int, missing_kw: int) -> None:
    slots = 8640 + Fraction(missing_kw, assessed_kw)
    amount = 8000 * assessed_kw * yen
    assert penalty(amount, slots) == missing_kw * yen


@given(
    amounts,
    st.lists(st.fractions(min_value=0, max_value=3000, max_denominator=2**31), min_size=1, max_size=12),
)
def test_the_months_add_up_to_the_amount_of_the_whole_year(amount: int, months: list[Fraction]) -> None:
    charged, slots = 0, Fraction(0)
    for month in months:
        slots += month
        charged += penalty(amount, slots, charged)
    assert charged == penalty(amount, slots)


def test_a_corrected_earlier_month_comes_back_as_a_negative_amount() -> None:
    assert penalty(12_000_000, "8640", 1500) == -1500
