"""May this answer go out now, by this person; and what it becomes when it does."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select, true
from sqlalchemy.orm import Session

from cases import search
from cases.answering import attach_run, draft, edit, submit, withdraw
from cases.automatic_mail import AutomaticMail
from cases.errors import AnswerOutdated, AnswerRefused, FourEyesRequired, InputRefused
from cases.history import SYSTEM, Actor, content_of, read_stream
from cases.intake import receive
from cases.models import Answer, Case, Message
from cases.releasing import AnswerMail, checks_before_release, release, return_for_changes
from tests.cases.mails import make_mail

DIGEST = "d" * 64
MAIL = AnswerMail(
    message_id="answer-1@helpdesk.example",
    in_reply_to=("first@kaminari.example",),
    reference_ids=("first@kaminari.example",),
    raw_sha256="a" * 64,
    from_address="desk@helpdesk.example",
    to_addresses=("yamada@kaminari.example",),
    cc_addresses=(),
    subject="Re: 5月分のペナルティ額について [容量市場 2026-000001-5]",
    body_text="ペナルティ額は 1,234円です。",
)


@pytest.fixture
def case(session: Session, now: datetime) -> Case:
    """A case opened by a mail."""
    received = receive(
        session, make_mail(), automatic=None, signed_case_id=None, attachment_sha256=[], now=now
    )
    return received.case


@pytest.fixture
def answer(session: Session, case: Case, operator: Actor, now: datetime) -> Answer:
    """An answer of the operator's, in review, bound to a run."""
    answer = draft(
        session,
        case,
        template="case_answer_with_calculation",
        subject="Re: ペナルティ",
        body_text="ペナルティ額は {{figure:total_yen}}です。",
        run_reference=5,
        run_digest=DIGEST,
        by=operator,
        now=now,
    )
    return submit(session, answer, by=operator, now=now)


def let_go(
    session: Session, answer: Answer, by: Actor, now: datetime, digest: str | None = DIGEST
) -> Message:
    return release(session, answer, by=by, now=now, current_run_digest=digest, message=MAIL)


def write_in(session: Session, now: datetime, *, automatic: AutomaticMail | None = None) -> None:
    mail = make_mail(message_id="more@kaminari.example", in_reply_to=("first@kaminari.example",), text="追加")
    receive(session, mail, automatic=automatic, signed_case_id=None, attachment_sha256=[], now=now)


def test_a_second_person_releases_and_the_case_waits(
    session: Session, case: Case, answer: Answer, leader: Actor, now: datetime
) -> None:
    later = now + timedelta(hours=3)
    assert checks_before_release(session, answer, by=leader, current_run_digest=DIGEST) == []
    message = let_go(session, answer, leader, later)

    assert (answer.status, answer.message_id) == ("released", message.id)
    assert (answer.reviewer_id, answer.reviewer_name, answer.reviewed_at) == (3, "鈴木 一郎", later)
    assert (case.status, case.first_answered_at) == ("waiting", later)
    assert (message.direction, message.author_name, message.message_id) == (
        "out",
        "佐藤 花子",
        "answer-1@helpdesk.example",
    )
    assert message.in_reply_to == ["first@kaminari.example"]
    events = read_stream(session, f"case:{case.id}")
    assert [event.kind for event in events][-2:] == ["answer_released", "status_changed"]
    assert content_of(events[-2]) == {
        "answer": answer.id,
        "message": message.id,
        "message_id": "answer-1@helpdesk.example",
    }
    assert message in [hit.message for hit in search.find_messages(session, "1,234円", visible=true())]


def test_the_reply_to_a_released_answer_joins_the_case(
    session: Session, case: Case, answer: Answer, leader: Actor, now: datetime
) -> None:
    let_go(session, answer, leader, now)
    mail = make_mail(
        message_id="reply@elsewhere.example",
        from_address="x@elsewhere.example",
        references=("first@kaminari.example", "answer-1@helpdesk.example"),
    )
    received = receive(session, mail, automatic=None, signed_case_id=None, attachment_sha256=[], now=now)
    assert (received.outcome, received.case, case.status) == ("follow_up", case, "in_progress")


def test_the_first_answer_is_the_first_for_ever(
    session: Session, case: Case, answer: Answer, operator: Actor, leader: Actor, now: datetime
) -> None:
    let_go(session, answer, leader, now)
    second = draft(session, case, template="t", subject="追伸", body_text="本文", by=operator, now=now)
    submit(session, second, by=operator, now=now)
    later = now + timedelta(days=1)
    release(session, second, by=leader, now=later, current_run_digest=None, message=MAIL)
    assert (case.first_answered_at, case.status) == (now, "waiting")


