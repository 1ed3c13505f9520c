"""What a transport is handed and what it reports back for each mail, whatever the wire."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

Verdict = Literal["accepted", "temporary", "permanent", "uncertain", "not_attempted"]


@dataclass(frozen=True, slots=True)
class OutgoingMail:
    """One mail to one address, as bytes that are not changed any more; `reference` is the caller's own."""

    reference: int
    envelope_from: str
    to_address: str
    raw: bytes


@dataclass(frozen=True, slots=True)
class Delivery:
    """送信結果: what the next server said about one mail.

    accepted: it has taken responsibility. temporary (4xx, no connection): not sent, try later. permanent (5xx):
    not sent, do not try again. uncertain: the connection broke after the text went out. not_attempted: untouched.
    """

    verdict: Verdict
    reply: str


class Transport(Protocol):
    """Sends mails and reports each one as soon as its fate is known.

    `on_delivery` is called from any thread, one call at a time or several at once; `may_start` is asked before
    each mail and ends the batch when it says no.
    """

    def send_batch(
        self,
        mails: Sequence[OutgoingMail],
        *,
        on_delivery: Callable[[OutgoingMail, Delivery], None] | None = None,
        may_start: Callable[[], bool] | None = None,
    ) -> list[Delivery]: ...
