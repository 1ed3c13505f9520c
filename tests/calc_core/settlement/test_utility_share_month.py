"""The utility's months: twelve of them always come to the share of the year, to the yen."""

from hypothesis import given
from hypothesis import strategies as st

from calc_core.catalogue import evaluate
from calc_core.fiscal_year import DELIVERY_MONTHS

RULE = "settlement/utility_share_month"


def of_month(share: int, month: int, billed: int) -> int:
    inputs = {"utility_share_yen": share, "delivery_month": month, "billed_before_yen": billed}
    return evaluate(RULE, 2026, inputs).value


@given(st.integers(0, 10**12))
def test_the_months_of_a_year_come_to_the_share(share: int) -> None:
    billed = []
    for month in DELIVERY_MONTHS:
        billed.append(of_month(share, month, sum(billed)))
    assert sum(billed) == share
    assert set(billed[:-1]) == {share // 12}
    assert 0 <= billed[-1] - share // 12 < 12


def test_something_billed_before_april_and_a_negative_march_are_pointed_out() -> None:
    for month, share in ((4, 120), (3, 1)):
        inputs = {"utility_share_yen": share, "delivery_month": month, "billed_before_yen": 5}
        assert evaluate(RULE, 2026, inputs).warnings
