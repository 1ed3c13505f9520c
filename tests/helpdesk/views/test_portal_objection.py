"""An objection by the form is tied to an own notice, with all that is claimed; every problem is said at once."""

import io
from datetime import date

import pytest
from sqlalchemy import select

from cases.models import Case, Message, Objection
from helpdesk.mail.models import OutboxMail
from helpdesk.register.models import NotifiedResult
from helpdesk.users.models import User
from tests.helpdesk.browser import once_tokens, said
from tests.world import YEAR

CLAIM = {
    "kind": "multiplier",
    "resource": "R-2",
    "value": "1",
    "first_date": "2026-05-25",
    "last_date": "2026-05-31",
    "first_slot": "",
    "last_slot": "",
}


@pytest.fixture
def browser(enter, desk, people, world):
    with desk.database.write_session() as session:
        session.get_one(User, people["business_user"].id).mail_address = "tanaka@kitahama.example"
    return enter("business_user")


def test_a_business_objects_with_claimed_values_amounts_and_files(browser, desk, world) -> None:
    form = CLAIM | {
        "grounds": "5月25日からの停止計画の差替は調整済みです。",
        "amount.total_yen": "97,000,000円",
        "files": [(io.BytesIO(b"%PDF"), "停止計画.pdf")],
    }
    answer = browser.post(f"/portal/objection/{world.notice.id}", form)
    with desk.database.read_session() as session:
        case = session.scalars(select(Case)).one()
        objection = session.scalars(select(Objection)).one()
        message = session.scalars(select(Message)).one()
        (mail,) = session.scalars(select(OutboxMail)).all()
        assert [each.name for each in message.attachments] == ["停止計画.pdf"]
    assert answer.location == f"/portal/cases/{case.number}/received"
    assert (case.kind, case.channel, case.business_id) == ("objection", "form", world.businesses["P001"])
    assert objection.notice_reference == world.notice.id
    assert [claim["resource"] for claim in objection.claims] == ["R-2"]
    assert objection.claimed_figures[0][0::3] == ["total_yen", "97000000"]
    assert (message.direction, message.from_address) == ("in", "tanaka@kitahama.example")
    assert mail.to_address == "tanaka@kitahama.example"
    assert "異議申立て" in said(browser.get(f"/portal/cases/{case.number}"))


def test_everything_wrong_is_said_at_once_and_nothing_typed_is_lost(browser, desk, world) -> None:
    form = CLAIM | {
        "grounds": "",
        "resource": "R-9",
        "value": "千二百",
        "first_date": "2026-05-40",
        "amount.total_yen": "たくさん",
        "files": [(io.BytesIO(b"MZ"), "a.exe")],
    }
    answer = browser.post(f"/portal/objection/{world.notice.id}", form)
    assert answer.status_code == 422
    page = said(answer)
    for words in ("申立ての理由：", "R-9", "千二百", "始まりの日", "たくさん", "a.exe"):
        assert words in page
    for kept in ('value="千二百"', 'value="たくさん"', 'value="2026-05-31"'):
        assert kept in answer.text
    with desk.database.read_session() as session:
        assert session.scalars(select(Case)).all() == []


def test_more_rows_keep_what_was_typed_and_the_form_can_still_be_sent(browser, desk, world) -> None:
    token = once_tokens(browser.get(f"/portal/objection?notice={world.notice.id}"))[0]
    form = CLAIM | {"grounds": "差替は調整済みです。", "once": token}
    page = browser.post(f"/portal/objection/{world.notice.id}", form | {"do": "more"})
    assert page.status_code == 200
    assert "主張 6" in page.text
    assert "差替は調整済みです。" in page.text
    answer = browser.post(f"/portal/objection/{world.notice.id}", form)
    assert "/received" in answer.location
    with desk.database.read_session() as session:
        assert len(session.scalars(select(Objection)).all()) == 1


def test_a_second_objection_to_the_same_notice_is_led_to_the_first(browser, desk, world) -> None:
    form = {"grounds": "計算の方法に異議があります。"}
    assert browser.post(f"/portal/objection/{world.notice.id}", form).status_code == 302
    again = browser.post(f"/portal/objection/{world.notice.id}", form)
    assert again.status_code == 422
    assert "受付済みの異議申立て" in said(again)
    assert "計算の方法に異議があります。" in again.text


def test_a_replaced_notice_leads_to_the_one_in_force(browser, desk, world) -> None:
    with desk.database.write_session() as session:
        newer = NotifiedResult(
            business_id=world.businesses["P001"],
            fiscal_year=YEAR,
            delivery_month=5,
            version=2,
            figures=world.notice.figures,
            notified_on=date(2026, 6, 29),
            document_number="第2号",
        )
        session.add(newer)
        session.flush()
        newest = newer.id
    answer = browser.get(f"/portal/objection?notice={world.notice.id}")
    assert answer.location == f"/portal/objection?notice={newest}"
    refused = browser.post(f"/portal/objection/{world.notice.id}", {"grounds": "異議"})
    assert refused.status_code == 422
    assert "差し替えられています" in said(refused)


def test_without_a_notice_one_chooses_first(browser, enter, world) -> None:
    assert "第2026-05-0001号" in browser.get("/portal/objection").text
    assert "通知はまだありません" in said(enter("business_user-2").get("/portal/objection"))


def test_a_business_reads_what_it_claimed_and_gives_its_objection_up(browser, enter, desk, world) -> None:
    form = CLAIM | {"grounds": "差替は調整済みです。", "amount.total_yen": "97000000"}
    place = browser.post(f"/portal/objection/{world.notice.id}", form).location.removesuffix("/received")
    page = said(browser.get(place))
    assert "北浜発電所 2号機: 2026-05-25〜2026-05-31" in page
    assert "97,000,000 円" in page
    empty = browser.post(f"{place}/withdraw", {"reason": " "})
    assert (empty.status_code, "取下げの理由：入力してください" in said(empty)) == (422, True)
    assert enter("business_user-2").post(f"{place}/withdraw", {"reason": "x"}).status_code == 404
    assert browser.post(f"{place}/withdraw", {"reason": "社内で確認できたため"}).status_code == 302
    assert "この異議申立ては取り下げられています" in said(browser.get(place))
    with desk.database.read_session() as session:
        assert session.scalars(select(Objection.status)).one() == "withdrawn"
    again = browser.post(f"{place}/withdraw", {"reason": "もう一度"})
    assert again.status_code == 422
