"""The letter about a decision: every figure a field of the run decided on, released by a second person."""

import pytest
from sqlalchemy import select

from cases.errors import AnswerOutdated, InputRefused, ObjectionRefused
from cases.models import Answer, Attachment, Case
from cases.objections import Decision
from helpdesk.errors import NotAllowed
from helpdesk.mail.mime import parse_mail
from helpdesk.mail.models import OutboxMail
from helpdesk.register.models import Contract
from helpdesk.workflows.answer_case import release, submit
from helpdesk.workflows.decide_objection import decide_objection, review_objection
from helpdesk.workflows.issue_document import issue_decision_letter
from helpdesk.workflows.objection_letter import draft_decision
from helpdesk.workflows.recompute_for_case import recompute
from tests.helpdesk.objecting import Objecting
from tests.world import World


@pytest.fixture
def objecting(world: World) -> Objecting:
    made = Objecting(world)
    made.receive(number=made.mail())
    made.review()
    return made


def hand_on(objecting: Objecting) -> None:
    with objecting.desk.database.open_session(writes=True) as session:
        submit(session, objecting.desk, session.scalars(select(Answer)).one(), by=objecting.sato)


def send(objecting: Objecting, by) -> None:
    with objecting.desk.database.open_session(writes=True) as session:
        answer = session.scalars(select(Answer)).one()
        release(session, objecting.desk, answer, version=answer.version, by=by)


def sent_text(objecting: Objecting) -> str:
    with objecting.desk.database.read_session() as session:
        mail = session.scalars(select(OutboxMail).where(OutboxMail.kind == "answer")).one()
        raw = objecting.desk.blobs.get(mail.raw_sha256)
    return parse_mail(raw, raw_sha256=mail.raw_sha256).text


def test_the_letter_says_what_was_decided_to_the_yen(objecting: Objecting) -> None:
    objecting.decide("partly_accepted", {1})
    answer = objecting.act(draft_decision)
    assert "104,976,000" not in answer.body_text
    hand_on(objecting)
    with pytest.raises(NotAllowed):
        send(objecting, objecting.sato)
    send(objecting, objecting.leader)
    text = sent_text(objecting)
    assert "一部認容（お申立ての一部を認めます）" in text
    assert "経済的ペナルティ額： 通知 104,976,000円、お申立て 0円 → 決定 3,499,200円" in text
    assert "交付額または請求額（税込）： 通知 −8,553,600円 → 決定 103,070,880円" in text
    assert "1. 認めます\n> 北浜発電所 2号機: 2026-05-24 コマ 1〜12の倍率を" in text
    assert "2. 認めません\n> 北浜発電所 2号機: 2026-05-23" in text
    assert "第2026-05-0001号（第2版）" in text


def test_the_decision_letter_goes_out_with_its_mail_and_is_the_one_that_is_kept(objecting: Objecting) -> None:
    objecting.decide("partly_accepted", {1})
    objecting.act(draft_decision)
    hand_on(objecting)
    send(objecting, objecting.leader)
    with objecting.desk.database.read_session() as session:
        mail = session.scalars(select(OutboxMail).where(OutboxMail.kind == "answer")).one()
        raw = objecting.desk.blobs.get(mail.raw_sha256)
        kept = session.scalars(select(Attachment).where(Attachment.message_id == mail.case_message_id)).one()
    [sent] = parse_mail(raw, raw_sha256=mail.raw_sha256).attachments
    letter = issue_decision_letter(
        objecting.desk, objecting.now().id, file_format="pdf", by=objecting.manager
    )
    assert (sent.name, sent.content) == (letter.file_name, letter.content)
    assert (kept.name, kept.sha256, kept.size_bytes) == (letter.file_name, letter.sha256, len(letter.content))


def test_a_rejection_names_no_corrected_notice(objecting: Objecting) -> None:
    objecting.decide("rejected", set())
    body = objecting.act(draft_decision).body_text
    assert "棄却（お申立てを認めません）" in body
    assert "■ 訂正した通知" not in body
    assert "{{figure:notified.resource.R-2.penalty_yen}}" in body


def test_an_amount_typed_into_the_reason_is_refused_before_the_letter_is_written(
    objecting: Objecting,
) -> None:
    decided = Decision("rejected", "ペナルティ額は一千万円で正しい。", frozenset())
    version = objecting.now().version
    with pytest.raises(InputRefused, match="「一千万円」は手入力の金額です"):
        objecting.act(decide_objection, decided, version=version, by=objecting.leader)
    assert (objecting.now().status, objecting.now().version) == ("in_review", version)
    objecting.decide("rejected", set())
    objecting.act(draft_decision)
    hand_on(objecting)  # what a decision accepts as its reason, its letter can say


def test_before_the_decision_there_is_no_letter(objecting: Objecting) -> None:
    with pytest.raises(ObjectionRefused, match="決定してから"):
        objecting.act(draft_decision)


def test_the_letter_waits_when_the_figures_move(objecting: Objecting) -> None:
    objecting.decide("partly_accepted", {1})
    objecting.act(draft_decision)
    hand_on(objecting)
    with pytest.raises(ObjectionRefused, match="決定済"):
        objecting.act(review_objection)
    with objecting.desk.database.write_session() as session:
        for contract in session.scalars(select(Contract)):
            contract.price_yen_per_kw += 1
    with objecting.desk.database.open_session(writes=True) as session:
        recompute(session, objecting.desk, session.scalars(select(Case)).one(), by=objecting.sato)
    with pytest.raises(AnswerOutdated):
        send(objecting, objecting.leader)
