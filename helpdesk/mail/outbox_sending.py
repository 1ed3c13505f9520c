"""送信: carries the due mails of the outbox to a transport and writes down what became of each."""

import os
import secrets
import socket
from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from helpdesk.blobs import BlobStore
from helpdesk.clock import Clock
from helpdesk.database import Database
from helpdesk.errors import InstanceUnusable
from helpdesk.fail_points import fail_point
from helpdesk.mail import outbox
from helpdesk.mail.delivery import Delivery, OutgoingMail, Transport
from helpdesk.mail.models import OutboxMail

OnOutcome = Callable[[Session, OutboxMail], None]

BATCH_SIZE = 50
LEASE_SECONDS = 300.0
LONGEST_SENDING = timedelta(seconds=120)  # one mail at the transport; none starts with less of the lease left


def send_outbox(
    database: Database,
    blobs: BlobStore,
    transport: Transport,
    *,
    clock: Clock,
    on_outcome: OnOutcome | None = None,
    stopping: Callable[[], bool] = lambda: False,
    batch_size: int = BATCH_SIZE,
    lease_seconds: float = LEASE_SECONDS,
) -> Counter[str]:
    """Send all that is due; how many mails ended in each state (`queued`: postponed).

    `on_outcome(session, row)` is called in the transaction that records an outcome, to write history there; a mail
    that is sent again because it is uncertain is shown as `uncertain` first. It may be called from several threads.
    """
    tell = on_outcome or (lambda session, row: None)
    counts: Counter[str] = Counter(_settle_abandoned(database, tell, clock()))
    while not stopping():
        holder = f"{socket.gethostname()}:{os.getpid()}:{secrets.token_hex(4)}"
        now = clock()
        with database.write_session() as session:
            rows = outbox.claim(
                session, limit=batch_size, holder=holder, now=now, lease_seconds=lease_seconds
            )
        if not rows:
            break
        fail_point("outbox.claimed")
        last_start = now + timedelta(seconds=lease_seconds) - LONGEST_SENDING

        def may_start(last_start: datetime = last_start) -> bool:
            return not stopping() and clock() < last_start

        record = _Recorder(database, tell, clock, holder)
        transport.send_batch(_open(rows, blobs, record), on_delivery=record, may_start=may_start)
        ended = [state for state in record.ended if state != "not_attempted"]
        counts.update(ended)
        if not ended:
            break
    return counts


class _Recorder:
    """Commits the outcome of one mail after another, each alone."""

    def __init__(self, database: Database, tell: OnOutcome, clock: Clock, holder: str) -> None:
        self.database, self.tell, self.clock, self.holder = database, tell, clock, holder
        self.ended: list[str] = []

    def __call__(self, mail: OutgoingMail, delivery: Delivery) -> None:
        self.record(mail.reference, delivery)

    def record(self, row_id: int, delivery: Delivery) -> None:
        fail_point("outbox.delivered")
        now = self.clock()
        with self.database.write_session() as session:
            row = outbox.record_delivery(session, row_id, delivery, holder=self.holder, now=now)
            if row is None:
                return
            if delivery.verdict == "not_attempted":
                self.ended.append("not_attempted")
                return
            self.tell(session, row)
            self.ended.append(row.state)
            if row.state == "uncertain":
                outbox.settle_uncertain(row, now=now)
            session.flush()
            fail_point("outbox.recording")
        fail_point("outbox.recorded")


def _settle_abandoned(database: Database, tell: OnOutcome, now: datetime) -> dict[str, int]:
    with database.write_session() as session:
        rows = outbox.find_abandoned(session, now=now)
        for row in rows:
            tell(session, row)
            outbox.settle_uncertain(row, now=now)
    fail_point("outbox.settled")
    return {"uncertain": len(rows)} if rows else {}


def _open(rows: list[OutboxMail], blobs: BlobStore, record: _Recorder) -> list[OutgoingMail]:
    """The mails with their bytes; one whose bytes are gone has failed, and the others are sent."""
    mails = []
    for row in rows:
        try:
            raw = blobs.get(row.raw_sha256)
        except InstanceUnusable as error:
            record.record(row.id, Delivery("permanent", str(error)))
        else:
            mails.append(OutgoingMail(row.id, row.envelope_from, row.to_address, raw))
    return mails
