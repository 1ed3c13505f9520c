"""A business reads its own statements and invoices, confirms one version of one, or objects to it."""

import pytest
from sqlalchemy import select

from cases.models import Case, Event
from helpdesk.register.models import NotifiedResult
from helpdesk.settlement.models import BusinessStatement
from tests.helpdesk.browser import once_tokens, said
from tests.helpdesk.many_statements import YEAR, add_statement, add_statements, figures
from tests.world import World

LIST = "/portal/statements/"


@pytest.fixture
def issued(desk, world: World) -> int:
    """April's second version, issued to 北浜エナジー; the first was replaced; its id."""
    own = world.businesses["P001"]
    with desk.database.write_session() as session:
        add_statement(
            session, desk, own, state="issued", newest=False, number="支払通知書 第1号", penalties=70
        )
        return add_statement(session, desk, own, state="issued", version=2, number="支払通知書 第2号")


def statement(desk, statement_id: int) -> BusinessStatement:
    with desk.database.read_session() as session:
        return session.get_one(BusinessStatement, statement_id)


@pytest.mark.any_database
def test_the_list_holds_what_was_issued_and_says_what_is_asked(enter, desk, world, issued) -> None:
    with desk.database.write_session() as session:
        add_statement(session, desk, world.businesses["P001"], month=5, state="fixed")
        billed = [world.businesses["P001"]]
        add_statements(
            session, desk, billed, "contribution", 4, state="billed", with_money=True, payments=-800, tax=0
        )
    page = said(enter("business_user").get(LIST))
    assert "支払通知書 第2号" in page
    assert "支払通知書 第1号" in page
    assert page.count("確認をお願いします") == 1
    assert "差替済み" in page
    assert "2026年度5月分" not in page
    assert "INV-S" in page
    assert "請求書" in page
    assert "精算の通知はまだありません" in said(enter("business_user-2").get(LIST))


def test_a_business_confirms_a_version_once_and_sees_who_and_when(enter, desk, issued, people, clock) -> None:
    browser = enter("business_user")
    path = f"{LIST}{issued}"
    page = browser.get(path)
    assert "第2版の金額を確認する" in said(page)
    sent = {"once": once_tokens(page)[0]}
    assert browser.post(f"{path}/confirm", sent).status_code == 302
    found = statement(desk, issued)
    assert (found.answer, found.answered_by_name) == ("confirmed", people["business_user"].display_name)
    assert found.answered_at == clock()
    after = said(browser.get(path))
    assert "確認 第2版について 2026-" in after
    assert people["business_user"].display_name in after
    assert "第2版の金額を確認する" not in after
    browser.post(f"{path}/confirm", sent)
    again = browser.post(f"{path}/confirm", follow_redirects=True)
    assert "すでに確認しています" in said(again)
    with desk.database.read_session() as session:
        kinds = list(session.scalars(select(Event.kind)))
    assert kinds.count("statement_confirmed") == 1


def test_a_replaced_version_is_read_and_not_confirmed(enter, desk, issued) -> None:
    browser = enter("business_user")
    old = f"{LIST}{issued - 1}"
    page = said(browser.get(old))
    assert "この通知は差し替えられました 有効なのは 第2版（支払通知書 第2号） です" in page
    assert "確認する" not in page.replace("確認するか", "")
    assert "新しい版があります" in said(browser.post(f"{old}/confirm", follow_redirects=True))
    assert statement(desk, issued - 1).answer is None
    newer = said(browser.get(f"{LIST}{issued}"))
    assert "第1版" in newer
    assert "+70 円" in newer


def test_an_objection_to_a_capacity_notice_goes_through_its_form(enter, desk, world, issued) -> None:
    with desk.database.write_session() as session:
        session.get_one(BusinessStatement, issued).notified_result_id = world.notice.id
        assert session.get(NotifiedResult, world.notice.id) is not None
    page = enter("business_user").get(f"{LIST}{issued}")
    assert f'href="/portal/objection?notice={world.notice.id}"' in page.text
    assert f'href="/portal/notices/{world.notice.id}/derivation"' in page.text
    refused = enter("business_user").post(f"{LIST}{issued}/object", {"grounds": "違う"})
    assert refused.status_code == 422


def test_an_objection_to_a_contribution_is_words_and_becomes_a_case(enter, desk, world) -> None:
    with desk.database.write_session() as session:
        asked = add_statement(
            session, desk, world.businesses["P001"], "contribution", state="issued", payments=-900, tax=0
        )
    browser = enter("business_user")
    empty = browser.post(f"{LIST}{asked}/object", {"grounds": " "})
    assert empty.status_code == 422
    assert "申立ての理由を入力してください" in said(empty)
    sent = browser.post(f"{LIST}{asked}/object", {"grounds": "需要の実績が違います"})
    with desk.database.read_session() as session:
        case = session.scalars(select(Case).order_by(Case.id.desc()).limit(1)).one()
    assert sent.headers["Location"].endswith(f"{case.number}/received")
    assert statement(desk, asked).answer == "objected"
    page = said(browser.get(f"{LIST}{asked}"))
    assert "対応中の異議申立てがあります" in page
    assert "金額を確認する" not in page


@pytest.mark.any_database
def test_nothing_of_another_business_or_of_what_was_not_issued_is_found(enter, desk, world, issued) -> None:
    with desk.database.write_session() as session:
        own = add_statement(session, desk, world.businesses["P002"], month=6, state="fixed")
    other = enter("business_user-2")
    for path in (
        f"{LIST}{issued}",
        f"{LIST}{issued}/document/pdf",
        f"{LIST}{own}",
        f"{LIST}{own}/document/pdf",
    ):
        assert other.get(path).status_code == 404, path
    for path in (f"{LIST}{issued}/confirm", f"{LIST}{issued}/object", f"{LIST}{own}/confirm"):
        assert other.post(path, {"grounds": "x"}).status_code == 404, path
    assert statement(desk, issued).answer is None


def test_the_notice_and_the_invoice_are_had_as_files(enter, desk, world, issued) -> None:
    own = [world.businesses["P001"]]
    with desk.database.write_session() as session:
        add_statements(
            session, desk, own, "contribution", 4, state="billed", with_money=True,
            payments=-800, penalties=0, tax=0, figures=figures(0, 800, 0, 0, 0),
        )  # fmt: skip
    browser, other = enter("business_user"), enter("business_user-2")
    for path in ("/portal/invoices/1/document/xlsx",):
        answer = browser.get(path)
        assert answer.data.startswith(b"PK")
        assert answer.headers["Content-Disposition"].startswith("attachment;")
        assert other.get(path).status_code == 404
    with desk.database.read_session() as session:
        kinds = list(session.scalars(select(Event.kind)))
    assert kinds.count("invoice_saved") == 1


@pytest.mark.any_database
def test_home_says_what_waits_for_an_answer(enter, issued, world) -> None:
    assert "確認をお待ちしている精算の通知 1件" in said(enter("business_user").get("/portal/"))
    assert "確認をお待ちしている" not in said(enter("business_user-2").get("/portal/"))
    assert YEAR == 2026
