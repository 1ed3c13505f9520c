import pytest
from sqlalchemy import func, select

from helpdesk.users.accounts import add_user
from helpdesk.users.models import SignInFailure, User
from tests.helpdesk.browser import said

PASSWORD = "a long pass phrase for tests"


@pytest.fixture
def login(desk, businesses) -> str:
    with desk.database.write_session() as session:
        add_user(
            session,
            login="nakamura",
            display_name="中村 学",
            password=PASSWORD,
            roles=frozenset({"operator"}),
            by=type("Nobody", (), {"id": None, "display_name": "システム"})(),
            now=desk.clock(),
            must_change_password=False,
        )
    return "nakamura"


def sign_in(browser, login: str, password: str = PASSWORD, **more: str):
    return browser.post("/sign-in", {"login": login, "password": password, **more})


def test_the_right_password_leads_to_where_one_wanted_to_go(enter, login) -> None:
    browser = enter(None)
    assert browser.get("/cases/?scope=mine").location == "/sign-in?next=/cases/?scope%3Dmine"
    assert sign_in(browser, login, next="/cases/?scope=mine").location == "/cases/?scope=mine"
    assert browser.get("/cases/?scope=mine").status_code == 200
    assert browser.get("/sign-in").location == "/"


def test_a_wrong_password_says_nothing_about_the_login_and_is_counted(enter, login, desk) -> None:
    browser = enter(None)
    known, unknown = sign_in(browser, login, "wrong"), sign_in(browser, "nobody", "wrong")
    assert known.status_code == unknown.status_code == 401
    assert "ログイン ID かパスワードが違います" in said(known)
    assert said(known).replace(login, "x") == said(unknown).replace("nobody", "x")
    with desk.database.read_session() as session:
        assert session.scalar(select(func.count()).select_from(SignInFailure)) == 2


@pytest.mark.parametrize(
    "wanted",
    [
        "https://evil.example/",
        "//evil.example/",
        "///evil.example/",
        "/\\evil.example/",
        "\\\\evil.example/",
        "http:evil.example",
        "javascript:alert(1)",
        "/\t/evil.example/",
        "/cases/\r\nSet-Cookie: a=b",
        " //evil.example/",
        "/%0d%0a//evil.example",
        "//[broken",
        "/" + "x" * 5000,
        "",
    ],
)
def test_nobody_is_led_to_another_site(enter, login, wanted: str) -> None:
    browser = enter(None)
    assert browser.get("/sign-in", query_string={"next": wanted}).status_code == 200
    answer = sign_in(browser, login, next=wanted)
    assert answer.status_code == 302
    assert answer.location.startswith("/")
    assert not answer.location.startswith(("//", "/\\", "/\t"))
    assert "\r" not in answer.location
    assert "\n" not in answer.location


def test_leaving_ends_the_session_everywhere(enter, login) -> None:
    browser = enter(None)
    sign_in(browser, login)
    stolen = browser.client.get_cookie("helpdesk").value
    assert browser.post("/sign-out").location == "/sign-in"
    thief = enter(None)
    thief.client.set_cookie("helpdesk", stolen)
    assert thief.get("/").status_code == 302


def test_changing_the_password_signs_out_everywhere_and_the_old_one_is_worth_nothing(enter, login) -> None:
    first, second = enter(None), enter(None)
    sign_in(first, login)
    sign_in(second, login)
    first._token = ""
    new = "another long pass phrase"
    refused = first.post("/password", {"current": "wrong", "password": new, "again": "other"})
    assert refused.status_code == 422
    assert "現在のパスワード" in said(refused)
    assert "一致しません" in said(refused)
    changed = first.post("/password", {"current": PASSWORD, "password": new, "again": new})
    assert changed.location == "/sign-in"
    assert second.get("/").status_code == 302
    fresh = enter(None)
    assert sign_in(fresh, login).status_code == 401
    assert sign_in(fresh, login, new).location == "/"


def test_a_password_form_without_its_fields_is_refused_not_broken(enter) -> None:
    browser = enter("operator")
    answer = browser.post("/password", {})
    assert answer.status_code == 422


def test_the_demonstration_accounts_are_shown_only_in_a_demonstration(enter) -> None:
    assert "demo-helpdesk" not in enter(None).get("/sign-in").text


def test_an_unreadable_cookie_is_nobody(enter) -> None:
    browser = enter(None)
    browser.client.set_cookie("helpdesk", "eyJfdXNlcl9pZCI6IjEifQ.forged.signature")
    assert browser.get("/").status_code == 302


def test_a_user_is_found_by_login_whatever_its_case(enter, login, desk) -> None:
    assert sign_in(enter(None), "  NAKAMURA ").location == "/"
    with desk.database.read_session() as session:
        assert session.scalar(select(func.count()).select_from(User)) >= 1
