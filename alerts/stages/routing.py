"""宛先: who must know? The duty desk (当番席), at once, of everything that came this far.

Businesses are told of a margin below 8 % by the operator's own system; what this desk writes to them waits for a
person (`requirements.md` B3.1, B3.2).
"""

from alerts.rules.candidate import Candidate
from alerts.verdict import Verdict

DUTY_DESK = "duty_desk"

REASONS = {
    "first_low": "8%を下回ったため、当番席へ直ちに知らせる（事業者へは広域機関のシステムが知らせる）",
    "worsened": "知らせたときより低い閾値（5・3・1%）を下回ったため、当番席へ直ちに知らせる",
    "recovered": "8%未満と知らせたコマが8%以上に戻ったため、当番席へ知らせる",
    "wrong_figure": "公表値に誤りの疑い、または訂正があるため、当番席へ直ちに知らせる（事業者への連絡は人が判断する）",
    "missing": "公表値がないため、当番席へ直ちに知らせる",
}


def decide(candidate: Candidate) -> Verdict:
    """Send it to the duty desk."""
    return Verdict("send", "routing", REASONS[candidate.event], (DUTY_DESK,))
