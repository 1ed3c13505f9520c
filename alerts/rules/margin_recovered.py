"""8%以上に回復: is a slot that was low, or that the desk still believes to be low, at 8.00 % or more?"""

from collections.abc import Iterator

from alerts.readings import is_over
from alerts.rules.candidate import Candidate
from alerts.rules.thresholds import is_low
from alerts.tracking import Situation


def find(situation: Situation) -> Iterator[Candidate]:
    """One candidate for each slot that came back, and for each whose all-clear was held and is still due."""
    for reading, was, now in situation.taken:
        if reading.margin is None or is_low(reading.margin):
            continue
        owed = was.told_level and not is_over(reading.key, situation.published_at)
        if was.state != now.state or owed:
            yield Candidate("recovered", reading.key, was.state, now.state, reading.margin)
