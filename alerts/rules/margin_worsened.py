"""さらに低下: has a slot that was told as low gone through the next threshold (5, 3, 1 %)?"""

from collections.abc import Iterator

from alerts.readings import is_over
from alerts.rules.candidate import Candidate
from alerts.rules.thresholds import level_of
from alerts.tracking import Situation


def find(situation: Situation) -> Iterator[Candidate]:
    """One candidate for each slot that is below a threshold that was not told; after its end only once a value."""
    for reading, was, now in situation.taken:
        if reading.margin is None or not was.told_level:
            continue
        level = level_of(reading.margin)
        changed = was.margin != now.margin
        if level > was.told_level and (changed or not is_over(reading.key, situation.published_at)):
            yield Candidate("worsened", reading.key, was.state, now.state, reading.margin, level)
