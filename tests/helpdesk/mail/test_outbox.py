from collections import Counter
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from cases.models import Case
from helpdesk.errors import Conflict, Refused
from helpdesk.mail import outbox
from helpdesk.mail.delivery import Delivery
from helpdesk.mail.models import OutboxMail

RAW = b"Message-ID: <1@desk.example>\r\n\r\nbody\r\n"
ACCEPTED = Delivery("accepted", "250 taken")
BUSY = Delivery("temporary", "451 later")
REFUSED = Delivery("permanent", "550 no such user")
BROKEN = Delivery("uncertain", "connection lost")


class Person:
    id = 7
    display_name = "佐藤 花子"


def queue_mail(database, blobs, now, *, number: int = 1, kind: str = "answer", **changes) -> OutboxMail:
    values = {
        "key": f"{kind}:{number}",
        "kind": kind,
        "to": "tanto@business.example",
        "subject": "ご照会の件",
        "raw": RAW,
        "message_id": f"{number}@desk.example",
        "envelope_from": "desk@helpdesk.example",
        "by": Person,
        "now": now,
    } | changes
    with database.write_session() as session:
        return outbox.queue(session, blobs, **values)


def claim(database, now, *, limit: int = 10, holder: str = "one") -> list[OutboxMail]:
    with database.write_session() as session:
        return list(outbox.claim(session, limit=limit, holder=holder, now=now, lease_seconds=300))


def record(database, row, delivery, now, *, holder: str = "one") -> OutboxMail | None:
    with database.write_session() as session:
        return outbox.record_delivery(session, row.id, delivery, holder=holder, now=now)


def stored(database, row: OutboxMail) -> OutboxMail:
    with database.read_session() as session:
        return session.get_one(OutboxMail, row.id)


def test_a_queued_mail_names_who_decided_and_keeps_its_bytes(database, blobs, now) -> None:
    row = stored(database, queue_mail(database, blobs, now))
    assert (row.state, row.on_uncertain, row.attempts) == ("queued", "ask", 0)
    assert (row.created_by_id, row.created_by_name, row.created_at) == (7, "佐藤 花子", now)
    assert blobs.get(row.raw_sha256) == RAW


def test_the_same_decision_twice_is_one_mail(database, blobs, now) -> None:
    first = queue_mail(database, blobs, now)
    again = queue_mail(database, blobs, now, message_id="other@desk.example", subject="別の件名")
    assert again.id == first.id
    assert again.subject == "ご照会の件"
    with database.read_session() as session:
        assert len(session.scalars(select(OutboxMail)).all()) == 1


def test_another_decision_cannot_reuse_a_message_id(database, blobs, now) -> None:
    queue_mail(database, blobs, now)
    with pytest.raises(Conflict, match=r"1@desk\.example"):
        queue_mail(database, blobs, now, key="answer:other")


def test_a_mail_of_a_rolled_back_decision_never_leaves(database, blobs, now) -> None:
    with database.write_session() as session:
        outbox.queue(
            session,
            blobs,
            key="k",
            kind="answer",
            to="a@x.example",
            subject="s",
            raw=RAW,
            message_id="m@x",
            envelope_from="d@x.example",
            by=Person,
            now=now,
        )
        session.rollback()
    assert claim(database, now) == []


@pytest.mark.parametrize(
    "address",
    ["", "tanto", "a@b@c.example", "a@x.example\r\nRCPT TO:<b@x.example>", "a b@x.example", "<a@x.example>"],
)
def test_an_address_that_could_do_harm_is_refused_before_anything_is_stored(
    database, blobs, now, address
) -> None:
    with pytest.raises(Refused, match="宛先"):
        queue_mail(database, blobs, now, to=address)
    assert claim(database, now) == []


@pytest.mark.parametrize("to", ["desk@helpdesk.example", "Desk@HELPDESK.example"])
def test_nothing_is_queued_to_the_desk_itself(database, blobs, now, to: str) -> None:
    with pytest.raises(Refused, match="窓口自身"):
        queue_mail(database, blobs, now, to=to)
    with database.read_session() as session:
        assert session.scalars(select(OutboxMail)).all() == []


def test_due_mails_are_claimed_oldest_first_and_only_once(database, blobs, now) -> None:
    third = queue_mail(database, blobs, now, number=3, not_before=now + timedelta(hours=1))
    second = queue_mail(database, blobs, now, number=2)
    first = queue_mail(database, blobs, now, number=1, not_before=now - timedelta(minutes=1))
    assert [row.id for row in claim(database, now, limit=1)] == [first.id]
    assert [row.id for row in claim(database, now, holder="two")] == [second.id]
    assert claim(database, now, holder="three") == []
    assert [row.id for row in claim(database, now + timedelta(hours=1))] == [third.id]


def test_two_open_claims_never_take_the_same_mail(database, blobs, now) -> None:
    if database.is_sqlite:
        pytest.skip("SQLite lets one writer in at a time")
    for number in range(4):
        queue_mail(database, blobs, now, number=number)
    with database.write_session() as one, database.write_session() as two:
        first = outbox.claim(one, limit=2, holder="one", now=now, lease_seconds=60)
        second = outbox.claim(two, limit=4, holder="two", now=now, lease_seconds=60)
        assert len(first) == len(second) == 2
        assert not {row.id for row in first} & {row.id for row in second}


def test_an_accepted_mail_is_sent(database, blobs, now) -> None:
    row = queue_mail(database, blobs, now)
    claim(database, now)
    record(database, row, ACCEPTED, now + timedelta(seconds=3))
    row = stored(database, row)
    assert (row.state, row.sent_at, row.last_reply) == ("sent", now + timedelta(seconds=3), "250 taken")
    assert claim(database, now + timedelta(days=1)) == []


