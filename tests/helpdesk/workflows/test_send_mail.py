"""What is taken in and sent, round by round, with the process killed at every boundary."""

import random
from collections.abc import Iterator

import pytest
from sqlalchemy import func, select

from cases.history_verification import verify
from cases.models import Case, Event, Message
from helpdesk.fail_points import EXIT_STATUS
from helpdesk.mail.models import OutboxMail, ReceivedMail
from helpdesk.workflows.receive_mail import receive_folder, receive_raw
from helpdesk.workflows.send_mail import send_due
from tests.helpdesk.crashing import Round
from tests.helpdesk.letters import letter

BOUNDARIES = (
    "receive.after_blob",
    "receive.after_ledger",
    "receive.after_parse",
    "outbox.blob_stored",
    "receive.before_commit",
    "receive.after_commit",
    "inbox.handled",
    "inbox.marked",
    "outbox.settled",
    "outbox.claimed",
    "outbox.delivered",
    "outbox.recording",
    "outbox.recorded",
)


@pytest.fixture(scope="module")
def round_of_the_desk() -> Iterator[Round]:
    made = Round()
    yield made
    made.end()


def put_into_the_folder(desk, name: str, raw: bytes) -> None:
    new = desk.settings.inbox_folder / "new"
    new.mkdir(parents=True, exist_ok=True)
    (new / name).write_bytes(raw)


def count(session, model, *conditions) -> int:
    return session.scalar(select(func.count()).select_from(model).where(*conditions))


@pytest.mark.parametrize("place", BOUNDARIES)
def test_killed_at_any_boundary_there_is_one_case_one_receipt_and_nothing_lost(
    round_of_the_desk, sending_desk, mail_server, clock, place: str
) -> None:
    put_into_the_folder(sending_desk, "1.a.example", letter())
    assert round_of_the_desk.run(sending_desk, now=clock(), fail_point=place) == EXIT_STATUS
    clock.pass_by(minutes=10)  # longer than any claim
    for _ in range(2):
        receive_folder(sending_desk)
        send_due(sending_desk)
        clock.pass_by(minutes=10)
    with sending_desk.database.read_session() as session:
        case = session.scalars(select(Case)).one()
        message = session.scalars(select(Message)).one()
        assert (message.case_id, sending_desk.blobs.get(message.raw_sha256)) == (case.id, letter())
        assert session.scalars(select(ReceivedMail.outcome)).all() == ["new_case"]
        assert count(session, Event, Event.kind == "received") == 1
        assert count(session, Event, Event.kind == "acknowledged") == 1
        assert count(session, Event, Event.kind == "mail_sent") == 1
        sent = session.scalars(select(OutboxMail)).one()
        assert sent.state == "sent"
        assert verify(session).problems == []
    ids = [mail["Message-ID"] for mail in mail_server.mails()]
    assert set(ids) == {f"<{sent.message_id}>"}
    assert len(ids) == 1 or sent.possible_duplicate
    assert list((sending_desk.settings.inbox_folder / "new").iterdir()) == []


def test_what_was_sent_stands_in_the_case_with_its_address_and_id(sending_desk, mail_server) -> None:
    number = receive_raw(sending_desk, letter(), source="import").case_number
    assert send_due(sending_desk) == {"sent": 1}
    assert send_due(sending_desk) == {}
    [mail] = mail_server.mails()
    assert mail["In-Reply-To"] == "<first@kitahama.example>"
    with sending_desk.database.read_session() as session:
        event = session.scalars(select(Event).where(Event.kind == "mail_sent")).one()
        case = session.scalars(select(Case).where(Case.number == number)).one()
        assert (event.case_id, event.stream) == (case.id, f"case:{case.id}")
        assert '"to":"tanaka@kitahama.example"' in event.content


def test_a_server_that_is_away_postpones_and_says_nothing_in_the_history(desk) -> None:
    receive_raw(desk, letter(), source="import")
    assert send_due(desk) == {"queued": 1}
    with desk.database.read_session() as session:
        assert count(session, Event, Event.kind.like("mail_%")) == 0


@pytest.mark.long
def test_killed_again_and_again_forty_mails_make_forty_cases_and_receipts(
    round_of_the_desk, sending_desk, mail_server, clock
) -> None:
    mails = [f"{n}@kitahama.example" for n in range(40)]
    chance = random.Random(20260630)
    kills = 0
    for n, each in enumerate(mails):
        put_into_the_folder(sending_desk, f"{n}.a.example", letter(f"{each}\n", message_id=f"<{each}>"))
        for _ in range(2):
            place = f"{chance.choice(BOUNDARIES)}:{chance.randint(1, 2)}"
            kills += round_of_the_desk.run(sending_desk, now=clock(), fail_point=place) == EXIT_STATUS
            clock.pass_by(minutes=10)
    assert kills > 20
    for _ in range(4):
        assert round_of_the_desk.run(sending_desk, now=clock()) == 0
        clock.pass_by(minutes=10)
    with sending_desk.database.read_session() as session:
        assert set(session.scalars(select(Message.message_id))) == set(mails)
        assert count(session, Case) == count(session, OutboxMail, OutboxMail.state == "sent") == 40
        assert verify(session).problems == []
        flagged = set(session.scalars(select(OutboxMail.message_id).where(OutboxMail.possible_duplicate)))
    ids = [mail["Message-ID"].strip("<>") for mail in mail_server.mails()]
    assert {each for each in ids if ids.count(each) > 1} <= flagged
