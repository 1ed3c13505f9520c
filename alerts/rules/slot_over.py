"""終わったコマ: what a publication says about a slot that has ended is recorded, and nobody is told."""

from alerts.readings import is_over
from alerts.rules.candidate import Candidate
from alerts.tracking import Situation
from alerts.verdict import Verdict


def decide(candidate: Candidate, situation: Situation) -> Verdict | None:
    """Drop what is about a slot whose end is not after the UPDATE stamp."""
    if is_over(candidate.key, situation.published_at):
        return Verdict("drop", "rule", "公表の時点でコマが終わっているため、記録だけして知らせない")
    return None
