"""知らせ: from what the rules found to what is told, through a literal list of questions, each answer with its reason.

Nothing that a rule found disappears: it is in exactly one notice, sent, held or dropped.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from alerts.exact_figures import percent_text
from alerts.rules import (
    margin_recovered,
    margin_worsened,
    reserve_margin_low,
    slot_over,
    value_missing,
    wrong_figure,
)
from alerts.rules.candidate import Candidate
from alerts.stages import grouping, inhibition, repetition, routing, silence
from alerts.stages.silence import Silence
from alerts.tracking import Situation
from alerts.verdict import Verdict
from alerts.words import AREAS
from calc_core.slots import end_label

RULES = (reserve_margin_low, margin_worsened, margin_recovered, wrong_figure, value_missing)
DETAILS_TOLD = 3


@dataclass(frozen=True, slots=True)
class NoticeDecision:
    """One notice: an event of one day, the slots it is about, and what was decided about it."""

    event: str
    day: date | None  # None: the feed as a whole
    candidates: tuple[Candidate, ...]
    decision: str
    stage: str
    reason: str
    receivers: tuple[str, ...] = ()

    @property
    def areas(self) -> list[str]:
        """The areas it is about, in the order of their codes."""
        found = {candidate.key[2] for candidate in self.candidates}
        return [area for area in AREAS if area in found]

    def slots(self) -> list[dict[str, str]]:
        """Each slot as the command line prints it and the store keeps it."""
        return [
            {
                "date": candidate.key[0].isoformat(),
                "slot_end": end_label(candidate.key[1]),
                "area": candidate.key[2],
                "from": candidate.from_state,
                "to": candidate.to_state,
            }
            for candidate in self.candidates
        ]

    def stored_slots(self) -> list[dict[str, Any]]:
        """Each slot with its margin and what is wrong with it, for mails and pages."""
        return [
            {
                **slot,
                "margin_percent": None if candidate.margin is None else percent_text(candidate.margin),
                "detail": candidate.detail,
            }
            for slot, candidate in zip(self.slots(), self.candidates, strict=True)
        ]


def decide(
    situation: Situation,
    silences: Sequence[Silence] = (),
    *,
    stale_after: timedelta = inhibition.STALE_AFTER,
) -> list[NoticeDecision]:
    """Every notice that this publication gives rise to; one that is older than `stale_after` says no all-clear."""
    candidates = [candidate for rule in RULES for candidate in rule.find(situation)]
    doubted = frozenset(each.key for each in candidates if each.event == "wrong_figure" and each.wrong)
    decided = []
    for candidate in candidates:
        verdict = (
            slot_over.decide(candidate, situation)
            or inhibition.decide(candidate, situation, doubted, stale_after)
            or silence.decide(candidate, situation, silences)
            or repetition.decide(candidate, situation)
            or routing.decide(candidate)
        )
        decided.append((candidate, verdict))
    return [_notice(bundle) for bundle in grouping.bundles(decided)]


def _notice(bundle: Sequence[tuple[Candidate, Verdict]]) -> NoticeDecision:
    first, verdict = bundle[0]
    candidates = tuple(candidate for candidate, _ in bundle)
    reason = verdict.reason + _told_details(candidates)
    return NoticeDecision(
        first.event, first.key[0], candidates, verdict.decision, verdict.stage, reason, verdict.receivers
    )


def _told_details(candidates: Iterable[Candidate]) -> str:
    details = list(
        dict.fromkeys(
            f"{each.key[2]}{end_label(each.key[1])}: {each.detail}" for each in candidates if each.detail
        )
    )
    if not details:
        return ""
    rest = f"。ほか{len(details) - DETAILS_TOLD}件" if len(details) > DETAILS_TOLD else ""
    return f"。{'。'.join(details[:DETAILS_TOLD])}{rest}"
