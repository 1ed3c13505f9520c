"""48コマの列: how the 48 numbers of a day are kept as bytes. Little-endian whatever the machine; gaps stay gaps."""

import math
import struct
from collections.abc import Iterable, Sequence
from fractions import Fraction

from calc_core.slots import SLOTS_PER_DAY

MISSING = -(2**31)  # 「***」, an absent row, a value nobody could read: never 0
LARGEST = 2**31 - 1

_INT32 = struct.Struct(f"<{SLOTS_PER_DAY}i")
_INT64 = struct.Struct(f"<{SLOTS_PER_DAY}q")


def pack_int32(values: Sequence[int | Fraction | None]) -> bytes:
    """48 numbers (slot 1 first) as bytes; None becomes `MISSING`, more decimals than kept are cut downward."""
    return _INT32.pack(*(MISSING if value is None else math.floor(value) for value in values))


def unpack_int32(blob: bytes) -> list[int | None]:
    """The 48 numbers of a blob; `MISSING` becomes None."""
    return [None if value == MISSING else value for value in _INT32.unpack(blob)]


def pack_int64(values: Iterable[int]) -> bytes:
    """48 numbers that do not fit 32 bits (moments in seconds)."""
    return _INT64.pack(*values)


def unpack_int64(blob: bytes) -> list[int]:
    """The 48 numbers of such a blob."""
    return list(_INT64.unpack(blob))
