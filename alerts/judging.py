"""判定: the engine. States and a publication in; new states, changes and notices out. Replay and live use this alone.

Pure: no database, no clock. What was sent is remembered in the states that come out.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from alerts import notices, tracking
from alerts.notices import NoticeDecision
from alerts.readings import Determination, SlotKey
from alerts.rules.candidate import Candidate
from alerts.stages.inhibition import STALE_AFTER
from alerts.stages.silence import Silence
from alerts.tracking import Crossing, SlotState, States


@dataclass(frozen=True, slots=True)
class Judgement:
    """What one publication did. `changes` holds only the slots whose state is another object than before."""

    changes: dict[SlotKey, SlotState]
    crossings: tuple[Crossing, ...]
    notices: tuple[NoticeDecision, ...]
    late: frozenset[SlotKey]


def judge(
    states: States,
    determination: Determination,
    *,
    now: datetime,
    silences: Sequence[Silence] = (),
    stale_after: timedelta = STALE_AFTER,
) -> Judgement:
    """Judge a publication at this moment (in a replay: its own stamp) on what is known."""
    situation = tracking.follow(determination, states, now)
    decided = notices.decide(situation, silences, stale_after=stale_after)
    changes = dict(situation.after)
    for notice in decided:
        if notice.decision == "send":
            for candidate in notice.candidates:
                known = changes.get(candidate.key) or situation.was(candidate.key)
                changes[candidate.key] = known._replace(**_remembered(candidate, known))
    return Judgement(changes, situation.crossings, tuple(decided), situation.late)


def _remembered(candidate: Candidate, known: SlotState) -> dict[str, object]:
    """What having told this changes in the slot's state."""
    kinds = {*known.told_wrong.split(), *candidate.wrong.split()} if candidate.wrong else ()
    return {
        "first_low": {"told_level": candidate.level},
        "worsened": {"told_level": candidate.level},
        "recovered": {"told_level": 0},
        "wrong_figure": {"told_wrong": " ".join(sorted(kinds))},
        "missing": {"told_missing": True},
    }[candidate.event]
