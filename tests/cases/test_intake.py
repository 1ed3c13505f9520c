"""What becomes of a mail: a case, a part of one, a filed automatic mail, or nothing at all because it is known."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select, true
from sqlalchemy.orm import Session

from cases import intake, lifecycle, search
from cases.automatic_mail import AutomaticMail
from cases.business_calendar import seed_holidays
from cases.errors import InputRefused
from cases.history import SYSTEM, Actor, content_of, read_stream
from cases.incoming_mail import IncomingAttachment, IncomingMail
from cases.intake import Received, correct_business, receive
from cases.models import Business, Case, Event, Message
from cases.thread_matching import OUTSIDER_NOTE
from tests.cases.mails import make_mail


def take(
    session: Session,
    mail: IncomingMail,
    now: datetime,
    *,
    automatic: AutomaticMail | None = None,
    signed_case_id: int | None = None,
) -> Received:
    digests = [f"{number:064x}" for number, _ in enumerate(mail.attachments)]
    return receive(
        session,
        mail,
        automatic=automatic,
        signed_case_id=signed_case_id,
        attachment_sha256=digests,
        now=now,
    )


def counted(session: Session) -> tuple[int, int, int]:
    return tuple(session.scalar(select(func.count()).select_from(model)) for model in (Case, Message, Event))


def kinds(session: Session, case: Case) -> list[str]:
    return [event.kind for event in read_stream(session, f"case:{case.id}")]


def test_a_mail_opens_a_case_with_all_that_is_known_and_why(
    session: Session, kaminari: Business, now: datetime
) -> None:
    mail = make_mail(subject="RE：5月分のペナルティ額について", references=("unknown@elsewhere.example",))
    received = take(session, mail, now)

    case = received.case
    assert received.outcome == "new_case"
    assert received.note == "どの案件への返信でもないため新しい案件にした"
    assert (case.number, case.subject, case.status) == (
        "2026-000001-5",
        "5月分のペナルティ額について",
        "received",
    )
    assert (case.topic, case.topic_reasons[0]) == ("penalty", "件名に「ペナルティ」")
    assert (case.business.name, case.contact.name) == ("かみなり発電株式会社", "山田 太郎")
    assert "登録済み" in case.business_reason
    assert case.due_at == datetime(2026, 7, 14, 8, 0, tzinfo=UTC)
    assert case.due_reason[-1].startswith("回答期限は2026-07-14")

    message = received.message
    assert (message.direction, message.channel, message.automatic) == ("in", "mail", False)
    assert (message.message_id, message.reference_ids) == (
        "first@kaminari.example",
        ["unknown@elsewhere.example"],
    )
    assert message.subject == "RE：5月分のペナルティ額について"
    (event,) = read_stream(session, f"case:{case.id}")
    assert event.kind == "received"
    assert content_of(event) == {
        "number": "2026-000001-5",
        "kind": "inquiry",
        "channel": "mail",
        "subject": "5月分のペナルティ額について",
        "message": message.id,
        "message_id": "first@kaminari.example",
        "business_id": kaminari.id,
        "business": "かみなり発電株式会社",
        "topic": "penalty",
        "due_at": "2026-07-14T08:00:00.000000+00:00",
    }
    assert [hit.message for hit in search.find_messages(session, "未達成コマ", visible=true())] == [message]


def test_attachments_and_notes_are_kept_with_the_message(session: Session, now: datetime) -> None:
    attachments = (
        IncomingAttachment(name="明細.xlsx", content_type="application/x", content=b"123"),
        IncomingAttachment(name="a" * 300, content_type="text/plain", content=b""),
    )
    mail = make_mail(
        attachments=attachments, charset_notes=("文字コードを推定した",), defects=("境界がない",)
    )
    message = take(session, mail, now).message
    assert [(each.name, each.size_bytes, each.sha256) for each in message.attachments] == [
        ("明細.xlsx", 3, "0" * 64),
        ("a" * 200, 0, "0" * 63 + "1"),
    ]
    assert message.notes == ["文字コードを推定した", "境界がない"]


def test_an_attachment_without_its_stored_bytes_is_a_fault(session: Session, now: datetime) -> None:
    attachment = IncomingAttachment(name="a", content_type="text/plain", content=b"1")
    with pytest.raises(ValueError):
        receive(
            session,
            make_mail(attachments=(attachment,)),
            automatic=None,
            signed_case_id=None,
            attachment_sha256=[],
            now=now,
        )


def test_the_same_mail_again_changes_nothing(session: Session, now: datetime) -> None:
    first = take(session, make_mail(), now)
    before = counted(session)
    again = take(session, make_mail(raw_sha256="1" * 64), now + timedelta(days=1))
    assert (again.outcome, again.case, again.message) == ("duplicate", first.case, first.message)
    assert again.note == f"同じメールを案件 {first.case.number} で受信済み"
    assert counted(session) == before
    assert kinds(session, first.case) == ["received"]


def test_the_same_id_with_other_content_is_a_new_message_and_flagged(session: Session, now: datetime) -> None:
    first = take(session, make_mail(), now)
    other = take(session, make_mail(text="別の内容です"), now)
    assert (other.outcome, other.case.id) == ("new_case", first.case.id + 1)
    flag = f"同じ Message-ID で内容の異なるメールが案件 {first.case.number} にある"
    assert other.message.notes == [flag]
    assert flag in other.note
    assert take(session, make_mail(text="別の内容です"), now).outcome == "duplicate"


def test_without_an_id_only_the_very_same_bytes_are_a_duplicate(session: Session, now: datetime) -> None:
    mail = make_mail(message_id="")
    first = take(session, mail, now)
    assert first.message.message_id is None
    assert take(session, mail, now).outcome == "duplicate"
    assert take(session, replace(mail, raw_sha256="2" * 64), now).outcome == "new_case"
    assert take(session, make_mail(), now).outcome == "new_case"


def test_a_reply_joins_its_case(session: Session, now: datetime) -> None:
    first = take(session, make_mail(), now)
    due_at = first.case.due_at
    later = now + timedelta(days=2)
    reply = make_mail(
        message_id="second@kaminari.example", in_reply_to=("first@kaminari.example",), text="追加です"
    )
    received = take(session, reply, later)

    assert (received.outcome, received.case) == ("follow_up", first.case)
    assert received.note == f"案件 {first.case.number} のメールへの返信（Message-ID が一致）"
    assert (first.case.status, first.case.updated_at, first.case.due_at) == ("received", later, due_at)
    assert kinds(session, first.case) == ["received", "follow_up_received"]
    content = content_of(read_stream(session, f"case:{first.case.id}")[-1])
    assert content == {"message": received.message.id, "subject": reply.subject, "due_at": None}


@pytest.mark.parametrize(("status", "event"), [("waiting", "status_changed"), ("closed", "reopened")])
def test_a_reply_takes_a_waiting_or_closed_case_up_again_with_a_new_deadline(
    session: Session, now: datetime, status: str, event: str
) -> None:
    seed_holidays(session, [2026])
    first = take(session, make_mail(), now)
    lifecycle.move(session, first.case, status, by=SYSTEM, now=now, reason="回答済み")
    later = now + timedelta(days=7)
    reply = make_mail(message_id="b@kaminari.example", text="まだ分かりません")
    received = take(session, reply, later, signed_case_id=first.case.id)

    assert received.outcome == "follow_up"
    assert (first.case.status, first.case.closed_at) == ("in_progress", None)
    assert first.case.due_at == datetime(2026, 7, 22, 8, 0, tzinfo=UTC)
    assert kinds(session, first.case)[-2:] == ["follow_up_received", event]
    assert content_of(read_stream(session, f"case:{first.case.id}")[-2])["due_at"].startswith("2026-07-22")


def test_a_reply_leaves_a_case_in_review_where_it_is(session: Session, now: datetime) -> None:
    first = take(session, make_mail(), now)
    lifecycle.move(session, first.case, "awaiting_release", by=SYSTEM, now=now)
    take(session, make_mail(message_id="b@x.example", text="追加"), now, signed_case_id=first.case.id)
    assert first.case.status == "awaiting_release"


def test_a_stranger_with_somebody_elses_number_opens_a_case_of_his_own(
    session: Session, kaminari: Business, now: datetime
) -> None:
    first = take(session, make_mail(), now)
    mail = make_mail(
        message_id="x@rival.example", from_address="x@rival.example", subject=f"Re: {first.case.number}"
    )
    received = take(session, mail, now)
    assert received.outcome == "new_case"
    assert "関係者ではない" in received.note
    assert "関係者ではない" in received.message.notes[0]


@pytest.mark.parametrize("kind", ["automatic_reply", "bounce"])
@pytest.mark.parametrize("status", ["waiting", "closed"])
def test_automatic_mail_is_filed_and_wakes_nobody(
    session: Session, now: datetime, kind: str, status: str
) -> None:
    first = take(session, make_mail(), now)
    lifecycle.move(session, first.case, status, by=SYSTEM, now=now, reason="回答済み")
    mail = make_mail(message_id="auto@kaminari.example", text="不在です")
    later = now + timedelta(hours=1)
    automatic = AutomaticMail(kind, "自動応答のメール")
    received = take(session, mail, later, automatic=automatic, signed_case_id=first.case.id)

    assert (received.outcome, received.case) == (kind, first.case)
    assert received.message.automatic
    assert (first.case.status, first.case.updated_at) == (status, now)
    event = read_stream(session, f"case:{first.case.id}")[-1]
    assert event.kind == "automatic_mail_received"
    assert content_of(event) == {
        "message": received.message.id,
        "kind": kind,
        "reason": "自動応答のメール",
    }
    again = take(session, mail, later, automatic=automatic, signed_case_id=first.case.id)
    assert again.outcome == "duplicate"


def test_automatic_mail_that_belongs_nowhere_opens_nothing(session: Session, now: datetime) -> None:
    received = take(session, make_mail(), now, automatic=AutomaticMail("automatic_reply", "不在通知"))
    assert received == Received("automatic_reply", None, None, "不在通知。どの案件のものでもない")
    assert counted(session) == (0, 0, 0)


def test_what_no_database_keeps_is_taken_out_and_nothing_is_too_long(session: Session, now: datetime) -> None:
    mail = make_mail(
        message_id="m" * 2000,
        from_name="名\0前" * 100,
        from_address="a" * 400 + "@x.example",
        subject="件\0名\ud800" + "長" * 1000,
        text="本\0文\udcff",
    )
    received = take(session, mail, now)
    assert received.message.body_text == "本文?"
    assert received.message.subject.startswith("件名?長")
    assert received.case.subject.startswith("件名?長")
    assert take(session, mail, now).outcome == "duplicate"


@pytest.mark.parametrize("subject", ["", "Re:", "  \t ", "\0 \0", "Re: \0\u3000\0"])
def test_a_mail_without_subject_or_sender_is_a_case(session: Session, now: datetime, subject: str) -> None:
    received = take(session, make_mail(subject=subject, from_address="", from_name=""), now)
    assert (received.outcome, received.case.subject) == ("new_case", "（件名なし）")
    assert received.case.business is None


def test_a_follow_up_that_says_who_it_is_completes_the_case(
    session: Session, kaminari: Business, now: datetime
) -> None:
    first = take(session, make_mail(from_address="someone@gmail.com", text="質問です"), now)
    assert first.case.business is None
    text = "会社名：かみなり発電株式会社\n"
    reply = make_mail(message_id="b@kaminari.example", from_address="someone@gmail.com", text=text)
    take(session, reply, now, signed_case_id=first.case.id)
    assert first.case.business is kaminari
    content = content_of(read_stream(session, f"case:{first.case.id}")[-1])
    assert content == {"from_id": None, "from": "", "to_id": kaminari.id, "to": "かみなり発電株式会社"}


def test_a_stranger_who_knows_an_id_joins_flagged_and_is_not_learnt(
    session: Session, kaminari: Business, now: datetime
) -> None:
    first = take(session, make_mail(from_address="someone@gmail.com", text="質問です"), now)
    for number in range(2):
        reply = make_mail(message_id=f"{number}@x.example", references=("first@kaminari.example",))
        joined = take(session, reply, now)
        assert (joined.outcome, joined.case) == ("follow_up", first.case)
        assert joined.message.notes == [OUTSIDER_NOTE]
        assert OUTSIDER_NOTE in joined.note
    assert first.case.business is None


def test_an_operator_says_who_it_is(
    session: Session, case: Case, kaminari: Business, operator: Actor, now: datetime
) -> None:
    contact = kaminari.contacts[1]
    correct_business(session, case, kaminari, contact, by=operator, now=now)
    assert (case.business, case.contact, case.business_reason) == (kaminari, contact, "佐藤 花子が選択")
    assert correct_business(session, case, kaminari, contact, by=operator, now=now) is None
    assert kinds(session, case) == ["business_changed"]
    with pytest.raises(InputRefused, match="担当者ではありません"):
        correct_business(session, case, None, contact, by=operator, now=now)


def test_a_follow_up_does_not_fail_on_what_the_session_had_read_before(
    session: Session, make_case: Callable[..., Case], now: datetime
) -> None:
    case = make_case(session)
    session.connection().exec_driver_sql(
        f"UPDATE cases_case SET version = 7, subject = '別' WHERE id = {case.id}"
    )
    received = take(session, make_mail(), now + timedelta(hours=1), signed_case_id=case.id)
    assert (received.case.version, received.case.subject) == (8, "別")


def test_the_names_of_the_value_are_handed_on() -> None:
    assert intake.IncomingMail is IncomingMail
    assert intake.IncomingAttachment is IncomingAttachment
