"""公表値の誤りの疑い: does a published row contradict itself or its block, or was a told value replaced in silence?

What holds in every publication of record (`domain.md` §4.3): block reserve = supply − demand; rate = reserve / demand
and usage = demand / supply, both half up to 2 decimals; usage = 100 / (1 + rate / 100) to rounding; the areas of a block
carry the same block values and their demands add up to its demand. (Their supplies do not: no check.) What a layout
does not carry cannot be checked and is not doubted.
"""

import math
from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime
from fractions import Fraction

from alerts.exact_figures import Exact, mw_text, percent_text
from alerts.readings import Reading, SlotKey, is_over
from alerts.rules.candidate import Candidate
from alerts.tracking import Situation, SlotState
from alerts.words import AREAS
from calc_core.rounding import half_up


def find(situation: Situation) -> Iterator[Candidate]:
    """One candidate for each slot with figures that cannot all be right, and for each that was told and is put right."""
    of_blocks = block_contradictions(situation.determination.readings)
    for reading in situation.determination.readings:
        key = reading.key
        if key in situation.late:
            continue
        was = situation.was(key)
        found = {**contradictions(reading), **of_blocks.get(key, {})}
        wrong = " ".join(sorted(found))
        if not found:
            found = _put_right(reading, was, situation.published_at)
        if found:
            state = situation.after.get(key, was).state
            detail = "、".join(found.values())
            yield Candidate("wrong_figure", key, was.state, state, reading.margin, wrong=wrong, detail=detail)


def _put_right(reading: Reading, was: SlotState, published_at: datetime) -> dict[str, str]:
    """What was told and has been replaced or corrected."""
    if not was.told_wrong and not was.told_level:
        return {}
    if reading.margin is None or was.margin is None or is_over(reading.key, published_at):
        return {}
    if was.told_wrong:
        return {"corrected": f"矛盾していた値が直った（広域予備率 {percent_text(reading.margin)}）"}
    if was.told_level and was.valued_at == published_at and math.floor(reading.margin) != was.margin:
        change = f"{percent_text(was.margin)} → {percent_text(reading.margin)}"
        return {"replaced": f"知らせた値が同じ更新日時のまま差し替えられた（広域予備率 {change}）"}
    return {}


def contradictions(reading: Reading) -> dict[str, str]:
    """What one row says against itself: a word for each kind, and the figures."""
    found: dict[str, str] = {}
    margin, usage = reading.margin, reading.usage
    demand, supply, reserve = reading.block_demand_kw, reading.block_supply_kw, reading.block_reserve_kw
    for kind, label, parts in (
        ("block_reserve", "広域ブロック", (demand, supply, reserve)),
        ("area_reserve", "エリア", (reading.area_demand_kw, reading.area_supply_kw, reading.area_reserve_kw)),
    ):
        if None not in parts and parts[1] - parts[0] != parts[2]:
            figures = f"{mw_text(parts[2])} ≠ {mw_text(parts[1])} − {mw_text(parts[0])}"
            found[kind] = f"{label}予備力が供給力−需要と合わない（{figures}）"
    if margin is not None and reserve is not None and demand is not None:
        _compare(found, "rate", "広域予備率", margin, reserve, demand)
    if usage is not None and demand is not None and supply is not None:
        _compare(found, "usage", "広域使用率", usage, demand, supply)
    if margin is not None and usage is not None and not _fit(margin, usage):
        figures = f"{percent_text(margin)} と {percent_text(usage)}"
        found["rate_usage"] = f"広域予備率と広域使用率が合わない（{figures}）"
    return found


def block_contradictions(readings: tuple[Reading, ...]) -> dict[SlotKey, dict[str, str]]:
    """What the rows of one block say against each other; only for slots of which all ten areas are there."""
    slots: dict[tuple, list[Reading]] = defaultdict(list)
    for reading in readings:
        if reading.block is not None and reading.block_demand_kw is not None:
            slots[reading.day, reading.slot].append(reading)
    found: dict[SlotKey, dict[str, str]] = {}
    for rows in slots.values():
        if len(rows) != len(AREAS):
            continue
        blocks: dict[str | None, list[Reading]] = defaultdict(list)
        for row in rows:
            blocks[row.block].append(row)
        for members in blocks.values():
            wrong = _among(members)
            if wrong:
                found.update((row.key, wrong) for row in members)
    return found


def _among(members: list[Reading]) -> dict[str, str]:
    first = members[0]
    names = "・".join(row.area for row in members)
    values = ("margin", "usage", "block_demand_kw", "block_supply_kw", "block_reserve_kw")
    if any(getattr(row, each) != getattr(first, each) for row in members[1:] for each in values):
        return {"block_values": f"同じブロックのエリア（{names}）で広域の値が違う"}
    demands = [row.area_demand_kw for row in members]
    if None in demands or sum(demands) == first.block_demand_kw:
        return {}
    figures = f"{mw_text(sum(demands))} ≠ {mw_text(first.block_demand_kw)}"
    return {"block_sum": f"エリア需要の合計が広域ブロック需要と合わない（{names}: {figures}）"}


def _compare(found: dict[str, str], kind: str, label: str, printed: Exact, part: Exact, whole: Exact) -> None:
    """Whether a printed percentage is what its two powers give, half up."""
    if whole <= 0:
        found[kind] = f"{label}の分母が0以下（{mw_text(whole)}）"
        return
    if abs(printed * whole - part * 10_000) * 2 < whole:
        return  # nearer than half a hundredth: no rounding to ask about
    exact = half_up(Fraction(part * 10_000) / Fraction(whole))
    if exact != printed:
        found[kind] = f"{label}が計算と合わない（公表 {percent_text(printed)}、計算 {percent_text(exact)}）"


def _fit(margin: Exact, usage: Exact) -> bool:
    """Whether some true rate within rounding gives some true usage within rounding: usage = 100 / (1 + rate / 100)."""
    twice_rate, twice_usage = 20_000 + 2 * margin, 2 * usage  # rounding may have hidden 1 of these
    if twice_rate <= 1 or twice_usage <= 1:
        return False
    return (twice_usage - 1) * (twice_rate - 1) <= 400_000_000 <= (twice_usage + 1) * (twice_rate + 1)
