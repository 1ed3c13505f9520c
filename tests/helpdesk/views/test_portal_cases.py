"""A business reads what was said in its cases and answers; nothing of the desk's own side comes with it."""

import io

import pytest
from sqlalchemy import select

from cases.models import Attachment, Case, Event, Message
from cases.thread_matching import OUTSIDER_NOTE
from helpdesk.forms import portal_cases as forms
from helpdesk.users.models import User
from tests.helpdesk.browser import once_tokens, said


@pytest.fixture
def browser(enter, desk, people, cases):
    with desk.database.write_session() as session:
        session.get_one(User, people["business_user"].id).mail_address = "tanaka@kitahama.example"
    return enter("business_user")


def the_case(desk, number: str) -> Case:
    with desk.database.read_session() as session:
        return session.scalars(select(Case).where(Case.number == number)).one()


def messages(desk, number: str) -> list[Message]:
    with desk.database.read_session() as session:
        found = select(Message).join(Case).where(Case.number == number).order_by(Message.id)
        return list(session.scalars(found))


def add(desk, number: str, **values) -> None:
    with desk.database.write_session() as session:
        case = session.scalars(select(Case).where(Case.number == number)).one()
        session.add(Message(case_id=case.id, occurred_at=desk.clock(), **values))


def test_what_was_said_is_shown_and_nothing_of_the_desks_own(browser, enter, cases, desk) -> None:
    operator = enter("operator")
    operator.post(f"/cases/{cases.kitahama}/notes", {"text": "社内だけの秘密のメモ"})
    operator.post(f"/cases/{cases.kitahama}/answers", {"template": "case_answer"})
    common = {"direction": "in", "subject": "件名"}
    add(desk, cases.kitahama, channel="phone", body_text="通話の社内記録", **common)
    add(desk, cases.kitahama, channel="mail", body_text="不在通知の本文", automatic=True, **common)
    add(desk, cases.kitahama, channel="mail", body_text="部外者の本文", notes=[OUTSIDER_NOTE], **common)
    add(desk, cases.kitahama, direction="out", channel="mail", body_text="窓口からの回答です", subject="Re")
    page = browser.get(f"/portal/cases/{cases.kitahama}")
    assert "未達成コマの数え方" in page.text
    assert "窓口からの回答です" in page.text
    for inside in (
        "秘密のメモ",
        "ここに回答を書いてください",
        "通話の社内記録",
        "不在通知の本文",
        "部外者の本文",
        "参考になる記事",
        "（operator）",
        "Message-ID",
        "原本",
    ):
        assert inside not in page.text


@pytest.mark.parametrize(
    ("status", "words"),
    [
        ("received", "受け付けました"),
        ("in_progress", "確認しています"),
        ("awaiting_release", "確認しています"),
        ("waiting", "ご連絡しました"),
        ("closed", "完了しました"),
    ],
)
def test_how_far_a_case_is_is_said_in_the_businesss_words(browser, cases, desk, status, words) -> None:
    with desk.database.write_session() as session:
        session.scalars(select(Case).where(Case.number == cases.kitahama)).one().status = status
    page = said(browser.get(f"/portal/cases/{cases.kitahama}"))
    assert words in page
    assert "承認待ち" not in page
    assert words in said(browser.get("/portal/cases/?scope=all"))


def test_a_deadline_that_has_passed_is_owned_up_to(browser, cases, clock, enter) -> None:
    clock.pass_by(days=30)
    page = said(enter("business_user").get(f"/portal/cases/{cases.kitahama}"))
    assert "回答の目安を過ぎています" in page


def test_a_reply_brings_a_closed_case_back_with_its_files(browser, cases, desk) -> None:
    with desk.database.write_session() as session:
        session.scalars(select(Case).where(Case.number == cases.kitahama)).one().status = "closed"
    files = [(io.BytesIO(b"%PDF-1.7"), "証拠①.pdf"), (io.BytesIO(b"a,b"), "../../evil.csv")]
    answer = browser.post(
        f"/portal/cases/{cases.kitahama}/reply", {"text": "追加の資料を送ります", "files": files}
    )
    assert answer.location == f"/portal/cases/{cases.kitahama}#latest"
    message = messages(desk, cases.kitahama)[-1]
    assert (message.channel, message.direction, message.from_address) == (
        "form",
        "in",
        "tanaka@kitahama.example",
    )
    case = the_case(desk, cases.kitahama)
    assert case.status == "in_progress"
    with desk.database.read_session() as session:
        stored = session.scalars(select(Attachment).where(Attachment.message_id == message.id)).all()
        kinds = session.scalars(select(Event.kind).where(Event.case_id == case.id).order_by(Event.id)).all()
    assert [each.name for each in stored] == ["証拠①.pdf", "evil.csv"]
    assert desk.blobs.get(stored[0].sha256) == b"%PDF-1.7"
    assert kinds[-2:] == ["follow_up_received", "reopened"]
    download = browser.get(f"/portal/cases/{cases.kitahama}/attachments/{stored[0].id}")
    assert (download.data, download.mimetype) == (b"%PDF-1.7", "application/octet-stream")
    assert download.headers["Content-Disposition"].startswith("attachment;")
    assert "sandbox" in download.headers["Content-Security-Policy"]


