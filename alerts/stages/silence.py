"""消音: has somebody asked for quiet about this area and event, until when and why?

A notice that the desk owes (below 8 %, a wrong figure) is silenced only by two people.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from alerts.rules.candidate import Candidate
from alerts.tracking import Situation
from alerts.verdict import Verdict
from calc_core.slots import JAPAN

MANDATORY = frozenset({"first_low", "worsened", "wrong_figure"})


@dataclass(frozen=True, slots=True)
class Silence:
    """Quiet about these areas and events while it lasts; empty means all of them."""

    owner: str
    reason: str
    begins_at: datetime
    ends_at: datetime
    areas: frozenset[str] = frozenset()
    events: frozenset[str] = frozenset()
    approved_by: str = ""  # the second person

    def covers(self, candidate: Candidate, now: datetime) -> bool:
        """Whether it is about this candidate now, and allowed to be."""
        return (
            self.begins_at <= now < self.ends_at
            and (not self.areas or candidate.key[2] in self.areas)
            and (not self.events or candidate.event in self.events)
            and (candidate.event not in MANDATORY or self.approved_by not in ("", self.owner))
        )


def decide(candidate: Candidate, situation: Situation, silences: Sequence[Silence]) -> Verdict | None:
    """Drop what a silence covers; it is raised again after the silence."""
    for silence in silences:
        if silence.covers(candidate, situation.now):
            until = silence.ends_at.astimezone(JAPAN)
            people = "・".join(filter(None, (silence.owner, silence.approved_by)))
            reason = f"{until:%m/%d %H:%M}まで消音中（{people}: {silence.reason}）"
            return Verdict("drop", "silence", reason)
    return None
