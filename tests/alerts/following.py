"""Judging in tests: a feed of publications through the engine, each at its own stamp unless said otherwise."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from alerts.judging import Judgement, judge
from alerts.readings import Determination, SlotKey
from alerts.stages.silence import Silence
from alerts.tracking import SlotState

Told = tuple[str, str, str, list[tuple[int, str]]]  # event, decision, stage, [(slot, area)]


class Watch:
    """The engine with its memory."""

    def __init__(self) -> None:
        self.states: dict[SlotKey, SlotState] = {}

    def judge(
        self, each: Determination, *, now: datetime | None = None, silences: Sequence[Silence] = ()
    ) -> Judgement:
        judged = judge(self.states, each, now=now or each.published_at, silences=silences)
        self.states.update(judged.changes)
        return judged


def judged(determinations: Iterable[Determination]) -> list[Judgement]:
    """Each publication judged on what the ones before it left."""
    watch = Watch()
    return [watch.judge(each) for each in determinations]


def told(judgement: Judgement) -> list[Told]:
    """What became of the candidates of a publication."""
    return [
        (each.event, each.decision, each.stage, [candidate.key[1:] for candidate in each.candidates])
        for each in judgement.notices
    ]


def crossed(judgement: Judgement) -> list[tuple[int, str, str]]:
    """What changed: slot, area, and the new state."""
    return [(each.key[1], each.key[2], each.to_state) for each in judgement.crossings]


def sent(judgements: Iterable[Judgement]) -> list[list[str]]:
    """The events that were sent by each publication."""
    return [[each.event for each in one.notices if each.decision == "send"] for one in judgements]
