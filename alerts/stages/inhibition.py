"""抑止: does something larger make this piece of news untrustworthy or pointless?

An old publication and figures that contradict each other hold back the all-clear and nothing else: a low reading is
told whatever state the feed is in.
"""

from datetime import timedelta

from alerts.rules.candidate import Candidate
from alerts.tracking import Situation
from alerts.verdict import Verdict

STALE_AFTER = timedelta(minutes=40)  # no UPDATE for 35–40 minutes is late (`domain.md` §4.7)


def decide(
    candidate: Candidate,
    situation: Situation,
    doubted: frozenset[object],
    stale_after: timedelta = STALE_AFTER,
) -> Verdict | None:
    """`doubted`: the slots whose figures contradict each other in this publication."""
    age = situation.now - situation.published_at
    is_stale = age > stale_after
    minutes = int(age.total_seconds() // 60)
    if candidate.event == "recovered" and candidate.key in doubted:
        reason = "公表値に矛盾があるため、回復は次の公表で確かめてから知らせる"
        return Verdict("hold", "inhibition", reason)
    if candidate.event == "recovered" and is_stale:
        reason = f"公表が{minutes}分前のもののため、回復は次の公表で確かめてから知らせる"
        return Verdict("hold", "inhibition", reason)
    if candidate.event == "missing" and is_stale:
        reason = f"公表が{minutes}分前のままであることを別に知らせているため、欠落は知らせない"
        return Verdict("drop", "inhibition", reason)
    return None
