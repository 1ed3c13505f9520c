"""公表値の欠落: which slots of the days that a publication covers have no value that anybody can read?

«***» (a blacked-out block), an absent row, a field that is no number, two rows that contradict each other: all leave
no value. The slot keeps its state; nothing counts as 0 (`domain.md` §4.2).
"""

from collections.abc import Iterator

from alerts.rules.candidate import Candidate
from alerts.tracking import Situation


def find(situation: Situation) -> Iterator[Candidate]:
    """One candidate for each slot without a value."""
    for key in situation.determination.missing():
        was = situation.was(key)
        if was.valued_at is None or was.valued_at < situation.published_at:  # nothing newer is known
            yield Candidate("missing", key, was.state, was.state)
