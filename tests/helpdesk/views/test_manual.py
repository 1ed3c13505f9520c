"""The manual on the screen: each page opens its own help, a search finds, a business sees its page alone."""

import re
from io import BytesIO

import docx
import pytest

from helpdesk.manual.contents import SCREENS, pages
from tests.helpdesk.browser import said

pytestmark = pytest.mark.any_database


def help_of(page) -> str:
    """Where 使い方 leads from a page."""
    found = re.search(r'class="rail-help" href="([^"]+)"', page.text)
    assert found is not None
    return found[1]


@pytest.mark.parametrize("stem", SCREENS)
def test_the_desk_reads_every_page(enter, stem) -> None:
    page = enter("operator").get(f"/help/{stem}")
    assert page.status_code == 200
    [title] = [each.title for each in pages() if each.stem == stem]
    assert f"<h1>{title}" in page.text
    assert "](" not in said(page)
    for section in re.findall(r'href="#(s\d+)"', page.text):
        assert f'id="{section}"' in page.text


@pytest.mark.parametrize(
    ("path", "stem"),
    [
        ("/", "begin"),
        ("/cases/", "inquiries"),
        ("/calls/", "calls"),
        ("/objections/", "objections"),
        ("/settlement/receipts", "late-payments"),
        ("/alerts/", "watch"),
        ("/alerts/incidents", "watch"),
        ("/calculations/", "amounts"),
        ("/kb/", "knowledge"),
        ("/checklists/", "checklists"),
        ("/reports/", "reports"),
        ("/admin/users", "users"),
        ("/admin/invitations", "users"),
        ("/password", "begin"),
    ],
)
def test_a_screen_leads_to_its_own_page(enter, path, stem) -> None:
    assert help_of(enter("manager").get(path)) == f"/help/{stem}"


def test_the_index_lists_all_and_a_search_leads_to_the_section(enter) -> None:
    browser = enter("operator")
    index = browser.get("/help/").text
    assert [f"/help/{stem}" in index for stem in SCREENS] == [True] * len(SCREENS)
    found = browser.get("/help/?q=消し込む")
    assert re.search(r"/help/late-payments#s\d", found.text)
    assert "<mark>消し込む</mark>" in found.text
    assert "マニュアルにありません" in said(browser.get("/help/?q=どこにもない言葉"))
    assert "<script>alert" not in browser.get("/help/?q=<script>alert(1)</script>").text


def test_a_page_that_there_is_not_is_said_to_be_missing(enter) -> None:
    page = enter("operator").get("/help/nothing")
    assert page.status_code == 404
    assert "目次から選んでください" in said(page)


def test_a_business_reads_its_page_and_no_other(enter) -> None:
    browser = enter("business_user")
    assert help_of(browser.get("/portal/")) == "/help/portal"
    assert browser.get("/help/portal").status_code == 200
    for stem in set(SCREENS) - {"portal"}:
        assert browser.get(f"/help/{stem}").status_code == 404
    for path in ("/help/", "/help/?q=窓口", "/help/portal"):
        text = browser.get(path).text
        assert not any(f"/help/{stem}" in text for stem in set(SCREENS) - {"portal"})


def test_nobody_reads_it_without_signing_in(enter) -> None:
    assert enter(None).get("/help/portal").status_code == 302


def test_the_first_page_shows_the_keyboard_map(enter) -> None:
    assert "<kbd>Ctrl</kbd><kbd>Enter</kbd>" in enter("operator").get("/help/begin").text


@pytest.mark.parametrize("file_format", ["pdf", "docx"])
def test_the_manual_is_a_file_too(enter, file_format) -> None:
    answer = enter("operator").get(f"/help/manual.{file_format}")
    assert answer.status_code == 200
    assert answer.headers["Content-Disposition"] == f"attachment; filename=manual.{file_format}"
    assert len(answer.data) > 10_000


def test_a_business_takes_only_its_page_along(enter) -> None:
    whole = enter("operator").get("/help/manual.docx").data
    own = enter("business_user").get("/help/manual.docx").data
    assert text_of(own).count("隔離") == 0
    assert text_of(whole).count("隔離") > 0


def text_of(word: bytes) -> str:
    return "".join(each.text for each in docx.Document(BytesIO(word)).paragraphs)
