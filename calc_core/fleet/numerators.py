"""未達成コマの分子: Σ multiplier × max(assessed − offered, 0) of every row of a month, whole numbers in any order.

Two engines give the same numbers: compiled (`fleet.compiled`, where numba is installed) and numpy in blocks of rows that
stay in the cache. Neither divides: the division by the assessed kW and the floor happen once per resource and month.
"""

import importlib
import os
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from itertools import pairwise

import numpy as np

MOST_IN_32_BITS = 2**31 - 1
HIGHEST_MULTIPLIER = 127
MOST_THREADS = 8
FEW_CELLS = 200_000  # below this, handing rows to threads costs more than it saves
_CELLS_OF_A_BLOCK = 128 * 1024  # half a megabyte of kW: stays near a core


@dataclass(frozen=True, slots=True)
class Numerators:
    """分子 by row: the weighted missing kW, the slots that lack supply, and whether a value lies outside its range."""

    weighted_kw: np.ndarray
    short_slots: np.ndarray
    faulty: np.ndarray


@cache
def compiled_engine() -> Callable[..., None] | None:
    """The compiled loop, or none where numba is not installed."""
    try:
        return importlib.import_module("calc_core.fleet.compiled").add_up
    except ImportError:
        return None


AddUp = Callable[[np.ndarray, np.ndarray, np.ndarray], Numerators]


@contextmanager
def adding_up(*, compiled: bool | None = None) -> Iterator[AddUp]:
    """The function that adds up one month after the other: rows × slots of kW (int32) and multiplier (int8 or int32),
    by the assessed kW of each row (int64); a row whose assessed kW is 0 is not looked at.

    `compiled` None takes the compiled engine where there is one. Its threads end with the block.
    """
    engine = compiled_engine() if compiled is not False else None
    if compiled and engine is None:
        raise ImportError("numba is not installed: pip install 'helpdesk[fast]'")
    threads = min(os.cpu_count() or 1, MOST_THREADS)
    with ThreadPoolExecutor(max(threads - 1, 1)) as pool:

        def add_up(offered_kw: np.ndarray, multiplier: np.ndarray, assessed_kw: np.ndarray) -> Numerators:
            rows = len(offered_kw)
            found = Numerators(np.zeros(rows, np.int64), np.zeros(rows, np.int64), np.zeros(rows, np.bool_))
            loop = _loop(engine, offered_kw, multiplier, assessed_kw, found)
            if loop is None:
                _in_blocks(offered_kw, multiplier, assessed_kw, found)
            else:
                _share_out(pool, loop, rows, 1 if offered_kw.size < FEW_CELLS else min(threads, rows))
            return found

        yield add_up


def _loop(
    engine: Callable[..., None] | None,
    offered_kw: np.ndarray,
    multiplier: np.ndarray,
    assessed_kw: np.ndarray,
    found: Numerators,
) -> Callable[[int, int], None] | None:
    """The compiled loop over rows `first` … `last` − 1; none where there is no engine, or tables lie in pieces."""
    in_one_piece = offered_kw.flags.c_contiguous and multiplier.flags.c_contiguous
    if engine is None or not in_one_piece or not offered_kw.size or multiplier[0].nbytes % 8:
        return None
    arguments = (offered_kw, multiplier, multiplier.view(np.uint64), assessed_kw)
    sums = (found.weighted_kw, found.short_slots, found.faulty)
    return lambda first, last: engine(*arguments, first, last, *sums)


def _share_out(pool: ThreadPoolExecutor, loop: Callable[[int, int], None], rows: int, threads: int) -> None:
    cuts = [rows * number // threads for number in range(threads + 1)]
    others = [pool.submit(loop, *each) for each in pairwise(cuts[1:])]
    loop(cuts[0], cuts[1])
    for other in others:
        other.result()


def _in_blocks(
    offered_kw: np.ndarray,
    multiplier: np.ndarray,
    assessed_kw: np.ndarray,
    found: Numerators,
) -> None:
    last, slots = offered_kw.shape
    step = max(1, _CELLS_OF_A_BLOCK // max(slots, 1))
    rows = min(step, last)
    missing_kw, times = np.empty((rows, slots), np.int32), np.empty((rows, slots), np.int32)
    lacking = np.zeros((rows, -(-slots // 8) * 8), np.bool_)
    for begin in range(0, last, step):
        block = slice(begin, min(begin + step, last))
        owed = assessed_kw[block]
        if not owed.any():
            continue
        offered, weights, count = offered_kw[block], times[: len(owed)], len(owed)
        np.copyto(weights, multiplier[block])
        lowest, highest = weights.min(axis=1), weights.max(axis=1)
        outside = (offered.min(axis=1) < 0) | (lowest < 0) | (highest > HIGHEST_MULTIPLIER)
        found.faulty[block] = (owed > 0) & outside
        missing = np.subtract(owed.astype(np.int32)[:, None], offered, out=missing_kw[:count])
        np.maximum(missing, 0, out=missing)
        np.greater(missing, 0, out=lacking[:count, :slots])
        if int(highest.max()) * int(owed.max()) <= MOST_IN_32_BITS:
            products = np.multiply(missing, weights, out=missing)
        else:
            products = np.multiply(missing, weights, dtype=np.int64)
        found.weighted_kw[block] = np.where(owed > 0, products.sum(axis=1, dtype=np.int64), 0)
        found.short_slots[block] = np.where(owed > 0, _counted(lacking[:count]), 0)


def _counted(lacking: np.ndarray) -> np.ndarray:
    """How many of each row are true: eight columns of bytes at once, at most 186 words of a month in each."""
    columns = np.add.reduce(lacking.view(np.uint64), axis=1)
    return columns.view(np.uint8).reshape(len(lacking), 8).sum(axis=1, dtype=np.int64)