def test_a_reply_sent_twice_is_taken_once(browser, cases, desk) -> None:
    page = browser.get(f"/portal/cases/{cases.kitahama}")
    form = {"text": "一度だけ", "once": once_tokens(page)[0]}
    for _ in range(2):
        assert browser.post(f"/portal/cases/{cases.kitahama}/reply", form).status_code == 302
    assert len(messages(desk, cases.kitahama)) == 2


def test_everything_wrong_with_a_reply_is_said_at_once_and_nothing_is_kept(
    browser, cases, desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(forms, "LARGEST_BYTES", 10)
    files = [
        (io.BytesIO(b"MZ"), "setup.exe"),
        (io.BytesIO(b""), "空.pdf"),
        (io.BytesIO(b"x" * 11), "大.pdf"),
        (io.BytesIO(b"x"), "名前だけ"),
    ]
    answer = browser.post(f"/portal/cases/{cases.kitahama}/reply", {"text": "  ", "files": files})
    assert answer.status_code == 422
    page = said(answer)
    for words in (
        "本文：入力してください",
        "setup.exe",
        "空です",
        "超えています",
        "名前だけ",
        "もう一度選んで",
    ):
        assert words in page
    assert len(messages(desk, cases.kitahama)) == 1
    kept = browser.post(
        f"/portal/cases/{cases.kitahama}/reply", {"text": "残る文", "files": [(io.BytesIO(b"M"), "a.exe")]}
    )
    assert "残る文" in kept.text


def test_too_many_files_are_refused(browser, cases) -> None:
    files = [(io.BytesIO(b"x"), f"{number}.txt") for number in range(forms.MOST_FILES + 1)]
    answer = browser.post(f"/portal/cases/{cases.kitahama}/reply", {"text": "多い", "files": files})
    assert answer.status_code == 422
    assert "10 個まで" in said(answer)


def test_a_memos_file_and_another_cases_file_are_not_there(browser, cases, desk) -> None:
    with desk.database.write_session() as session:
        case = session.scalars(select(Case).where(Case.number == cases.kitahama)).one()
        memo = Message(
            case_id=case.id,
            direction="note",
            channel="memo",
            body_text="社内",
            occurred_at=desk.clock(),
            attachments=[
                Attachment(name="社内.pdf", content_type="x", size_bytes=1, sha256=desk.blobs.put(b"x"))
            ],
        )
        session.add(memo)
        session.flush()
        inside = memo.attachments[0].id
    for attachment_id in (inside, 99):
        answer = browser.get(f"/portal/cases/{cases.kitahama}/attachments/{attachment_id}")
        assert answer.status_code == 404


def test_who_has_no_address_is_told_that_no_answer_could_come(enter, cases, desk) -> None:
    answer = enter("business_user").post(f"/portal/cases/{cases.kitahama}/reply", {"text": "返信"})
    assert answer.status_code == 422
    assert "窓口にご連絡ください" in said(answer)
    assert len(messages(desk, cases.kitahama)) == 1


def test_the_desks_own_records_about_a_business_are_no_cases_of_it(browser, cases, desk, world) -> None:
    with desk.database.write_session() as session:
        late = Case(
            number="2026-000077-1",
            kind="late_payment",
            channel="system",
            topic="contribution",
            subject="請求書の入金遅延",
            status="received",
            business_id=world.businesses["P001"],
            received_at=desk.clock(),
            updated_at=desk.clock(),
        )
        session.add(late)
    assert "2026-000077-1" not in browser.get("/portal/cases/?scope=all").text
    assert browser.get("/portal/cases/2026-000077-1").status_code == 404
