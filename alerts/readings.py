"""公表された値: what one publication of the wide-area reserve margin says, slot by slot, as exact numbers.

A `Determination` is one publication of one source under its UPDATE stamp; a `Reading` is one of its rows. A value that
was not published («***», an absent row) or cannot be read is None, never 0.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple

from alerts.errors import Problem
from alerts.exact_figures import Exact
from alerts.words import AREAS
from calc_core.slots import SLOTS, slot_end

RESERVE_MARGIN_BLOCK = "reserve_margin_block"  # 広域予備率Web公表システム, jhSybt=02 (翌日・当日)

SlotKey = tuple[date, int, str]  # day, slot 1 … 48, area


class Reading(NamedTuple):
    """One area and slot. Per cents in hundredths, powers in kW (`exact_figures`)."""

    day: date
    slot: int
    area: str
    line: int  # of the file, for a person who wants to look
    margin: Exact | None  # 広域予備率, of the block
    usage: Exact | None  # 広域使用率, of the block
    area_demand_kw: Exact | None
    area_supply_kw: Exact | None
    area_reserve_kw: Exact | None
    block: str | None = None  # a label within one slot only: blocks are re-formed every slot
    block_demand_kw: Exact | None = None
    block_supply_kw: Exact | None = None
    block_reserve_kw: Exact | None = None

    @property
    def key(self) -> SlotKey:
        """The slot of the area that it is about."""
        return self.day, self.slot, self.area


@dataclass(frozen=True, slots=True)
class Determination:
    """判定1回分: one publication. `readings` hold each slot once, ordered by day, area code and slot."""

    source: str
    published_at: datetime
    days: tuple[date, ...]  # what it covers or was asked to cover
    readings: tuple[Reading, ...]
    problems: tuple[
        Problem, ...
    ] = ()  # what is odd about it, for a person; what is readable is judged all the same
    unplaced_rows: int = 0  # of which nobody can say what they are about; their slots count as missing

    def missing(self) -> list[SlotKey]:
        """Every slot of its days that has no readable margin, in order."""
        readable = {reading.key for reading in self.readings if reading.margin is not None}
        return [key for key in self.expected() if key not in readable]

    def expected(self) -> Iterator[SlotKey]:
        """Every slot that a whole publication of its days has: 480 a day."""
        return ((day, slot, area) for day in self.days for area in AREAS for slot in SLOTS)

    def content_digest(self, *, shared_columns_only: bool = False) -> str:
        """SHA-256 of stamp and values: the same publication has the same one, however its bytes are written.

        `shared_columns_only`: without what the tidy layout of recorded files does not have.
        """
        end = Reading._fields.index("block") if shared_columns_only else len(Reading._fields)
        digest = hashlib.sha256(f"{self.source} {self.published_at.isoformat()} {self.days}".encode())
        for reading in self.readings:
            digest.update(repr((*reading[:3], *map(str, reading[4:end]))).encode())
        return digest.hexdigest()


def is_over(key: SlotKey, published_at: datetime) -> bool:
    """Whether the slot had ended when this was published."""
    return published_at >= slot_end(key[0], key[1])


def in_order(readings: list[Reading]) -> tuple[Reading, ...]:
    """By day, area code and slot."""
    code = {area: number for number, area in enumerate(AREAS)}
    return tuple(sorted(readings, key=lambda each: (each.day, code[each.area], each.slot)))
