"""One mail to each address on duty, once for each key; an address that cannot be written to stops no other."""

from dataclasses import replace
from email import message_from_bytes

from helpdesk.mail.message_ids import read_own_message_id
from helpdesk.mail.models import OutboxMail
from helpdesk.workflows.notice_text import trouble_values
from helpdesk.workflows.tell_duty_desk import tell_duty_desk


def tell(watching, key: str) -> list[OutboxMail]:
    desk = watching.desk
    values = trouble_values(desk, "stale", ["41分"], source="feed", last_read_at=None, incident=None)
    with desk.database.write_session() as session:
        return tell_duty_desk(
            session, desk, "reserve_margin_feed_trouble", values, key=key, case=None, now=watching.clock()
        )


def test_the_same_key_again_queues_nothing_and_another_key_does(watching) -> None:
    first, again = tell(watching, "one"), tell(watching, "one")
    assert [row.id for row in first] == [row.id for row in again]
    tell(watching, "two")
    assert len(watching.rows(OutboxMail)) == 4


def test_one_bad_address_is_said_and_the_others_are_told(watching) -> None:
    addresses = ("desk@helpdesk.example", "no where@duty.example", "night@duty.example")
    settings = replace(watching.desk.settings, duty_addresses=addresses)
    watching.desk = replace(watching.desk, settings=settings)
    assert [row.to_address for row in tell(watching, "one")] == ["night@duty.example"]
    assert len(watching.events("mail_failed")) == 2
    assert len(watching.events("duty_desk_told")) == 1


def test_the_mail_asks_machines_not_to_answer_and_carries_an_id_of_our_own(watching) -> None:
    [row, _] = tell(watching, "one")
    mail = message_from_bytes(watching.desk.blobs.get(row.raw_sha256))
    assert mail["Auto-Submitted"] == "auto-generated"
    kind, _ = read_own_message_id(mail["Message-ID"], watching.desk.settings.secret_key)
    assert kind == "alert"
    assert row.on_uncertain == "resend"