def refused_without_a_trace(
    session: Session, case: Case, answer: Answer, by: Actor, now: datetime, error: type, digest: str = DIGEST
) -> str:
    before = len(read_stream(session, f"case:{case.id}")), answer.version, case.version
    with pytest.raises(error) as refused:
        let_go(session, answer, by, now, digest)
    assert (len(read_stream(session, f"case:{case.id}")), answer.version, case.version) == before
    assert session.scalars(select(Message.id).where(Message.direction == "out")).all() == []
    reasons = checks_before_release(session, answer, by=by, current_run_digest=digest)
    assert str(refused.value) in reasons
    return str(refused.value)


def test_the_author_cannot_release(
    session: Session, case: Case, answer: Answer, operator: Actor, now: datetime
) -> None:
    assert "二者確認" in refused_without_a_trace(session, case, answer, operator, now, FourEyesRequired)
    assert (answer.status, case.status) == ("in_review", "awaiting_release")


def test_whoever_changed_a_word_or_a_figure_of_it_cannot_release_either(
    session: Session, case: Case, answer: Answer, operator: Actor, leader: Actor, now: datetime
) -> None:
    third, fourth = Actor(4, "高橋 三郎"), Actor(5, "田中 四郎")
    return_for_changes(session, answer, note="語尾", by=leader, now=now)
    text = {"subject": "Re: ペナルティ", "body_text": "{{figure:total_yen}}でした。"}
    edit(session, answer, expected_version=answer.version, by=third, now=now, **text)
    attach_run(session, answer, run_reference=6, run_digest=DIGEST, by=fourth, now=now)
    submit(session, answer, by=operator, now=now)
    for writer in (operator, third, fourth):
        refused_without_a_trace(session, case, answer, writer, now, FourEyesRequired)
    assert let_go(session, answer, leader, now)


def test_nobody_is_no_second_person(session: Session, case: Case, answer: Answer, now: datetime) -> None:
    refused_without_a_trace(session, case, answer, SYSTEM, now, FourEyesRequired)


@pytest.mark.parametrize("digest", ["e" * 64, None])
def test_a_changed_run_holds_the_answer_back(
    session: Session, case: Case, answer: Answer, leader: Actor, now: datetime, digest: str | None
) -> None:
    message = refused_without_a_trace(session, case, answer, leader, now, AnswerOutdated, digest)
    assert "算定結果が変わりました" in message


def test_a_newer_message_holds_the_answer_back_until_it_was_read(
    session: Session, case: Case, answer: Answer, operator: Actor, leader: Actor, now: datetime
) -> None:
    write_in(session, now)
    message = refused_without_a_trace(session, case, answer, leader, now, AnswerOutdated)
    assert "新しいメールが届いています" in message
    return_for_changes(session, answer, note="追加の質問にも答えてください", by=leader, now=now)
    assert (answer.status, case.status, answer.review_note) == (
        "draft",
        "in_progress",
        "追加の質問にも答えてください",
    )
    words = {"subject": "Re: ペナルティ", "body_text": "{{figure:total_yen}}です。追加の件は…"}
    edit(session, answer, expected_version=answer.version, by=operator, now=now, **words)
    submit(session, answer, by=operator, now=now)
    assert let_go(session, answer, leader, now).id


def test_a_vacation_notice_holds_nothing_back(
    session: Session, answer: Answer, leader: Actor, now: datetime
) -> None:
    write_in(session, now, automatic=AutomaticMail("automatic_reply", "不在通知"))
    assert let_go(session, answer, leader, now).id


def test_an_answer_leaves_only_once_and_only_from_review(
    session: Session, answer: Answer, operator: Actor, leader: Actor, now: datetime
) -> None:
    let_go(session, answer, leader, now)
    with pytest.raises(
        AnswerRefused, match="「送付済み」のため、承認はできません（「承認待ち」のときだけできます）"
    ):
        let_go(session, answer, leader, now)
    assert checks_before_release(session, answer, by=leader, current_run_digest=DIGEST) == [
        "この回答は「送付済み」のため、承認できません"
    ]
    with pytest.raises(AnswerRefused):
        withdraw(session, answer, by=operator, now=now)
    with pytest.raises(AnswerRefused):
        return_for_changes(session, answer, note="遅い", by=leader, now=now)


def test_sending_back_needs_a_note(
    session: Session, case: Case, answer: Answer, leader: Actor, now: datetime
) -> None:
    with pytest.raises(InputRefused, match="差戻しの理由"):
        return_for_changes(session, answer, note="  ", by=leader, now=now)
    return_for_changes(session, answer, note=" 直す ", by=leader, now=now)
    events = read_stream(session, f"case:{case.id}")
    assert [event.kind for event in events][-2:] == ["answer_returned", "status_changed"]
    assert content_of(events[-2]) == {"answer": answer.id, "note": "直す"}
