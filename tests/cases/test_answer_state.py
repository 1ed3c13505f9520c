"""Who wrote an answer, and what it answers."""

from collections.abc import Callable
from datetime import datetime

from sqlalchemy.orm import Session

from cases import search
from cases.answer_state import newer_mail, newest_incoming, open_answer, writers
from cases.answering import attach_run, draft, edit, withdraw
from cases.history import Actor, record_on_case
from cases.models import Case, Message


def add(session: Session, case: Case, now: datetime, **values: object) -> int:
    standard = {"direction": "in", "channel": "mail", "subject": "", "author_name": "", "from_address": ""}
    standard |= {"body_text": "", "automatic": False, "occurred_at": now}
    return search.store(session, Message(case_id=case.id, **{**standard, **values})).id


def test_only_what_a_person_sent_in_has_to_be_answered(
    session: Session, make_case: Callable[..., Case], operator: Actor, now: datetime
) -> None:
    case, other = make_case(session), make_case(session)
    assert newest_incoming(session, case.id) is None
    first = add(session, case, now)
    answer = draft(session, case, template="t", subject="件名", body_text="本文", by=operator, now=now)
    add(session, case, now, automatic=True)
    add(session, case, now, direction="out")
    add(session, case, now, direction="note", channel="memo")
    add(session, other, now)
    assert newest_incoming(session, case.id) == first
    assert not newer_mail(session, answer)
    add(session, case, now)
    assert newer_mail(session, answer)


def test_every_hand_in_an_answer_is_known_the_last_one_last(
    session: Session, case: Case, operator: Actor, leader: Actor, now: datetime
) -> None:
    third = Actor(4, "高橋 三郎")
    given_up = draft(session, case, template="t", subject="件名", body_text="本文", by=third, now=now)
    withdraw(session, given_up, by=third, now=now)
    answer = draft(session, case, template="t", subject="件名", body_text="本文", by=operator, now=now)
    record_on_case(session, case, "run_attached", {"run": 1, "digest": "d"}, by=third, now=now)
    assert writers(session, answer) == {7: "佐藤 花子"}
    attach_run(session, answer, run_reference=1, run_digest="d", by=leader, now=now)
    words = {"subject": "件名", "body_text": "本文2"}
    edit(session, answer, expected_version=answer.version, by=operator, now=now, **words)
    assert list(writers(session, answer).values()) == ["鈴木 一郎", "佐藤 花子"]
    assert open_answer(session, case.id) is answer
