"""What holds for every page: headers, forms, Japanese, and that nothing typed into an address breaks it."""

import re
from dataclasses import replace

import pytest

from helpdesk.app import create_app_for
from tests.helpdesk.browser import addresses, said

pytestmark = pytest.mark.any_database

ROLES = ("manager", "operator", "market_staff", "payment_staff", "reserve_margin_operator", "business_user")
INLINE = re.compile(r"<script(?![^>]*\bsrc=)|\son\w+\s*=|\sstyle\s*=|<style\b|javascript:", re.IGNORECASE)

ASKED_AGAIN = {"alerts.changes"}  # tells nothing but whether something has changed


@pytest.mark.parametrize("role", [None, *ROLES])
def test_every_answer_carries_the_headers_that_protect_it(enter, role: str | None) -> None:
    browser = enter(role)
    for endpoint, path in addresses(browser.app, "GET"):
        answer = browser.get(path)
        policy = answer.headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy, endpoint
        assert "unsafe" not in policy, endpoint
        assert "frame-ancestors 'none'" in policy, endpoint
        assert answer.headers["X-Content-Type-Options"] == "nosniff", endpoint
        assert answer.headers["Referrer-Policy"] == "same-origin", endpoint
        assert re.fullmatch("[0-9a-f]{8}", answer.headers["X-Request-Id"]), endpoint
        if endpoint != "static":
            kept = "no-cache" if endpoint in ASKED_AGAIN and answer.status_code == 200 else "no-store"
            assert answer.headers["Cache-Control"] == kept, endpoint
        assert "Server" not in answer.headers or "Python" not in answer.headers["Server"]
        answer.close()


@pytest.mark.parametrize("role", ROLES)
def test_every_page_is_japanese_without_inline_script_or_style(enter, role: str) -> None:
    browser = enter(role)
    for endpoint, path in addresses(browser.app, "GET"):
        answer = browser.get(path)
        if answer.mimetype == "text/html" and answer.status_code != 302:
            assert '<html lang="ja"' in answer.text, endpoint
            assert not INLINE.search(answer.text), (endpoint, INLINE.search(answer.text))
            assert re.search("[ぁ-ん]", said(answer)), endpoint
            assert answer.text.count("<h1") == 1, endpoint
        answer.close()


def test_every_form_that_posts_carries_the_token(enter) -> None:
    browser = enter("manager")
    for endpoint, path in addresses(browser.app, "GET"):
        answer = browser.get(path)
        if answer.mimetype == "text/html":
            for form in re.findall(r"<form\b[^>]*method=\"post\".*?</form>", answer.text, re.DOTALL):
                assert 'name="csrf_token"' in form, endpoint
        answer.close()


def test_over_https_the_cookie_and_the_transport_are_strict(desk, people) -> None:
    app = create_app_for(replace(desk, settings=replace(desk.settings, base_url="https://desk.example")))
    client = app.test_client()
    answer = client.get("/sign-in", base_url="https://desk.example")
    assert answer.headers["Strict-Transport-Security"].startswith("max-age=")
    assert app.config["SESSION_COOKIE_SECURE"] is True


def test_the_static_files_address_changes_with_their_content(enter) -> None:
    browser = enter(None)
    found = re.findall(r'/static/[\w/.-]+\?v=([0-9a-f]{10})"', browser.get("/sign-in").text)
    assert len(found) > 5
    assert len(set(found)) == 1
