"""A telephone call at the desk, with both hands on the keyboard: browser and web server are real."""

import re
from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect
from sqlalchemy import select

from cases.models import Business, Case, Contact, PhoneCall
from tests.stories.conftest import Visitor
from tests.world import PASSWORD, World

pytestmark = [pytest.mark.xdist_group("browser"), pytest.mark.any_database]

WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
SAID = "5月分のペナルティ額の通知について。倍率が5倍になった理由を知りたい"


@pytest.fixture
def telephones(world: World) -> None:
    with world.desk.database.write_session() as session:
        session.get_one(Business, world.businesses["P001"]).name_kana = "キタハマエナジー"
        session.scalars(select(Contact).where(Contact.name == "田中 由紀")).one().telephone = "06-0000-1201"


def accessible(page: Page) -> None:
    """WCAG 2.2 AA by axe: nothing to mend."""
    found = Axe().run(page, options={"runOnly": WCAG}).response["violations"]
    assert [(each["id"], each["nodes"][0]["html"]) for each in found] == []


@pytest.mark.usefixtures("telephones")
def test_a_call_is_taken_without_touching_the_mouse_and_nothing_typed_is_lost(
    world: World, visit: Callable[[str], Visitor]
) -> None:
    operator = visit(world.desk.settings.base_url)
    page = operator.page
    operator.sign_in("sato", PASSWORD)
    page.keyboard.press("g")
    page.keyboard.press("p")
    page.wait_for_url("**/calls/")
    accessible(page)
    operator.portraits("calls", dark=True)

    page.keyboard.press("i")
    page.wait_for_url(re.compile(r"/calls/\d+$"))
    expect(page.get_by_label("内容", exact=True)).to_be_focused()
    page.keyboard.type(SAID)
    expect(page.get_by_text("保存しました")).to_be_visible()
    expect(page.locator("#suggested-scripts")).to_contain_text("ペナルティ額についての問合せ")
    expect(page.locator("[data-guessed-topic] option").first).to_have_text("自動：ペナルティ")
    expect(page.locator("[data-call-seconds]")).to_have_text(re.compile(r"^00:\d\d$"))

    page.get_by_label("番号・カナ・社名・案件番号").fill("きたはま")
    row = page.locator("#caller-results > li").filter(has_text="北浜エナジー株式会社")
    row.get_by_role("button", name="この相手").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("北浜エナジー株式会社")
    expect(page.get_by_label("内容", exact=True)).to_have_value(SAID)
    page.locator(".caller").filter(has_text="06-0000-1201").get_by_role("button", name="この相手").click()
    expect(page.get_by_label("相手の氏名")).to_have_value("田中 由紀")

    page.locator("#suggested-scripts, #other-scripts").get_by_role("button", name="使う").first.click()
    expect(page.locator("#script")).to_contain_text("聞き取る")
    expect(page.get_by_label("内容", exact=True)).to_have_value(SAID)
    accessible(page)
    operator.portraits("call", dark=True)

    page.keyboard.press("Control+Enter")
    expect(page.get_by_role("alert")).to_contain_text("結果：一覧から選んでください")
    accessible(page)
    page.get_by_label("受付（後で回答）").check()
    page.keyboard.press("Control+Enter")
    page.wait_for_url("**/cases/*")
    expect(page.get_by_text("に記録しました")).to_be_visible()

    with world.desk.database.read_session() as session:
        call = session.scalars(select(PhoneCall)).one()
        case = session.scalars(select(Case)).one()
        assert (case.subject, case.topic, case.contact.name) == (SAID, "penalty", "田中 由紀")
        assert call.talk_script == "talk-penalty-amount-call@1"