def test_a_refused_mail_has_failed_and_a_person_can_send_it_again(database, blobs, now) -> None:
    row = queue_mail(database, blobs, now)
    claim(database, now)
    record(database, row, REFUSED, now)
    assert (stored(database, row).state, stored(database, row).last_reply) == ("failed", "550 no such user")
    with database.write_session() as session:
        outbox.retry_failed(session, session.get_one(OutboxMail, row.id), by=Person, now=now)
    assert [again.id for again in claim(database, now)] == [row.id]


def test_a_postponed_mail_waits_longer_each_time_and_at_last_fails(database, blobs, now) -> None:
    row = queue_mail(database, blobs, now)
    waits = []
    while stored(database, row).state == "queued":
        at = stored(database, row).not_before
        claim(database, at)
        record(database, row, BUSY, at)
        waits.append((stored(database, row).not_before - at) // timedelta(minutes=1))
    assert waits[:6] == [1, 5, 15, 60, 60, 60]
    assert len(waits) == outbox.MOST_ATTEMPTS
    assert stored(database, row).state == "failed"


def test_a_mail_that_was_not_touched_goes_back_as_if_never_claimed(database, blobs, now) -> None:
    row = queue_mail(database, blobs, now)
    claim(database, now)
    record(database, row, Delivery("not_attempted", ""), now)
    assert (stored(database, row).state, stored(database, row).attempts) == ("queued", 0)
    assert [again.id for again in claim(database, now)] == [row.id]


def test_a_mail_whose_sender_vanished_is_uncertain_after_its_claim_has_run_out(database, blobs, now) -> None:
    row = queue_mail(database, blobs, now)
    claim(database, now)
    with database.write_session() as session:
        assert list(outbox.find_abandoned(session, now=now + timedelta(seconds=299))) == []
    with database.write_session() as session:
        [found] = outbox.find_abandoned(session, now=now + timedelta(seconds=301))
        outbox.settle_uncertain(found, now=now + timedelta(seconds=301))
    assert stored(database, row).state == "uncertain"
    assert "分かりません" in stored(database, row).last_reply
    assert claim(database, now + timedelta(days=1)) == []


def test_an_uncertain_acknowledgement_is_sent_again_and_flagged_but_not_for_ever(
    database, blobs, now
) -> None:
    row = queue_mail(database, blobs, now, kind="acknowledgement")
    sendings, at = 0, now
    while claim(database, at):
        sendings += 1
        record(database, row, BROKEN, at)
        with database.write_session() as session:
            outbox.settle_uncertain(session.get_one(OutboxMail, row.id), now=at)
        at += timedelta(hours=1)
    assert sendings == outbox.MOST_RESENDS_WHEN_UNCERTAIN
    assert (stored(database, row).state, stored(database, row).possible_duplicate) == ("uncertain", True)


@pytest.mark.parametrize("decision", ["resend", "sent"])
def test_a_person_settles_an_uncertain_mail_once(database, blobs, now, decision) -> None:
    row = queue_mail(database, blobs, now)
    claim(database, now)
    record(database, row, BROKEN, now)
    with database.write_session() as session:
        outbox.resolve_uncertain(session, session.get_one(OutboxMail, row.id), decision, by=Person, now=now)
    row = stored(database, row)
    assert "佐藤 花子" in row.last_reply
    if decision == "sent":
        assert (row.state, row.possible_duplicate) == ("sent", False)
    else:
        assert (row.state, row.possible_duplicate) == ("queued", True)
    with pytest.raises(Conflict), database.write_session() as session:
        outbox.resolve_uncertain(session, session.get_one(OutboxMail, row.id), decision, by=Person, now=now)


def test_a_late_report_is_believed_unless_another_sender_has_the_mail(database, blobs, now) -> None:
    late, taken = (
        queue_mail(database, blobs, now, number=number, kind="acknowledgement") for number in (1, 2)
    )
    claim(database, now)
    later = now + timedelta(minutes=10)
    with database.write_session() as session:
        for row in outbox.find_abandoned(session, now=later):
            outbox.settle_uncertain(row, now=later)
    assert record(database, late, ACCEPTED, later) is not None
    assert stored(database, late).state == "sent"
    [again] = claim(database, later + timedelta(minutes=1), holder="two")
    assert again.id == taken.id
    assert record(database, taken, ACCEPTED, later, holder="one") is None
    assert stored(database, taken).state == "sending"


def test_only_a_mail_that_waits_can_be_taken_back(database, blobs, now) -> None:
    waiting = queue_mail(database, blobs, now, number=1)
    with database.write_session() as session:
        outbox.cancel(session, session.get_one(OutboxMail, waiting.id), by=Person)
    assert stored(database, waiting).state == "cancelled"
    leaving = queue_mail(database, blobs, now, number=2)
    claim(database, now)
    with pytest.raises(Conflict), database.write_session() as session:
        outbox.cancel(session, session.get_one(OutboxMail, leaving.id), by=Person)


def test_the_restless_mails_are_counted(database, blobs, now: datetime) -> None:
    rows = [queue_mail(database, blobs, now, number=number) for number in range(4)]
    claim(database, now, limit=3)
    record(database, rows[0], ACCEPTED, now)
    record(database, rows[1], REFUSED, now)
    with database.read_session() as session:
        counts = outbox.count_by_state(session)
        assert Counter(counts) == Counter(queued=1, sending=1, failed=1, uncertain=0)
        assert session.scalars(select(Case)).all() == []
