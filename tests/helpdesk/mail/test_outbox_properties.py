"""Whatever happens to senders, in whatever order: no mail is lost, and only flagged mails can arrive twice."""

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, select

import cases.models
from cases.history import SYSTEM
from helpdesk.blobs import BlobStore
from helpdesk.database import Database, make_engine
from helpdesk.mail import outbox
from helpdesk.mail.delivery import Delivery
from helpdesk.mail.models import OutboxMail

START = datetime(2026, 6, 30, 1, 0, tzinfo=UTC)
LEASE_SECONDS = 300
KINDS = ("answer", "acknowledgement")  # ask a person, send again

# What a sender does with the mails it has claimed: the verdict it records, or that it vanishes, before or after the
# server took the mail.
fates = st.sampled_from(
    [
        "accepted",
        "temporary",
        "permanent",
        "uncertain-taken",
        "uncertain-lost",
        "vanished-taken",
        "vanished-lost",
    ]
)
rounds = st.lists(st.tuples(st.integers(0, 90), st.lists(fates, min_size=2, max_size=2)), max_size=12)


class World:
    """An outbox with one mail of each kind, and what has really reached the readers."""

    def __init__(self, database: Database, blobs: BlobStore) -> None:
        self.database = database
        self.arrived: Counter[str] = Counter()
        self.now = START
        with self.database.write_session() as session:
            session.execute(delete(OutboxMail))
            for kind in KINDS:
                outbox.queue(
                    session,
                    blobs,
                    key=kind,
                    kind=kind,
                    to="a@x.example",
                    subject="件名",
                    raw=kind.encode(),
                    message_id=kind,
                    envelope_from="desk@x.example",
                    by=SYSTEM,
                    now=START,
                )

    def run_sender(self, number: int, mail_fates: list[str]) -> None:
        """One life of a sender: settle what others left, claim, meet each mail's fate."""
        with self.database.write_session() as session:
            for row in outbox.find_abandoned(session, now=self.now):
                outbox.settle_uncertain(row, now=self.now)
        holder = f"sender {number}"
        with self.database.write_session() as session:
            rows = outbox.claim(session, limit=2, holder=holder, now=self.now, lease_seconds=LEASE_SECONDS)
        for row, fate in zip(rows, mail_fates, strict=False):
            if fate == "accepted" or fate.endswith("taken"):
                self.arrived[row.kind] += 1
            if fate.startswith("vanished"):
                continue
            delivery = Delivery(fate.partition("-")[0], "reply")
            with self.database.write_session() as session:
                recorded = outbox.record_delivery(session, row.id, delivery, holder=holder, now=self.now)
                if recorded.state == "uncertain":
                    outbox.settle_uncertain(recorded, now=self.now)

    def mails(self) -> dict[str, OutboxMail]:
        with self.database.read_session() as session:
            return {row.kind: row for row in session.scalars(select(OutboxMail))}


@pytest.fixture(scope="module")
def empty(tmp_path_factory) -> Iterator[tuple[Database, BlobStore]]:
    """A database in memory and a blob store, made once for all examples."""
    database = Database(make_engine("sqlite://"))
    cases.models.Base.metadata.create_all(database.engine)
    OutboxMail.__table__.create(database.engine)
    yield database, BlobStore(tmp_path_factory.mktemp("blobs"))
    database.engine.dispose()


@given(rounds=rounds)
@settings(max_examples=60, deadline=None)
def test_no_mail_is_lost_and_only_flagged_mails_arrive_twice(empty, rounds) -> None:
    world = World(*empty)
    for number, (minutes, mail_fates) in enumerate(rounds):
        world.now += timedelta(minutes=minutes)
        world.run_sender(number, mail_fates)
    for number in range(100, 103):  # from now on everything works
        world.now += timedelta(hours=2)
        world.run_sender(number, ["accepted", "accepted"])
    mails = world.mails()
    assert mails.keys() == set(KINDS)
    for kind, mail in mails.items():
        assert mail.state in ("sent", "failed", "uncertain")
        if mail.state == "sent":
            assert world.arrived[kind] >= 1
        if mail.state == "failed":
            assert world.arrived[kind] == 0 or mail.possible_duplicate
        if world.arrived[kind] > 1:
            assert mail.possible_duplicate
    assert world.arrived["answer"] <= 1  # an amount is never sent twice without a person's word
    assert not mails["answer"].possible_duplicate
