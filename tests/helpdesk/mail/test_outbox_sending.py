import os
import subprocess
import sys
import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from cases.history import SYSTEM
from helpdesk.fail_points import EXIT_STATUS
from helpdesk.mail import outbox
from helpdesk.mail.delivery import Delivery
from helpdesk.mail.models import OutboxMail
from helpdesk.mail.outbox_sending import send_outbox
from helpdesk.mail.smtp import SmtpTransport

KILLED_SENDER = """
import sys
from datetime import datetime
from pathlib import Path
from helpdesk.blobs import BlobStore
from helpdesk.database import Database, make_engine
from helpdesk.mail.outbox_sending import send_outbox
from helpdesk.mail.smtp import SmtpTransport

url, blobs, port, now = sys.argv[1:]
send_outbox(
    Database(make_engine(url)), BlobStore(Path(blobs)),
    SmtpTransport(host="127.0.0.1", port=int(port), connections=2), clock=lambda: datetime.fromisoformat(now),
)
"""


def queue_mails(database, blobs, now, names: list[str], *, kind: str = "answer") -> None:
    with database.write_session() as session:
        for name in names:
            outbox.queue(
                session,
                blobs,
                key=f"{kind}:{name}",
                kind=kind,
                to=f"{name}@business.example",
                subject="ご照会の件",
                raw=f"Message-ID: <{name}@desk.example>\r\n\r\nbody\r\n".encode(),
                message_id=f"{name}@desk.example",
                envelope_from="desk@helpdesk.example",
                by=SYSTEM,
                now=now,
            )


def states(database) -> dict[str, str]:
    with database.read_session() as session:
        return {row.to_address.split("@")[0]: row.state for row in session.scalars(select(OutboxMail))}


def flagged(database) -> set[str]:
    with database.read_session() as session:
        rows = session.scalars(select(OutboxMail).where(OutboxMail.possible_duplicate))
        return {row.to_address.split("@")[0] for row in rows}


class Told:
    """Stands for the history: what was told within the transactions that were committed."""

    def __init__(self) -> None:
        self.outcomes: list[tuple[str, str]] = []
        self.lock = threading.Lock()

    def __call__(self, session, row: OutboxMail) -> None:
        with self.lock:
            self.outcomes.append((row.to_address.split("@")[0], row.state))


def send(database, blobs, port: int, now: datetime, on_outcome=None, **settings) -> Counter[str]:
    transport = SmtpTransport(host="127.0.0.1", port=port, connections=2)
    return send_outbox(database, blobs, transport, clock=lambda: now, on_outcome=on_outcome, **settings)


def test_every_due_mail_is_sent_and_its_outcome_told(database, blobs, sink, now) -> None:
    names = [f"reader{number}" for number in range(7)]
    queue_mails(database, blobs, now, names)
    told = Told()
    assert send(database, blobs, sink.port, now, told, batch_size=3) == Counter(sent=7)
    assert sorted(sink.recipients) == [f"{name}@business.example" for name in names]
    assert sorted(told.outcomes) == [(name, "sent") for name in names]
    assert send(database, blobs, sink.port, now) == Counter()
    assert len(sink.arrived) == 7


def test_each_kind_of_failure_ends_in_its_own_state(database, blobs, sink, now) -> None:
    queue_mails(database, blobs, now, ["fine", "busy", "nobody", "cut-late"])
    queue_mails(database, blobs, now, ["cut-early"], kind="acknowledgement")
    counts = send(database, blobs, sink.port, now)
    assert counts == Counter(sent=1, queued=2, failed=1, uncertain=1)
    assert states(database) == {
        "fine": "sent",
        "busy": "queued",
        "nobody": "failed",
        "cut-late": "uncertain",
        "cut-early": "queued",
    }


def test_an_uncertain_acknowledgement_is_told_as_uncertain_and_sent_again_flagged(
    database, blobs, sink, now
) -> None:
    queue_mails(database, blobs, now, ["cut-late"], kind="acknowledgement")
    told = Told()
    send(database, blobs, sink.port, now, told)
    assert told.outcomes == [("cut-late", "uncertain")]
    assert states(database) == {"cut-late": "queued"}
    assert flagged(database) == {"cut-late"}


def test_without_a_server_the_mails_wait_and_leave_when_it_is_back(
    database, blobs, sink, now, free_port_nobody_hears: int
) -> None:
    queue_mails(database, blobs, now, ["a", "b"])
    assert send(database, blobs, free_port_nobody_hears, now) == Counter(queued=2)
    assert send(database, blobs, sink.port, now) == Counter()
    assert send(database, blobs, sink.port, now + timedelta(minutes=1)) == Counter(sent=2)


