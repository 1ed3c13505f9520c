"""Areas of the capacity market come in the order of their codes, as the desk publishes them."""

from alerts.words import AREAS
from calc_core.areas import CAPACITY_AREAS, by_area_code


def test_the_areas_are_the_published_ones_without_okinawa() -> None:
    assert (*CAPACITY_AREAS, "沖縄") == AREAS


def test_amounts_are_put_into_the_order_of_the_codes() -> None:
    assert list(by_area_code({"九州": 1, "東京": 2, "北海道": 3})) == ["北海道", "東京", "九州"]
