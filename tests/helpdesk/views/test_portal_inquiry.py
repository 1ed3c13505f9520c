"""An inquiry by the form is a case like one by mail: number, deadline with reasons, receipt, topic, notice."""

import io

import pytest
from sqlalchemy import select

from cases.models import Case, Message
from helpdesk.mail.mime import parse_mail
from helpdesk.mail.models import OutboxMail
from helpdesk.register.models import CaseResult
from helpdesk.users.models import User
from tests.helpdesk.browser import once_tokens, said

ASKED = {
    "person_name": "田中 由紀",
    "telephone": "０６−１２３４−５６７８",
    "subject": "消費税の端数処理",
    "text": "5月分の消費税額の端数処理を教えてください。",
}


@pytest.fixture
def browser(enter, desk, people, world):
    with desk.database.write_session() as session:
        session.get_one(User, people["business_user"].id).mail_address = "tanaka@kitahama.example"
    return enter("business_user")


def test_an_inquiry_becomes_a_case_with_number_deadline_and_receipt(browser, desk, world) -> None:
    form = ASKED | {"notice": str(world.notice.id), "files": [(io.BytesIO(b"%PDF"), "計算書.pdf")]}
    answer = browser.post("/portal/inquiry", form)
    with desk.database.read_session() as session:
        case = session.scalars(select(Case)).one()
        message = session.scalars(select(Message)).one()
        linked = session.scalars(select(CaseResult)).one()
        mail = session.scalars(select(OutboxMail)).one()
        assert [each.name for each in message.attachments] == ["計算書.pdf"]
    assert answer.location == f"/portal/cases/{case.number}/received"
    assert (case.channel, case.kind, case.business_id) == ("form", "inquiry", world.businesses["P001"])
    assert case.contact_id is not None
    for words in (
        "担当者名：田中 由紀",
        "電話番号：06-1234-5678",
        "事業者名：北浜エナジー",
        "第2026-05-0001号",
    ):
        assert words in message.body_text
    assert message.from_address == "tanaka@kitahama.example"
    assert linked.notified_result_id == world.notice.id
    assert mail.to_address == "tanaka@kitahama.example"
    sent = parse_mail(desk.blobs.get(mail.raw_sha256), raw_sha256=mail.raw_sha256)
    assert case.number in sent.subject
    assert "田中 由紀 様" in sent.text
    assert sent.headers["auto-submitted"] == ("auto-generated",)
    page = said(browser.get(answer.location))
    assert case.number in page
    assert "2026-07-14（火）17:00" in page
    assert "土日のため数えない" in page


def test_the_operator_sees_it_as_any_other_case_and_can_answer_by_mail(browser, enter, desk) -> None:
    browser.post("/portal/inquiry", ASKED)
    with desk.database.read_session() as session:
        number = session.scalars(select(Case.number)).one()
    operator = enter("operator")
    assert "端数処理を教えてください" in operator.get(f"/cases/{number}").text
    assert operator.post(f"/cases/{number}/answers", {"template": "case_answer"}).status_code == 302


def test_everything_wrong_is_said_at_once_and_nothing_typed_is_lost(browser, desk, world) -> None:
    typed = {
        "person_name": "",
        "telephone": "なし",
        "subject": " ",
        "text": "残る内容",
        "topic": "nonsense",
        "notice": "9999",
        "files": [(io.BytesIO(b"MZ"), "a.exe")],
    }
    answer = browser.post("/portal/inquiry", typed)
    assert answer.status_code == 422
    page = said(answer)
    for where in ("担当者名：", "電話番号：", "件名：", "区分：", "対象の通知：", "添付ファイル："):
        assert where in page
    assert "残る内容" in answer.text
    assert 'value="なし"' in answer.text
    with desk.database.read_session() as session:
        assert session.scalars(select(Case)).all() == []


@pytest.mark.parametrize("telephone", ["06-1234-5678", "(06) 1234 5678", "+81 6-1234-5678", "0120ー123ー456"])
def test_a_telephone_number_is_taken_however_it_is_written(browser, telephone: str) -> None:
    assert browser.post("/portal/inquiry", ASKED | {"telephone": telephone}).status_code == 302


@pytest.mark.parametrize("telephone", ["", "12345", "06-1234-567a", "1" * 30])
def test_what_is_no_telephone_number_is_refused(browser, telephone: str) -> None:
    assert browser.post("/portal/inquiry", ASKED | {"telephone": telephone}).status_code == 422


def test_an_inquiry_sent_twice_is_one_case(browser, desk) -> None:
    token = once_tokens(browser.get("/portal/inquiry"))[0]
    for _ in range(2):
        assert browser.post("/portal/inquiry", ASKED | {"once": token}).status_code == 302
    with desk.database.read_session() as session:
        assert len(session.scalars(select(Case)).all()) == 1


def test_from_a_notice_it_is_chosen_already(browser, world) -> None:
    page = browser.get(f"/portal/inquiry?notice={world.notice.id}").text
    assert f'<option value="{world.notice.id}" selected>' in page
