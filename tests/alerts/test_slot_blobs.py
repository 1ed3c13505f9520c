"""48 numbers as bytes and back; a gap stays a gap."""

from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from alerts.slot_blobs import LARGEST, pack_int32, pack_int64, unpack_int32, unpack_int64

DAY = st.lists(st.none() | st.integers(-LARGEST, LARGEST), min_size=48, max_size=48)


@given(DAY)
def test_a_day_comes_back_with_its_gaps(values: list[int | None]) -> None:
    blob = pack_int32(values)
    assert len(blob) == 192
    assert unpack_int32(blob) == values


def test_more_decimals_than_are_kept_are_cut_downward_so_that_low_stays_low() -> None:
    assert unpack_int32(pack_int32([Fraction(1599, 2), Fraction(-1, 2)] + [0] * 46))[:2] == [799, -1]


@given(st.lists(st.integers(0, 2**62), min_size=48, max_size=48))
def test_moments_come_back(values: list[int]) -> None:
    assert unpack_int64(pack_int64(values)) == values