def test_a_mail_whose_bytes_are_gone_fails_alone(database, blobs, sink, now) -> None:
    queue_mails(database, blobs, now, ["lost", "kept"])
    with database.read_session() as session:
        lost = session.scalars(select(OutboxMail).where(OutboxMail.idempotency_key == "answer:lost")).one()
    blobs.path_of(lost.raw_sha256).unlink()
    assert send(database, blobs, sink.port, now) == Counter(failed=1, sent=1)
    assert states(database) == {"lost": "failed", "kept": "sent"}
    with database.read_session() as session:
        assert "バックアップ" in session.get_one(OutboxMail, lost.id).last_reply


def test_an_outcome_whose_history_cannot_be_written_is_not_recorded_either(
    database, blobs, sink, now
) -> None:
    queue_mails(database, blobs, now, ["a"])

    def fail(session, row) -> None:
        raise RuntimeError("history refused")

    with pytest.raises(RuntimeError, match="history refused"):
        send(database, blobs, sink.port, now, fail)
    assert states(database) == {"a": "sending"}


def test_a_sender_that_is_told_to_stop_gives_its_mails_back(database, blobs, sink, now) -> None:
    queue_mails(database, blobs, now, ["a", "b"])
    answers = iter([False])
    assert send(database, blobs, sink.port, now, stopping=lambda: next(answers, True)) == Counter()
    assert states(database) == {"a": "queued", "b": "queued"}
    assert sink.arrived == []


def test_no_mail_starts_in_a_claim_that_is_about_to_run_out(database, blobs, sink, now) -> None:
    queue_mails(database, blobs, now, ["a"])
    moments = iter([now, now])

    def clock() -> datetime:  # the process sleeps for an hour after its claim
        return next(moments, now + timedelta(hours=1))

    transport = SmtpTransport(host="127.0.0.1", port=sink.port)
    assert send_outbox(database, blobs, transport, clock=clock) == Counter()
    assert sink.arrived == []
    assert states(database) == {"a": "queued"}


def test_two_senders_at_once_send_each_mail_once(database, blobs, sink, now) -> None:
    names = [f"reader{number}" for number in range(24)]
    queue_mails(database, blobs, now, names)
    with ThreadPoolExecutor(2) as pool:
        senders = [pool.submit(send, database, blobs, sink.port, now, batch_size=4) for _ in range(2)]
    assert sum((sender.result() for sender in senders), Counter()) == Counter(sent=24)
    assert sorted(sink.recipients) == sorted(f"{name}@business.example" for name in names)
    assert set(states(database).values()) == {"sent"}


@pytest.mark.parametrize("kind", ["answer", "acknowledgement"])
@pytest.mark.parametrize(
    "place",
    [
        "outbox.settled",
        "outbox.claimed",
        "smtp.before_text",
        "smtp.accepted:2",
        "outbox.delivered:2",
        "outbox.recording:3",
        "outbox.recorded:2",
    ],
)
def test_killed_anywhere_nothing_is_lost_and_only_flagged_mails_may_arrive_twice(
    database, blobs, sink, now, place, kind
) -> None:
    names = [f"reader{number}" for number in range(5)]
    queue_mails(database, blobs, now, names, kind=kind)
    url = database.engine.url.render_as_string(hide_password=False)
    killed = subprocess.run(
        [sys.executable, "-c", KILLED_SENDER, url, str(blobs.folder), str(sink.port), now.isoformat()],
        env={**os.environ, "HELPDESK_FAIL_POINT": place},
        timeout=60,
    )
    assert killed.returncode == EXIT_STATUS
    told = Told()
    for minutes in (0, 10, 20):  # at once; when the dead sender's claim has run out; when resends are due
        send(database, blobs, sink.port, now + timedelta(minutes=minutes), told)
    arrived = Counter(recipient.split("@")[0] for recipient in sink.recipients)
    twice = {name for name, count in arrived.items() if count > 1}
    if kind == "acknowledgement":
        assert set(states(database).values()) == {"sent"}
        assert set(arrived) == set(names)
        assert twice <= flagged(database)
    else:
        waiting = {name for name, state in states(database).items() if state == "uncertain"}
        assert set(arrived) | waiting == set(names)
        assert twice == set()
        assert waiting <= {name for name, state in told.outcomes if state == "uncertain"}


def test_a_transport_that_reports_nothing_leaves_the_mail_to_be_found(database, blobs, now) -> None:
    class Silent:
        def send_batch(self, mails, *, on_delivery=None, may_start=None) -> list[Delivery]:
            return []

    queue_mails(database, blobs, now, ["a"])
    assert send_outbox(database, blobs, Silent(), clock=lambda: now) == Counter()
    later = now + timedelta(minutes=10)
    assert send_outbox(database, blobs, Silent(), clock=lambda: later) == Counter(uncertain=1)
