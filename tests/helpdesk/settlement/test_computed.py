"""What a computation hands over says which way the money goes."""

import pytest

from tests.helpdesk.settling import computed_statement


@pytest.mark.parametrize(("total_yen", "direction"), [(1, "pay"), (0, "none"), (-1, "invoice")])
def test_the_sign_says_which_way_the_money_goes(total_yen: int, direction: str) -> None:
    assert computed_statement(1, total_yen).direction == direction
