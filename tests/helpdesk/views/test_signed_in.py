"""The gate before every page, asked for every address that the application has."""

import pytest

from helpdesk.users.models import User
from helpdesk.users.sign_in import end_all_sign_ins
from helpdesk.views.signed_in import OPEN_ENDPOINTS
from tests.helpdesk.browser import addresses, said


def test_only_a_few_named_pages_are_open(enter) -> None:
    browser = enter(None)
    open_pages = set()
    for endpoint, path in addresses(browser.app, "GET"):
        answer = browser.get(path)
        wants_sign_in = answer.status_code == 302 and answer.location.startswith("/sign-in")
        if not wants_sign_in:
            open_pages.add(endpoint)
        answer.close()
    assert open_pages <= OPEN_ENDPOINTS
    assert {"sign_in.show", "health.show"} <= open_pages


def test_no_post_of_a_stranger_does_anything(enter) -> None:
    browser = enter(None)
    for endpoint, path in addresses(browser.app, "POST"):
        if endpoint not in OPEN_ENDPOINTS:
            answer = browser.post(path)
            assert answer.status_code == 302, path
            assert answer.location.startswith("/sign-in"), path


def test_every_post_without_the_forms_token_is_refused(enter) -> None:
    browser = enter("manager")
    posts = addresses(browser.app, "POST")
    assert len(posts) > 20
    for endpoint, path in posts:
        answer = browser.client.post(path, data={"once": "x"})
        assert answer.status_code == 400, endpoint
        assert "有効期限" in said(answer), endpoint


def test_an_address_that_is_no_page_asks_for_the_sign_in_too(enter) -> None:
    answer = enter(None).get("/no/such/page")
    assert (answer.status_code, answer.location) == (302, "/sign-in?next=/no/such/page")


def test_a_session_ended_elsewhere_is_worth_nothing(enter, desk, people) -> None:
    browser = enter("operator")
    assert browser.get("/").status_code == 200
    with desk.database.write_session() as session:
        end_all_sign_ins(session, people["operator"].id, now=desk.clock())
    assert browser.get("/").status_code == 302


def test_a_session_is_over_after_its_hours(enter, clock) -> None:
    browser = enter("operator")
    clock.pass_by(hours=13)
    assert browser.get("/").status_code == 302


def test_somebody_made_inactive_is_out_at_once(enter, desk, people) -> None:
    browser = enter("operator")
    with desk.database.write_session() as session:
        session.get_one(User, people["operator"].id).is_active = False
    assert browser.get("/").status_code == 302


@pytest.mark.parametrize("path", ["/", "/cases/", "/admin/", "/kb/"])
def test_a_temporary_password_must_be_changed_before_anything_else(enter, desk, people, path: str) -> None:
    with desk.database.write_session() as session:
        session.get_one(User, people["manager"].id).must_change_password = True
    browser = enter("manager")
    assert browser.get(path).location == "/password"
    assert browser.get("/password").status_code == 200
    assert browser.post("/sign-out").location == "/sign-in"


def test_the_cookie_is_http_only_same_site_and_holds_no_user_number(enter) -> None:
    browser = enter("operator")
    answer = browser.get("/password")
    cookie = browser.client.get_cookie("helpdesk")
    assert cookie is not None
    assert (cookie.http_only, cookie.same_site) == (True, "Lax")
    assert answer.status_code == 200
    with browser.client.session_transaction() as kept:
        assert not kept["_user_id"].isdigit()
        assert len(kept["_user_id"]) > 40
