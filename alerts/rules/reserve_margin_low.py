"""8%未満: is the wide-area margin (広域予備率) of the block below 8.00 %, and has the desk not been told?

The rate of the block counts, never the area's own: an area may be short in a block that is well off (`worked_examples.md`
P6). Raised again at every publication while it stays low; that it was told already is for the stages to say.
"""

from collections.abc import Iterator

from alerts.readings import is_over
from alerts.rules.candidate import Candidate
from alerts.rules.thresholds import is_low, level_of
from alerts.tracking import Situation


def find(situation: Situation) -> Iterator[Candidate]:
    """One candidate for each low slot that is not worse than what was told."""
    for reading, was, now in situation.taken:
        if reading.margin is None or not is_low(reading.margin):
            continue
        level = level_of(reading.margin)
        if was.told_level and level > was.told_level:
            continue  # `margin_worsened`
        if was.state != now.state or not is_over(reading.key, situation.published_at):
            yield Candidate("first_low", reading.key, was.state, now.state, reading.margin, level)
