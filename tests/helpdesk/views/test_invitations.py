"""From the desk's form over the mail's link into the portal."""

import re

import pytest
from sqlalchemy import select

from helpdesk.mail.mime import parse_mail
from helpdesk.mail.models import OutboxMail
from helpdesk.users.invitations import GUESSES_ALLOWED
from helpdesk.users.models import Invitation, User
from tests.helpdesk.browser import Browser, said

PASSWORD = "correct horse battery"


def links(desk) -> list[str]:
    """The links of all invitation mails, oldest first."""
    with desk.database.read_session() as session:
        mails = session.scalars(
            select(OutboxMail).where(OutboxMail.kind == "invitation").order_by(OutboxMail.id)
        )
        texts = [parse_mail(desk.blobs.get(mail.raw_sha256), raw_sha256="").text for mail in mails]
    return [re.search(r"http://localhost(/invitation/\S+)", text)[1] for text in texts]


@pytest.fixture
def invite(enter, businesses):
    """Invites somebody of 北浜エナジー and gives the answer."""

    def send(address: str = "new@kitahama.example", **further: str):
        form = {"business_id": str(businesses["P001"]), "display_name": "高橋 恵", "mail_address": address}
        return enter("operation_leader").post("/admin/invitations", form | further)

    return send


def test_an_invited_person_chooses_a_password_and_is_in(invite, enter, desk, world) -> None:
    assert invite().location == "/admin/invitations"
    (link,) = links(desk)
    browser = enter(None)
    page = browser.get(link)
    assert page.status_code == 200
    assert "高橋 恵" in said(page)
    assert "北浜エナジー株式会社" in said(page)
    weak = browser.post(link, {"password": "short", "again": "short"})
    assert (weak.status_code, "12 文字以上" in said(weak)) == (422, True)
    unequal = browser.post(link, {"password": PASSWORD, "again": "other"})
    assert (unequal.status_code, "一致しません" in said(unequal)) == (422, True)
    answer = browser.post(link, {"password": PASSWORD, "again": PASSWORD}, follow_redirects=True)
    assert answer.request.path == "/portal/"
    assert "アカウントができました" in said(answer)
    assert "第2026-05-0001号" in answer.text
    browser.post("/sign-out")
    browser = Browser(browser.app)
    browser.post("/sign-in", {"login": "new@kitahama.example", "password": PASSWORD})
    assert browser.get("/portal/").status_code == 200


def test_whoever_was_signed_in_at_that_browser_is_not_any_more(invite, enter, desk, people) -> None:
    invite()
    (link,) = links(desk)
    browser = enter("manager")
    with browser.client.session_transaction() as cookie:
        key = cookie["_user_id"]
    browser.post(link, {"password": PASSWORD, "again": PASSWORD})
    assert browser.get("/portal/account").status_code == 200
    with browser.client.session_transaction() as cookie:
        cookie["_user_id"] = key
    assert browser.get("/").location.startswith("/sign-in")


def test_used_withdrawn_renewed_expired_and_guessed_links_show_one_page(invite, enter, desk, clock) -> None:
    for name in ("a", "b", "c", "d"):
        invite(f"{name}@kitahama.example")
    used, withdrawn, renewed, expired = links(desk)
    stranger = enter(None)
    stranger.post(used, {"password": PASSWORD, "again": PASSWORD})
    leader = enter("operation_leader")
    leader.post("/admin/invitations/2/withdraw")
    leader.post("/admin/invitations/3/resend")
    fresh = links(desk)[-1]
    assert enter(None).get(fresh).status_code == 200
    clock.pass_by(days=8)
    pages = set()
    for link in (used, withdrawn, renewed, expired, "/invitation/guessed"):
        browser = enter(None)
        page = browser.get(link)
        assert page.status_code == 404
        assert browser.post(link, {"password": PASSWORD, "again": PASSWORD}).status_code == 404
        pages.add(said(page).split("受付番号")[0])
    assert len(pages) == 1
    assert "この招待リンクは使えません" in pages.pop()


def test_guessing_is_slowed_down(enter, desk, world) -> None:
    browser = enter(None)
    for number in range(GUESSES_ALLOWED):
        assert "この招待リンクは使えません" in said(browser.get(f"/invitation/{number}"))
    assert "しばらく受け付けません" in said(browser.get("/invitation/once-more"))


def test_a_doubtful_address_is_asked_about_before_anything_is_sent(invite, desk) -> None:
    asked = invite("someone@gmail.com")
    assert asked.status_code == 422
    assert "本人の所属を電話などで確かめた" in asked.text
    assert 'value="someone@gmail.com"' in asked.text
    assert links(desk) == []
    assert invite("someone@gmail.com", confirmed="1").status_code == 302
    assert len(links(desk)) == 1


def test_an_empty_form_is_refused_with_all_that_is_missing(enter, desk, businesses) -> None:
    answer = enter("manager").post(
        "/admin/invitations",
        {"business_id": str(businesses["P001"]), "display_name": "", "mail_address": "x"},
    )
    assert answer.status_code == 422
    assert {"氏名：", "メールアドレス："} <= set(re.findall(r"(氏名：|メールアドレス：)", said(answer)))
    nobody = enter("manager").post("/admin/invitations", {"business_id": "x"})
    assert nobody.status_code == 422


@pytest.mark.parametrize("role", ["operator", "market_staff", "payment_staff"])
def test_only_who_may_invite_does(enter, desk, world, role: str) -> None:
    browser = enter(role)
    assert browser.get("/admin/invitations").status_code == 403
    for path in ("/admin/invitations", "/admin/invitations/1/resend", "/admin/invitations/1/withdraw"):
        assert browser.post(path, {}).status_code == 403
    with desk.database.read_session() as session:
        assert session.scalars(select(Invitation)).all() == []


def test_what_is_over_can_be_neither_sent_again_nor_withdrawn(invite, enter, desk) -> None:
    invite()
    (link,) = links(desk)
    enter(None).post(link, {"password": PASSWORD, "again": PASSWORD})
    leader = enter("operation_leader")
    for action in ("resend", "withdraw"):
        assert leader.post(f"/admin/invitations/1/{action}").status_code == 409
    assert leader.post("/admin/invitations/77/resend").status_code == 404
    page = said(leader.get("/admin/invitations"))
    assert "利用中" in page
    with desk.database.read_session() as session:
        assert session.scalars(select(User).where(User.login == "new@kitahama.example")).one()
