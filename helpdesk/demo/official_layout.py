"""公表ファイルの組み立て: a recorded publication in the layout of the official download (`jhSybt=02`, domain.md §4).

A recording keeps the block's margin and usage but neither its number nor its powers. They are rebuilt: areas with the
same margin and usage in a slot are one block, its demand is the sum of theirs (as always in the feed), and its supply is
one that both printed rates fit. So nothing in the file contradicts itself; margins and area figures are as published.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from fractions import Fraction

from alerts.exact_figures import mw_text, percent_text
from alerts.feeds.reserve_margin import COLUMNS
from alerts.readings import Reading
from calc_core.rounding import half_up
from calc_core.slots import end_label
from helpdesk.clock import in_japan

NOT_PUBLISHED = "***"


def official_csv(readings: Iterable[Reading], published_at: datetime) -> bytes:
    """The bytes as the official server gives them: UTF-8 with BOM, CRLF, every field quoted."""
    by_slot: dict[tuple, list[Reading]] = defaultdict(list)
    for reading in readings:
        by_slot[reading.day, reading.slot].append(reading)
    lines = [_line([f"{in_japan(published_at):%Y/%m/%d %H:%M} UPDATE"]), _line(COLUMNS)]
    for _, rows in sorted(by_slot.items()):
        lines += map(_line, _slot_rows(rows))
    return ("\r\n".join(lines) + "\r\n").encode("utf-8-sig")


def _slot_rows(rows: Sequence[Reading]) -> list[list[str]]:
    blocks: dict[object, list[Reading]] = {}
    for row in rows:
        blocks.setdefault((row.margin, row.usage), []).append(row)
    made = {}
    for number, members in enumerate(blocks.values(), 1):
        powers = _block_powers(members)
        made.update({row.area: [*_place(row, number), *powers, *_own(row)] for row in members})
    return [made[row.area] for row in rows]


def _place(row: Reading, block: int) -> list[str]:
    return [f"{row.day:%Y/%m/%d}", end_label(row.slot), str(block), row.area]


def _own(row: Reading) -> list[str]:
    rates = [NOT_PUBLISHED if rate is None else percent_text(rate) for rate in (row.margin, row.usage)]
    return [*rates, *map(_power, (row.area_demand_kw, row.area_supply_kw, row.area_reserve_kw))]


def _block_powers(members: Sequence[Reading]) -> list[str]:
    """Demand, supply and reserve of a block in MW."""
    first = members[0]
    demands = [row.area_demand_kw for row in members]
    if first.margin is None or first.usage is None or None in demands:
        return [NOT_PUBLISHED] * 3
    demand = Fraction(sum(demands))
    supply = _supply(demand, members)
    return [_power(demand), _power(supply), _power(supply - demand)]


def _supply(demand: Fraction, members: Sequence[Reading]) -> Fraction:
    """A supply in whole kW that rounds to both printed rates: the areas' sum where it does, else one in between."""
    margin, usage = members[0].margin, members[0].usage
    summed = sum((Fraction(row.area_supply_kw or 0) for row in members), Fraction())
    half = Fraction(1, 2)
    low = max(demand * (1 + (margin - half) / 10_000), demand * 10_000 / (usage + half))
    high = min(demand * (1 + (margin + half) / 10_000), demand * 10_000 / (usage - half))
    for supply in (summed, Fraction(int((low + high) / 2))):
        if supply > 0 and (
            half_up((supply - demand) * 10_000 / demand) == margin
            and half_up(demand * 10_000 / supply) == usage
        ):
            return supply
    raise ValueError(f"no supply fits {members[0].day} {end_label(members[0].slot)} {members[0].area}")


def _power(kilowatts: Fraction | int | None) -> str:
    return NOT_PUBLISHED if kilowatts is None else mw_text(kilowatts)


def _line(fields: Iterable[str]) -> str:
    return ",".join(f'"{field}"' for field in fields)
