"""Slots of an order and orders of a year come from the dated numbers."""

import pytest

from calc_core.dispatch_order_terms import dispatch_order_terms
from calc_core.errors import InputRefused


def test_an_order_of_three_hours_has_six_slots_and_a_year_twelve_orders() -> None:
    terms = dispatch_order_terms(2026)
    assert (terms.slots_per_order, terms.orders_per_year) == (6, 12)


def test_the_thirteenth_order_is_pointed_out() -> None:
    terms = dispatch_order_terms(2024)
    assert terms.warning(12) is None
    assert "13回" in terms.warning(13)


def test_before_the_first_year_there_are_no_terms() -> None:
    with pytest.raises(InputRefused, match="2023年度"):
        dispatch_order_terms(2023)
