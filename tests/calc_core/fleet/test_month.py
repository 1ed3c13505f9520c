"""The months of a fleet read like a list, whether they stand in arrays or one by one."""

import pickle
from fractions import Fraction

import numpy as np
import pytest

from calc_core.fleet.month import FleetMonth, FleetMonths, PlainMonths


def months() -> FleetMonths:
    table = np.array([[3, 4], [0, 0]], np.int64)
    plain = PlainMonths(
        table, table.cumsum(axis=1), table, table, table, table, np.array([2, 1]), np.array([50, 0])
    )
    other = [FleetMonth("R2", month, Fraction(1), 1, Fraction(1), 9, 0, 0, 5) for month in (4, 5)]
    return FleetMonths(["R1", "R2"], (4, 5), plain, {1: other})


def test_they_have_a_length_places_slices_and_an_order() -> None:
    found = months()
    assert len(found) == 4
    assert [(each.resource, each.delivery_month) for each in found] == [
        ("R1", 4),
        ("R1", 5),
        ("R2", 4),
        ("R2", 5),
    ]
    assert found[1].cumulative_slots == Fraction(7, 2)
    assert found[-1] == found[3] == list(found)[3]
    assert found[1:3] == [found[1], found[2]]
    assert found == list(months())
    for place in (4, -5):
        with pytest.raises(IndexError):
            found[place]


def test_a_month_holds_every_kind_of_event_and_can_be_kept() -> None:
    month = months()[0]
    assert month.shortfall_kwh == dict.fromkeys(("market_offer", "supply_instruction", "dispatch_order"), 0)
    assert pickle.loads(pickle.dumps(month)) == month  # noqa: S301
