"""Both engines add up what a plain sum adds up, in any layout, and mark the rows whose values lie outside their range."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from calc_core.fleet import numerators
from calc_core.fleet.numerators import HIGHEST_MULTIPLIER, adding_up
from calc_core.tables import columns

ENGINES = (True, False)


def plainly(offered_kw: np.ndarray, multiplier: np.ndarray, assessed_kw: np.ndarray) -> tuple[list, list]:
    missing = np.maximum(assessed_kw[:, None] - offered_kw.astype(object), 0)
    return (missing * multiplier.astype(object)).sum(axis=1).tolist(), (missing > 0).sum(axis=1).tolist()


@settings(max_examples=40)
@given(
    st.integers(1, 40),
    st.sampled_from((8, 40, 48, 1_344, 1_488, 13)),
    st.sampled_from((np.int8, np.int32)),
    st.sampled_from((100, 3_000_000, 2**31 - 1)),
    st.integers(0, 2**32 - 1),
)
def test_they_add_up_what_a_plain_sum_does(rows, slots, kind, most_kw, seed) -> None:
    random = np.random.default_rng(seed)
    offered_kw = random.integers(0, most_kw, (rows, slots), endpoint=True).astype(np.int32)
    multiplier = random.choice(np.array([0, 1, 5, random.integers(0, 128)]), (rows, slots)).astype(kind)
    assessed_kw = random.integers(0, most_kw, rows, endpoint=True)
    expected = plainly(offered_kw, multiplier, assessed_kw)
    for compiled in ENGINES:
        with adding_up(compiled=compiled) as add_up:
            found = add_up(offered_kw, multiplier, assessed_kw)
            assert (found.weighted_kw.tolist(), found.short_slots.tolist()) == expected
            assert not found.faulty.any()
            apart = add_up(offered_kw[:, ::-1], multiplier[:, ::-1], assessed_kw)
            assert (apart.weighted_kw.tolist(), apart.short_slots.tolist()) == expected


@pytest.mark.parametrize("compiled", ENGINES)
def test_rows_with_a_value_outside_its_range_are_marked_but_not_rows_that_owe_nothing(compiled) -> None:
    offered_kw = np.zeros((5, 48), np.int32)
    multiplier = np.ones((5, 48), np.int32)
    offered_kw[1, 3] = offered_kw[4, 0] = -1
    multiplier[2, 47] = HIGHEST_MULTIPLIER + 1
    multiplier[3, 9] = -1
    with adding_up(compiled=compiled) as add_up:
        found = add_up(offered_kw, multiplier, np.array([1, 1, 1, 1, 0]))
    assert found.faulty.tolist() == [False, True, True, True, False]
    assert found.weighted_kw[0] == 48
    assert (found.weighted_kw[4], found.short_slots[4]) == (0, 0)


@pytest.mark.parametrize("compiled", ENGINES)
def test_many_rows_are_shared_among_threads_and_blocks_with_the_same_sums(compiled) -> None:
    random = np.random.default_rng(4)
    offered_kw = random.integers(0, 2_000, (301, 1_440), dtype=np.int32)
    multiplier = random.choice(np.array([1, 5], np.int8), offered_kw.shape)
    assessed_kw = random.integers(0, 2_000, 301)
    with adding_up(compiled=compiled) as add_up:
        found = add_up(offered_kw, multiplier, assessed_kw)
    assert (found.weighted_kw.tolist(), found.short_slots.tolist()) == plainly(
        offered_kw, multiplier, assessed_kw
    )


def test_without_numba_numpy_does_it_and_asking_for_the_compiled_engine_says_what_to_install(
    monkeypatch,
) -> None:
    monkeypatch.setattr(numerators, "compiled_engine", lambda: None)
    with adding_up() as add_up:
        found = add_up(np.zeros((1, 48), np.int32), np.ones((1, 48), np.int8), np.array([2]))
    assert found.weighted_kw.tolist() == [96]
    with pytest.raises(ImportError, match=r"helpdesk\[fast\]"), adding_up(compiled=True):
        pass


def test_the_highest_multiplier_is_that_of_the_input_column() -> None:
    assert columns()["multiplier"].highest == HIGHEST_MULTIPLIER
    assert columns()["offered_kw"].highest == numerators.MOST_IN_32_BITS
