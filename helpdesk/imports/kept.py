"""取り込んだ結果: what the rows of one file did to what is recorded, told to whoever imports and to the history."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from helpdesk.ledger.account_history import Happened

ROW_STATES = {"new": "新規", "corrected": "訂正", "known": "登録済み"}


@dataclass(frozen=True, slots=True)
class Kept:
    """取り込んだ結果: how many rows were new, a correction of something known, or known already.

    `happened` goes into the accounts' history. `states` holds a key of `ROW_STATES` for each row shown, where the
    kind knows it; `changes` what was recorded otherwise before, in words (from → to) and bounded; `told` what else
    the history of the file keeps.
    """

    new: int
    corrected: int
    known: int
    happened: Sequence[Happened] = ()
    states: Sequence[str] = ()
    changes: Sequence[str] = ()
    told: Mapping[str, Any] = field(default_factory=dict)


MOST_CHANGES = 200


def bounded(changes: Sequence[str]) -> list[str]:
    """The first changes for a reader, and how many more there are."""
    if len(changes) <= MOST_CHANGES:
        return list(changes)
    return [*changes[:MOST_CHANGES], f"このほかに {len(changes) - MOST_CHANGES:,} 件の訂正があります"]
