"""入金の約束: was what a late payer promised kept, as far as the receipts say (requirement B1.4).

Policy: a promise for a day on which banks are closed holds until the next bank day; what became known after the call
and came in by that day counts; judged broken only when that day is over.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from cases.business_calendar import BANK, Holidays

PENDING = "pending"
KEPT = "kept"
PARTLY_KEPT = "partly_kept"
BROKEN = "broken"
LABELS: Final[dict[str, str]] = {
    PENDING: "約束日前",
    KEPT: "約束どおり",
    PARTLY_KEPT: "一部のみ入金",
    BROKEN: "約束不履行",
}


@dataclass(frozen=True, slots=True)
class Promise:
    """約束: so many yen until this day, promised at a moment."""

    on: date
    amount_yen: int
    made_at: datetime


@dataclass(frozen=True, slots=True)
class Payment:
    """入金: so many yen came in on this day, known since a moment."""

    received_on: date
    known_at: datetime
    amount_yen: int


@dataclass(frozen=True, slots=True)
class Judged:
    """判定: the state, the last day that counts, and how much of what was promised has come in."""

    state: str
    until: date
    received_yen: int

    @property
    def label(self) -> str:
        """The state in words."""
        return LABELS[self.state]


def judge(promise: Promise, payments: Sequence[Payment], *, today: date, holidays: Holidays) -> Judged:
    """How a promise stands today."""
    until = BANK.next_open_day(promise.on, holidays)
    received_yen = sum(
        each.amount_yen for each in payments if each.known_at >= promise.made_at and each.received_on <= until
    )
    if received_yen >= promise.amount_yen:
        state = KEPT
    elif today <= until:
        state = PENDING
    else:
        state = PARTLY_KEPT if received_yen else BROKEN
    return Judged(state, until, received_yen)
