from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from sqlalchemy import func, select

from cases.models import Message
from helpdesk.users.models import FormToken
from tests.helpdesk.browser import Browser, once_tokens, said


def memos(desk) -> int:
    with desk.database.read_session() as session:
        return session.scalar(select(func.count()).select_from(Message).where(Message.direction == "note"))


def write_memo(browser: Browser, number: str, token: str, **options):
    return browser.post(f"/cases/{number}/notes", {"text": "電話で確認", "once": token}, **options)


def test_a_form_sent_twice_acts_once_and_says_so(enter, cases, desk) -> None:
    browser = enter("operator")
    token = once_tokens(browser.get(f"/cases/{cases.kitahama}"))[-1]
    page = f"http://localhost/cases/{cases.kitahama}?a=b"
    assert write_memo(browser, cases.kitahama, token, headers={"Referer": page}).status_code == 302
    again = write_memo(browser, cases.kitahama, token, headers={"Referer": page})
    assert (again.status_code, again.location) == (302, f"/cases/{cases.kitahama}?a=b")
    assert "二重には実行していません" in said(browser.get(again.location))
    assert memos(desk) == 1


def test_every_form_of_a_page_has_a_token_of_its_own(enter, cases) -> None:
    browser = enter("operator")
    tokens = once_tokens(browser.get(f"/cases/{cases.kitahama}"))
    assert len(tokens) > 3
    assert len(set(tokens)) == len(tokens)


def test_a_form_sent_twice_at_the_same_moment_acts_once(enter, cases, desk) -> None:
    browsers = [enter("operator") for _ in range(3)]
    for browser in browsers:
        assert browser.token
    start = Barrier(3)

    def send(browser: Browser) -> int:
        start.wait()
        return write_memo(browser, cases.kitahama, "the same token").status_code

    with ThreadPoolExecutor(3) as pool:
        assert list(pool.map(send, browsers)) == [302, 302, 302]
    assert memos(desk) == 1


def test_a_refused_form_may_be_sent_again_after_it_was_put_right(enter, cases, desk) -> None:
    browser = enter("operator")
    refused = browser.post(f"/cases/{cases.kitahama}/notes", {"text": " ", "once": "token"})
    assert refused.status_code == 422
    assert write_memo(browser, cases.kitahama, "token").status_code == 302
    assert memos(desk) == 1


@pytest.mark.parametrize(
    "referrer", ["https://evil.example/cases/", "http://[broken", "", "http://localhost//evil.example/"]
)
def test_a_second_sending_never_leads_to_another_site(enter, cases, referrer: str) -> None:
    browser = enter("operator")
    headers = {"Referer": referrer}
    write_memo(browser, cases.kitahama, "t", headers=headers)
    again = write_memo(browser, cases.kitahama, "t", headers=headers)
    assert (again.status_code, again.location) == (302, "/")


def test_a_token_of_any_length_is_kept_within_its_column(enter, cases, desk) -> None:
    browser = enter("operator")
    write_memo(browser, cases.kitahama, "x" * 500)
    write_memo(browser, cases.kitahama, "x" * 500)
    assert memos(desk) == 1
    with desk.database.read_session() as session:
        assert len(session.scalars(select(FormToken.token)).one()) == 64
