"""The compiled loop at the edges of 32 bits."""

import numpy as np
import pytest

pytest.importorskip("numba")

from calc_core.fleet.compiled import MOST, add_up


@pytest.mark.parametrize("slots", [1_344, 1_488])
@pytest.mark.parametrize("multiplier", [1, 5, 127])
@pytest.mark.parametrize("products", [1, 47, 48, 49, 1_343, 1_488])
@pytest.mark.parametrize("step", [-1, 0, 1])
def test_a_sum_that_just_fits_or_just_does_not_is_exact(slots, multiplier, products, step) -> None:
    target = min(max(MOST // (multiplier * products) + step, 1), MOST)
    offered_kw = np.zeros((1, slots), np.int32)
    times = np.full((1, slots), multiplier, np.int8)
    sums, short, faults = np.zeros(1, np.int64), np.zeros(1, np.int64), np.zeros(1, np.bool_)
    add_up(offered_kw, times, times.view(np.uint64), np.array([target]), 0, 1, sums, short, faults)
    assert (int(sums[0]), int(short[0]), bool(faults[0])) == (target * multiplier * slots, slots, False)
