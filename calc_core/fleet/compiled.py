"""未達成コマの分子、コンパイル版: the sums of `fleet.numerators` by numba, which is optional (extra `fast`).

The machine code runs without Python's lock, so that threads of this process share the rows; it starts none itself and
can therefore be used after a fork and from several threads at once. Products are added up in 32 bits over as many days
as cannot overflow (multiplier × assessed kW × slots < 2³¹), over none in 64 bits; the figures are the same.
"""

from typing import Any

import numba
import numpy as np

MOST = 2**31 - 1
HIGHEST_MULTIPLIER = 127


def _add_up(
    offered_kw: Any,
    multiplier: Any,
    multiplier_words: Any,
    assessed_kw: Any,
    first: int,
    last: int,
    numerators: Any,
    short_slots: Any,
    faults: Any,
) -> None:
    """Add up rows `first` … `last` − 1 of a month, rows × slots; a row whose assessed kW is 0 owes nothing.

    `multiplier_words` is the same memory in words of 64 bits. A row is marked in `faults` where a value lies outside
    its range: then its sums mean nothing.
    """
    slots = offered_kw.shape[1]
    bits_each = 64 * multiplier_words.shape[1] // slots
    for row in range(first, last):
        target = np.int32(assessed_kw[row])
        if target == 0:
            continue
        bits = np.uint64(0)
        for word in range(multiplier_words.shape[1]):
            bits |= multiplier_words[row, word]
        width = 64
        while width > bits_each:  # all multipliers laid over one another: not less than the highest of them
            width //= 2
            bits |= bits >> np.uint64(width)
        highest = np.int64(bits & np.uint64((1 << bits_each) - 1))
        signs = np.int32(0)
        total = np.int64(0)
        short = np.int64(0)
        most_products = MOST // (np.int64(target) * max(highest, 1))
        if most_products >= 48:
            step = min(most_products, slots)
            begin = 0
            while begin < slots:
                part_total = np.int32(0)
                part_short = np.int32(0)
                part_offered = offered_kw[row, begin : begin + step]
                part_multiplier = multiplier[row, begin : begin + step]
                for slot in range(part_offered.shape[0]):
                    offered = part_offered[slot]
                    signs = np.int32(signs | offered)
                    missing = np.int32(target - offered)
                    missing = missing if missing > 0 else np.int32(0)
                    part_short = np.int32(part_short + (np.int32(1) if missing > 0 else np.int32(0)))
                    part_total = np.int32(part_total + np.int32(missing * np.int32(part_multiplier[slot])))
                total += np.int64(part_total)
                short += np.int64(part_short)
                begin += step
        else:
            for slot in range(slots):
                offered = offered_kw[row, slot]
                signs = np.int32(signs | offered)
                missing = np.int64(target) - np.int64(offered)
                if missing > 0:
                    short += 1
                    total += missing * np.int64(multiplier[row, slot])
        numerators[row] = total
        short_slots[row] = short
        faults[row] = signs < 0 or highest > HIGHEST_MULTIPLIER


def _compiled() -> Any:
    try:
        return numba.njit(nogil=True, cache=True)(_add_up)
    except RuntimeError:  # nowhere to keep machine code: it is made anew in each process
        return numba.njit(nogil=True)(_add_up)


add_up = _compiled()
