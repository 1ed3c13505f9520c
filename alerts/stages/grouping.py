"""とりまとめ: what goes into one notice? Everything of one event and day that was decided for the same reason."""

from collections.abc import Iterable

from alerts.rules.candidate import Candidate
from alerts.verdict import Verdict

Decided = tuple[Candidate, Verdict]


def bundles(decided: Iterable[Decided]) -> list[list[Decided]]:
    """The groups, in the order in which their first member was found; no slot is in two, none is lost."""
    groups: dict[object, list[Decided]] = {}
    for candidate, verdict in decided:
        groups.setdefault((candidate.event, candidate.key[0], verdict), []).append((candidate, verdict))
    return list(groups.values())
