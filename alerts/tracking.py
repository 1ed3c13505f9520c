"""コマの状態: where each slot of an area stands, and what a publication changes (`normal` ↔ `low`).

Strictly by the newest value, also after the slot has begun, without hysteresis: a slot never seen is normal; one
whose value is missing or unreadable keeps its state; a value older than the one already judged changes nothing.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from alerts.exact_figures import Exact
from alerts.readings import Determination, Reading, SlotKey
from alerts.rules.thresholds import is_low
from alerts.words import LOW, NORMAL


class SlotState(NamedTuple):
    """One slot of one area: its state by the last readable value, and what has been told about it."""

    state: str = NORMAL
    margin: int | None = None  # hundredths of a per cent, cut downward
    valued_at: datetime | None = None  # UPDATE stamp of that value
    told_level: int = 0  # 0: not told; 1 … 4: told as below 8, 5, 3, 1 % (`rules.thresholds`)
    told_missing: bool = False
    told_wrong: str = ""  # which contradictions were told; see `rules.wrong_figure`


UNSEEN = SlotState()
States = Mapping[SlotKey, SlotState]


@dataclass(frozen=True, slots=True)
class Crossing:
    """状態の変化: a slot went from one state to the other, by this value."""

    key: SlotKey
    from_state: str
    to_state: str
    margin: Exact


@dataclass(frozen=True, slots=True)
class Situation:
    """What the rules and stages look at: one publication, and each slot before and after it."""

    determination: Determination
    now: datetime  # when it is judged; in a replay its own stamp
    before: States
    after: States  # only slots whose value was taken
    crossings: tuple[Crossing, ...]
    taken: tuple[tuple[Reading, SlotState, SlotState], ...]  # with the slot before and after it
    late: frozenset[SlotKey]  # slots whose value is older than the one already judged

    @property
    def published_at(self) -> datetime:
        """The publication's UPDATE stamp."""
        return self.determination.published_at

    def was(self, key: SlotKey) -> SlotState:
        """The slot before this publication."""
        return self.before.get(key, UNSEEN)


def follow(determination: Determination, states: States, now: datetime) -> Situation:
    """Take the values of a publication: what each slot is now, and what has changed."""
    after: dict[SlotKey, SlotState] = {}
    crossings: list[Crossing] = []
    taken: list[tuple[Reading, SlotState, SlotState]] = []
    late: set[SlotKey] = set()
    published_at = determination.published_at
    for reading in determination.readings:
        if reading.margin is None:
            continue
        key = reading.key
        was = states.get(key, UNSEEN)
        if was.valued_at is not None and published_at < was.valued_at:
            late.add(key)
            continue
        state = LOW if is_low(reading.margin) else NORMAL
        now_is = SlotState(
            state, math.floor(reading.margin), published_at, was.told_level, False, was.told_wrong
        )
        after[key] = now_is
        taken.append((reading, was, now_is))
        if state != was.state:
            crossings.append(Crossing(key, was.state, state, reading.margin))
    return Situation(determination, now, states, after, tuple(crossings), tuple(taken), frozenset(late))
