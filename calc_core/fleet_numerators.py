"""未達成コマの分子: Σ multiplier × max(assessed − offered, 0) of every row of a month, whole numbers in any order.

Two engines give the same numbers: compiled (`fleet_compiled`, where numba is installed) and numpy in blocks of rows that
stay in the cache. Neither divides: the division by the assessed kW and the floor happen once per resource and month.
"""

import importlib
import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from typing import Any

import numpy as np

MOST_IN_32_BITS = 2**31 - 1
HIGHEST_MULTIPLIER = 127
MOST_THREADS = 8
FEW_CELLS = 200_000  # below this, handing rows to threads costs more than it saves
_CELLS_OF_A_BLOCK = 64 * 1024  # 256 kB of kW: stays in a core's cache
_FOLDS = 4  # 48 slots a day fold evenly four times: 16 products in one 32-bit sum


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
        return importlib.import_module("calc_core.fleet_compiled").add_up
    except ImportError:
        return None


def add_up(
    offered_kw: np.ndarray, multiplier: np.ndarray, assessed_kw: np.ndarray, *, compiled: bool | None = None
) -> Numerators:
    """The sums of a month, rows × slots (kW int32, multiplier int8 or int32), by the assessed kW of each row (int64).

    A row whose assessed kW is 0 is not looked at. `compiled` None takes the compiled engine where there is one.
    """
    rows = len(offered_kw)
    found = Numerators(np.zeros(rows, np.int64), np.zeros(rows, np.int64), np.zeros(rows, np.bool_))
    engine = compiled_engine() if compiled is not False else None
    if compiled and engine is None:
        raise ImportError("numba is not installed: pip install 'helpdesk[fast]'")
    whole = offered_kw.flags.c_contiguous and multiplier.flags.c_contiguous
    if engine is not None and whole and offered_kw.size:
        _compiled(engine, offered_kw, multiplier, assessed_kw, found)
    else:
        _in_blocks(offered_kw, multiplier, assessed_kw, found)
    return found


def _compiled(
    engine: Callable[..., None],
    offered_kw: np.ndarray,
    multiplier: np.ndarray,
    assessed_kw: np.ndarray,
    found: Numerators,
) -> None:
    words = multiplier.view(np.uint64)
    arguments = (offered_kw, multiplier, words, assessed_kw)

    def part(first: int, last: int) -> None:
        engine(*arguments, first, last, found.weighted_kw, found.short_slots, found.faulty)

    rows = len(offered_kw)
    threads = min(os.cpu_count() or 1, MOST_THREADS, rows)
    if offered_kw.size < FEW_CELLS or threads < 2:
        part(0, rows)
        return
    cuts = [rows * number // threads for number in range(threads + 1)]
    with ThreadPoolExecutor(threads - 1) as pool:
        others = [pool.submit(part, *each) for each in pairwise(cuts[1:])]
        part(cuts[0], cuts[1])
        for other in others:
            other.result()


def _in_blocks(
    offered_kw: np.ndarray, multiplier: np.ndarray, assessed_kw: np.ndarray, found: Numerators
) -> None:
    rows, slots = offered_kw.shape
    step = max(1, _CELLS_OF_A_BLOCK // max(slots, 1))
    narrow, wide = np.empty((step, slots), np.int32), None
    lacking = np.empty((step, slots), np.bool_)
    for first in range(0, rows, step):
        block = slice(first, min(first + step, rows))
        owed = assessed_kw[block]
        if not owed.any():
            continue
        offered, times = offered_kw[block], multiplier[block]
        outside = (offered.min(axis=1) < 0) | (times.min(axis=1) < 0)
        highest = times.max(axis=1)
        found.faulty[block] = (owed > 0) & (outside | (highest > HIGHEST_MULTIPLIER))
        count = len(offered)
        missing = np.subtract(owed.astype(np.int32)[:, None], offered, out=narrow[:count])
        np.maximum(missing, 0, out=missing)
        found.short_slots[block] = _folded(np.greater(missing, 0, out=lacking[:count]).view(np.int8))
        if int(highest.max()) * int(owed.max()) * 2**_FOLDS <= MOST_IN_32_BITS:
            found.weighted_kw[block] = _folded(np.multiply(missing, times, out=missing))
        else:
            wide = np.empty((step, slots), np.int64) if wide is None else wide
            products: Any = np.multiply(missing, times, out=wide[:count], dtype=np.int64)
            found.weighted_kw[block] = products.sum(axis=1)
        if not owed.all():
            found.weighted_kw[block][owed == 0] = 0
            found.short_slots[block][owed == 0] = 0


def _folded(products: np.ndarray) -> np.ndarray:
    """The sum of each row: halves laid on one another in place, then the rest in 64 bits."""
    width = products.shape[1]
    for _ in range(_FOLDS):
        if width % 2:
            break
        width //= 2
        np.add(products[:, :width], products[:, width : 2 * width], out=products[:, :width])
    return products[:, :width].sum(axis=1, dtype=np.int64)
