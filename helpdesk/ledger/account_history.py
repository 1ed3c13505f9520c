"""口座の履歴: what happened to a business's account, written into its stream of the history.

The services of the ledger return what happened; the workflow writes it after the cases' own events, because a writer
of several streams takes the cases' first (see `cases.history.record`).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from cases.bulk_history import Occurrence, record_all
from cases.history import Person
from cases.numbering import lock_series

LEDGER = "ledger"  # the stream of what concerns no single account: whole files


@dataclass(frozen=True, slots=True)
class Happened:
    """One thing that happened to an account; None: the payer is not known."""

    business_id: int | None
    kind: str
    content: dict[str, Any]

    @property
    def stream(self) -> str:
        """The account's stream."""
        return f"account:{self.business_id or 'unknown'}"


def write_account_history(
    session: Session, happened: Iterable[Happened], *, by: Person, now: datetime
) -> None:
    """Write what happened, all accounts at once and in one order, so that two writers never wait for each other."""
    occurrences = [Occurrence(each.stream, each.kind, each.content) for each in happened]
    record_all(session, occurrences, by=by, now=now)


def lock_ledger(session: Session) -> None:
    """Writers of the ledger come one after another: what is left of a receipt is read when nobody else can take it."""
    lock_series(session, LEDGER)
