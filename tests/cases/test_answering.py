"""An answer on its way to review: one at a time, nobody's words lost, no typed amounts, nothing unread."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from sqlalchemy import true
from sqlalchemy.orm import Session

from cases import lifecycle, search
from cases.answer_state import writers
from cases.answering import attach_run, draft, edit, newest_incoming, open_answer, submit, withdraw
from cases.errors import AnswerOutdated, AnswerRefused, InputRefused, StaleVersion
from cases.history import SYSTEM, Actor, content_of, read_stream
from cases.models import Answer, Case, Message
from cases.queries import case_by_number
from helpdesk.database import Database

TEXT = "ご質問の件、{{figure:total_yen}} となります。"


@pytest.fixture
def write_in(now: datetime) -> Callable[..., Message]:
    """Stores a message that has come in on a case."""

    def write(session: Session, case: Case, *, automatic: bool = False) -> Message:
        return search.store(
            session,
            Message(
                case_id=case.id,
                direction="in",
                channel="mail",
                automatic=automatic,
                subject="",
                author_name="",
                from_address="",
                body_text="質問",
                occurred_at=now,
            ),
        )

    return write


@pytest.fixture
def answer(session: Session, case: Case, operator: Actor, now: datetime, write_in: Callable) -> Answer:
    write_in(session, case)
    return draft(
        session, case, template="case_answer", subject="回答", body_text="本文です", by=operator, now=now
    )


def kinds(session: Session, case: Case) -> list[str]:
    return [event.kind for event in read_stream(session, f"case:{case.id}")]


def test_a_case_that_was_read_for_a_page_with_its_business_can_be_answered(
    session: Session, case: Case, operator: Actor, now: datetime
) -> None:
    number = case.number
    session.commit()
    session.expunge_all()
    shown = case_by_number(session, number, visible=true())  # joined with business and contact
    draft(session, shown, template="case_answer", subject="回答", body_text="本文", by=operator, now=now)
    assert shown.status == lifecycle.IN_PROGRESS


def test_a_draft_takes_the_case_up_and_remembers_what_it_answers(
    session: Session, case: Case, answer: Answer, operator: Actor
) -> None:
    assert (answer.status, answer.author_id, answer.author_name) == ("draft", 7, "佐藤 花子")
    assert answer.last_incoming_message_id == newest_incoming(session, case.id)
    assert open_answer(session, case.id) is answer
    assert case.status == "in_progress"
    assert kinds(session, case) == ["answer_drafted", "status_changed"]
    assert content_of(read_stream(session, f"case:{case.id}")[0]) == {
        "answer": answer.id,
        "template": "case_answer",
        "run": None,
        "digest": None,
    }


def test_a_second_answer_is_refused_naming_who_writes_the_first(
    session: Session, case: Case, answer: Answer, leader: Actor, now: datetime
) -> None:
    with pytest.raises(AnswerRefused, match="佐藤 花子さんの回答（下書き）があります"):
        draft(session, case, template="case_answer", subject="", body_text="", by=leader, now=now)
    withdraw(session, answer, by=leader, now=now)
    second = draft(session, case, template="case_answer", subject="", body_text="", by=leader, now=now)
    assert open_answer(session, case.id) is second


def test_no_answer_to_a_closed_case_and_none_by_the_desk_itself(
    session: Session, make_case: Callable[..., Case], operator: Actor, now: datetime
) -> None:
    closed = make_case(session, status="closed")
    with pytest.raises(AnswerRefused, match="先に再開"):
        draft(session, closed, template="t", subject="", body_text="", by=operator, now=now)
    with pytest.raises(AnswerRefused, match="利用者だけ"):
        draft(session, make_case(session), template="t", subject="", body_text="", by=SYSTEM, now=now)
    assert kinds(session, closed) == []


def test_an_edit_is_kept_and_recorded(
    session: Session, case: Case, answer: Answer, leader: Actor, now: datetime
) -> None:
    later = now + timedelta(minutes=5)
    version = answer.version
    edit(
        session,
        answer,
        subject=" 件\n名 ",
        body_text="a\r\nb",
        expected_version=version,
        by=leader,
        now=later,
    )
    assert (answer.subject, answer.body_text, answer.updated_at) == ("件 名", "a\nb", later)
    assert answer.version > version
    assert kinds(session, case)[-1] == "answer_edited"
    assert (answer.author_id, writers(session, answer)) == (7, {7: "佐藤 花子", 3: "鈴木 一郎"})


def test_an_edit_of_a_version_that_is_gone_names_who_was_faster(
    session: Session, answer: Answer, operator: Actor, leader: Actor, now: datetime
) -> None:
    opened = answer.version
    edit(session, answer, subject="件名", body_text="先に", expected_version=opened, by=leader, now=now)
    with pytest.raises(StaleVersion, match="鈴木 一郎さんが変更しました"):
        edit(
            session, answer, subject="件名", body_text="後から", expected_version=opened, by=operator, now=now
        )
    assert answer.body_text == "先に"


def test_two_sessions_that_edit_one_draft_do_not_overwrite_each_other(
    database: Database, make_case: Callable[..., Case], operator: Actor, leader: Actor, now: datetime
) -> None:
    with database.write_session() as session:
        case = make_case(session)
        answer = draft(session, case, template="t", subject="件名", body_text="初め", by=operator, now=now)
        answer_id = answer.id
    with database.open_session(writes=False) as reading:
        opened = reading.get_one(Answer, answer_id)
        with database.write_session() as session:
            faster = session.get_one(Answer, answer_id)
            edit(
                session,
                faster,
                subject="件名",
                body_text="先",
                expected_version=faster.version,
                by=leader,
                now=now,
            )
        version = opened.version
    with database.write_session() as session:
        slower = session.get_one(Answer, answer_id)
        words = {"subject": "件名", "body_text": "後", "by": operator, "now": now}
        with pytest.raises(StaleVersion):
            edit(session, slower, expected_version=version, **words)
    with database.read_session() as session:
        assert session.get_one(Answer, answer_id).body_text == "先"


def test_a_run_is_attached_to_a_draft(
    session: Session, case: Case, answer: Answer, operator: Actor, now: datetime
) -> None:
    attach_run(session, answer, run_reference=5, run_digest="d" * 64, by=operator, now=now)
    assert (answer.run_reference, answer.run_digest) == (5, "d" * 64)
    event = read_stream(session, f"case:{case.id}")[-1]
    assert event.kind == "run_attached"
    assert content_of(event) == {"answer": answer.id, "run": 5, "digest": "d" * 64}


def test_submitting_puts_the_case_up_for_release(
    session: Session, case: Case, answer: Answer, operator: Actor, now: datetime
) -> None:
    submit(session, answer, by=operator, now=now)
    assert (answer.status, answer.submitted_at, case.status) == ("in_review", now, "awaiting_release")
    assert kinds(session, case)[-2:] == ["answer_submitted", "status_changed"]


def test_typed_amounts_are_refused_when_a_run_is_attached_all_at_once(
    session: Session, case: Case, answer: Answer, operator: Actor, now: datetime
) -> None:
    attach_run(session, answer, run_reference=5, run_digest="d" * 64, by=operator, now=now)
    text = f"{TEXT}\nペナルティ額は 1,234円、\n消費税は100円です"
    edit(
        session, answer, subject="回答", body_text=text, expected_version=answer.version, by=operator, now=now
    )
    before = kinds(session, case)
    with pytest.raises(InputRefused) as refused:
        submit(session, answer, by=operator, now=now)
    assert [problem.where for problem in refused.value.problems] == ["本文 2行目", "本文 3行目"]
    assert (answer.status, case.status, kinds(session, case)) == ("draft", "in_progress", before)

    edit(
        session, answer, subject="回答", body_text=TEXT, expected_version=answer.version, by=operator, now=now
    )
    assert submit(session, answer, by=operator, now=now).status == "in_review"


def test_fields_without_a_run_are_refused(
    session: Session, answer: Answer, operator: Actor, now: datetime
) -> None:
    edit(
        session, answer, subject="回答", body_text=TEXT, expected_version=answer.version, by=operator, now=now
    )
    with pytest.raises(InputRefused, match="算定結果が添付されていません"):
        submit(session, answer, by=operator, now=now)


def test_a_message_that_came_while_writing_must_be_read_first(
    session: Session, case: Case, answer: Answer, operator: Actor, now: datetime, write_in: Callable
) -> None:
    write_in(session, case, automatic=True)
    seen = answer.last_incoming_message_id
    newer = write_in(session, case)
    with pytest.raises(AnswerOutdated, match="新しいメールが届いています"):
        submit(session, answer, by=operator, now=now)
    shown_before = {"subject": "回答", "body_text": "本文", "by": operator, "now": now}
    edit(session, answer, expected_version=answer.version, seen_message_id=seen, **shown_before)
    with pytest.raises(AnswerOutdated):
        submit(session, answer, by=operator, now=now)
    edit(session, answer, expected_version=answer.version, **shown_before)
    assert answer.last_incoming_message_id == newer.id
    submit(session, answer, by=operator, now=now)


def test_what_is_in_review_or_withdrawn_cannot_be_written_on(
    session: Session, case: Case, answer: Answer, operator: Actor, now: datetime
) -> None:
    words = {"subject": "回答", "body_text": "本文", "by": operator, "now": now}
    submit(session, answer, by=operator, now=now)
    with pytest.raises(AnswerRefused, match="「承認待ち」のため、編集はできません"):
        edit(session, answer, expected_version=answer.version, **words)
    with pytest.raises(AnswerRefused):
        submit(session, answer, by=operator, now=now)
    withdraw(session, answer, by=operator, now=now)
    assert (answer.status, case.status) == ("withdrawn", "in_progress")
    with pytest.raises(AnswerRefused, match="「取下げ」のため、取下げはできません（送付前だけできます）"):
        withdraw(session, answer, by=operator, now=now)
    with pytest.raises(AnswerRefused):
        attach_run(session, answer, run_reference=1, run_digest="d" * 64, by=operator, now=now)


def test_a_case_that_waits_can_be_answered_again(
    session: Session, make_case: Callable[..., Case], operator: Actor, now: datetime
) -> None:
    case = make_case(session, status=lifecycle.WAITING)
    answer = draft(session, case, template="t", subject="追伸", body_text="本文", by=operator, now=now)
    assert case.status == "waiting"
    submit(session, answer, by=operator, now=now)
    assert case.status == "awaiting_release"
