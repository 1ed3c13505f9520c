"""繰り返し: has exactly this been told already, and is nothing new about it?"""

from alerts.rules.candidate import Candidate
from alerts.tracking import Situation
from alerts.verdict import Verdict

REASONS = {
    "first_low": "8%未満であることはすでに知らせてあり、次の閾値（5・3・1%）も下回っていない",
    "recovered": "8%未満であることを知らせていないため、回復も知らせない",
    "wrong_figure": "同じ種類の矛盾をすでに知らせてある",
    "missing": "値がないことをすでに知らせてある",
}


def decide(candidate: Candidate, situation: Situation) -> Verdict | None:
    """Drop what was told already (an all-clear: what was never told)."""
    was = situation.was(candidate.key)
    is_old_news = {
        "first_low": was.told_level > 0,
        "recovered": was.told_level == 0,
        "wrong_figure": bool(candidate.wrong) and set(candidate.wrong.split()) <= set(was.told_wrong.split()),
        "missing": was.told_missing,
    }
    if is_old_news.get(candidate.event, False):
        return Verdict("drop", "repetition", REASONS[candidate.event])
    return None
