"""案件を開く: what comes in without being a mail, with its deadline, its first message and its event."""

from datetime import datetime

import pytest
from sqlalchemy.orm import Session

from cases.errors import InputRefused
from cases.history import Actor, case_events, content_of
from cases.kinds import KINDS
from cases.models import Attachment, Message
from cases.opening import NewCase, open_case


def test_an_inquiry_by_form_has_a_deadline_and_what_was_written_as_its_first_message(
    session: Session, operator: Actor, now: datetime
) -> None:
    new = NewCase("inquiry", "form", "  ペナルティの\n算定について ", "6月分のペナルティの計算が合いません")
    case = open_case(session, new, by=operator, now=now)

    assert (case.subject, case.topic, case.status) == ("ペナルティの 算定について", "penalty", "received")
    assert case.due_at is not None
    assert case.due_reason
    message = session.query(Message).filter_by(case_id=case.id).one()
    assert (message.direction, message.channel, message.author_name) == ("in", "form", operator.display_name)
    (event,) = case_events(session, case.id)
    assert event.kind == "received"
    assert content_of(event)["kind"] == "inquiry"
    assert content_of(event)["message"] == message.id


@pytest.mark.parametrize("kind", ["late_payment", "incident"])
def test_what_the_desk_itself_opens_owes_nobody_an_answer(
    session: Session, operator: Actor, now: datetime, kind: str
) -> None:
    case = open_case(
        session, NewCase(kind, "system", "当方で開いた案件", topic="contribution"), by=operator, now=now
    )

    assert (case.due_at, case.due_reason) == (None, [])
    assert case.topic == "contribution"
    assert session.query(Message).filter_by(case_id=case.id).count() == 0


def test_the_desks_own_words_are_a_note_and_not_something_received(
    session: Session, operator: Actor, now: datetime
) -> None:
    case = open_case(session, NewCase("incident", "system", "8%未満", "東京 17:00"), by=operator, now=now)

    assert session.query(Message).filter_by(case_id=case.id).one().direction == "note"


def test_a_case_without_a_subject_is_refused(session: Session, operator: Actor, now: datetime) -> None:
    with pytest.raises(InputRefused, match="件名"):
        open_case(session, NewCase("inquiry", "phone", " \n "), by=operator, now=now)


def test_a_kind_that_does_not_exist_is_a_mistake_of_the_program(
    session: Session, operator: Actor, now: datetime
) -> None:
    assert "order" not in KINDS
    with pytest.raises(ValueError, match="order"):
        open_case(session, NewCase("order", "phone", "件名"), by=operator, now=now)


def test_a_forms_first_message_carries_the_writers_address_and_files(
    session: Session, operator: Actor, now: datetime
) -> None:
    file = Attachment(name="内訳.xlsx", content_type="application/x", size_bytes=3, sha256="a" * 64)
    new = NewCase("inquiry", "form", "件名", "本文", from_address="ito@minato.example", attachments=[file])
    case = open_case(session, new, by=operator, now=now)

    message = session.query(Message).filter_by(case_id=case.id).one()
    assert message.from_address == "ito@minato.example"
    assert [each.name for each in message.attachments] == ["内訳.xlsx"]
