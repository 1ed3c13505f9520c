"""知らせの候補: what a rule found about one slot, before anybody asked whether it should be told."""

from dataclasses import dataclass

from alerts.exact_figures import Exact
from alerts.readings import SlotKey


@dataclass(frozen=True, slots=True)
class Candidate:
    """One slot and event; `from_state` and `to_state` are the slot's before and after the publication."""

    event: str
    key: SlotKey
    from_state: str
    to_state: str
    margin: Exact | None = None  # None: no value
    level: int = 0  # of the margin, see `rules.thresholds`
    wrong: str = ""  # which contradictions, for repetition
    detail: str = ""  # what a person should know about it (Japanese)
