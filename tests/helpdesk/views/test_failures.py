import logging
import re
from pathlib import Path

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import OperationalError

import alerts.errors
import calc_core.errors
import cases.errors
import helpdesk
import kb.errors
import mail_templates.errors
from cases.models import Event
from helpdesk.users.models import User, UserRole
from helpdesk.users.roles import ROLES
from tests.helpdesk.browser import addresses, said

JUNK = (  # each was or could be read as something by somebody
    "²",
    "--5",
    "9" * 30,
    "\0",
    "'; drop table x; --",
    "\ud83d",
    "あ" * 400,
    "20260630T000000000000-999999999999999",
    "2026-06-30T00:00:00+00:00_4000000000000000000",
)
_READ = re.compile(r'\b(?:args|form|files|values)(?:\.get(?:list)?\(|\[)"(\w+)"')
ONCE_IN = [pytest.param(3, id="by turns"), pytest.param(1, id="each with each", marks=pytest.mark.long)]


def names_read() -> list[str]:
    """Every name that a view or form reads from an address or from what was posted, found in their text."""
    package = Path(helpdesk.__file__).parent
    texts = [path.read_text("utf-8") for of in ("views", "forms") for path in (package / of).glob("*.py")]
    names = {name for text in texts for name in _READ.findall(text)} - {"csrf_token", "once"}
    assert len(names) > 60
    return sorted(names)


@pytest.fixture
def all_rounder(enter, people, desk):
    """A browser of somebody who may do everything that staff may do: the permissions are tested elsewhere."""
    with desk.database.write_session() as session:
        user = session.get_one(User, people["manager"].id)
        user.roles += [UserRole(role=role) for role in ROLES if role not in ("manager", "business_user")]
    return enter("manager")


def number_shown(answer) -> str:
    """The request's number, which the page must show as it stands in the header."""
    number = answer.headers["X-Request-Id"]
    assert number in said(answer)
    return number


@pytest.mark.parametrize(
    ("path", "status", "words"),
    [
        ("/no/such/page", 404, "このアドレスのページはありません"),
        ("/cases/2026-999999-9", 404, "案件 2026-999999-9 は見つかりません"),
        ("/cases/<script>", 404, "案件 <script> は見つかりません"),
        ("/calculations/999", 404, "その計算は登録されていません"),
        ("/calculations/rules/no/such", 404, "規則「no/such」はありません"),
        ("/kb/no-such-article", 404, "その記事はありません"),
        ("/mailbox/", 404, "デモ環境だけ"),
        ("/sign-out", 405, "この操作はできません"),
    ],
)
def test_what_is_not_there_is_said_in_japanese_with_the_requests_number(
    enter, path: str, status: int, words: str
) -> None:
    answer = enter("manager").get(path)
    assert answer.status_code == status
    assert words in said(answer)
    assert "<script>" not in answer.text.split("<main")[1]
    number_shown(answer)


def test_a_script_is_answered_in_json(enter) -> None:
    browser = enter("operator")
    answer = browser.get("/cases/2026-999999-9", headers={"Accept": "application/json"})
    assert answer.status_code == 404
    assert "見つかりません" in answer.json["error"]["message"]


def test_an_unexpected_error_is_logged_under_the_number_the_page_shows(enter, monkeypatch, caplog) -> None:
    browser = enter("operator")

    def broken(*_: object, **__: object) -> None:
        raise ZeroDivisionError("secret detail")

    monkeypatch.setattr("helpdesk.views.cases.case_queries.case_list", broken)
    with caplog.at_level(logging.ERROR, "helpdesk.request"):
        answer = browser.get("/cases/")
    assert answer.status_code == 500
    assert "システムの問題" in said(answer)
    assert "secret detail" not in answer.text
    assert "ZeroDivisionError" not in answer.text
    assert number_shown(answer) in caplog.text


@pytest.mark.any_database
@pytest.mark.parametrize(
    ("path", "breaks"),
    [
        ("/assessment/", "helpdesk.views.assessment.queries.overview"),
        ("/alerts/", "helpdesk.views.alerts.queries.watch_page"),
    ],
)
def test_a_page_whose_frame_asks_for_abilities_tells_its_error_too(
    enter, monkeypatch, path: str, breaks: str
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise OverflowError

    monkeypatch.setattr(breaks, broken)
    answer = enter("manager").get(path)
    assert answer.status_code == 500
    assert "システムの問題" in said(answer)
    number_shown(answer)


def test_without_its_database_every_page_still_answers_with_a_number(enter, monkeypatch, caplog) -> None:
    browser = enter("operator")

    def away(*_: object, **__: object) -> None:
        raise OperationalError("select 1", {}, Exception("could not connect to 10.0.0.5"))

    monkeypatch.setattr("helpdesk.database.Database.open_session", away)
    answer = browser.get("/")
    assert answer.status_code == 500
    assert "10.0.0.5" not in answer.text
    number_shown(answer)
    health = browser.get("/health")
    assert health.status_code == 503


def test_a_post_that_breaks_half_way_leaves_nothing_behind(enter, cases, desk, monkeypatch, caplog) -> None:
    browser = enter("operator")
    with desk.database.read_session() as session:
        before = session.scalar(select(func.count()).select_from(Event))

    def broken(*_: object, **__: object) -> None:
        raise RuntimeError

    monkeypatch.setattr("cases.memos.record_on_case", broken)
    assert browser.post(f"/cases/{cases.kitahama}/notes", {"text": "メモ"}).status_code == 500
    with desk.database.read_session() as session:
        assert session.scalar(select(func.count()).select_from(Event)) == before


def test_a_form_that_is_too_large_is_refused_with_what_to_do(enter) -> None:
    browser = enter("operator")
    answer = browser.post("/password", {"current": "x" * (5 * 1024 * 1024)})
    assert answer.status_code == 413
    assert "大きすぎます" in said(answer)


@pytest.mark.parametrize("once_in", ONCE_IN)
def test_nothing_typed_into_an_address_breaks_a_page(all_rounder, cases, once_in: int) -> None:
    pages = addresses(all_rounder.app, "GET")
    for turn, junk in enumerate(JUNK):
        values = dict.fromkeys(names_read(), junk.encode("utf-8", "surrogatepass"))
        for endpoint, path in pages[turn % once_in :: once_in]:
            answer = all_rounder.get(path.replace("2026-000001-5", cases.kitahama), query_string=values)
            assert answer.status_code < 500 or endpoint == "health.show", (endpoint, junk)
            answer.close()


@pytest.mark.parametrize("once_in", ONCE_IN)
def test_nothing_typed_into_a_form_breaks_a_page(all_rounder, cases, once_in: int) -> None:
    forms = [each for each in addresses(all_rounder.app, "POST") if each[0] != "sign_in.leave"]
    for turn, junk in enumerate(JUNK):
        values = dict.fromkeys(names_read(), junk.encode("utf-8", "surrogatepass"))
        for endpoint, path in forms[turn % once_in :: once_in]:
            answer = all_rounder.post(path.replace("2026-000001-5", cases.kitahama), values)
            assert answer.status_code in (204, 302, 400, 401, 403, 404, 409, 422), (endpoint, junk)
            assert answer.status_code in (204, 302) or re.search("[ぁ-ん]", answer.text), endpoint


def test_a_number_that_no_database_holds_is_simply_not_there(all_rounder, cases) -> None:
    browser = all_rounder
    for number in ("9" * 10, "9" * 19, "9" * 5000):
        for method in ("GET", "POST"):
            for endpoint, path in addresses(browser.app, method):
                path = path.replace("2026-000001-5", cases.kitahama)
                place = re.sub(r"/1(?=/|$)", f"/{number}", path)
                if place != path:
                    values = {"version": number, "to": number, "result": number}
                    answer = browser.post(place, values) if method == "POST" else browser.get(place)
                    assert answer.status_code in (404, 405), (endpoint, len(number))


@pytest.mark.parametrize(
    "family",
    [
        alerts.errors.AlertsError,
        calc_core.errors.CalcError,
        cases.errors.CasesError,
        kb.errors.KnowledgeError,
        mail_templates.errors.MailTemplateError,
    ],
)
def test_what_a_package_refuses_is_said_and_is_no_failure_of_the_system(enter, family, monkeypatch) -> None:
    browser = enter("manager")

    def refuse() -> str:
        raise family("これはできません")

    monkeypatch.setitem(browser.app.view_functions, "checklists.index", refuse)
    answer = browser.get("/checklists/")
    assert answer.status_code == 422
    assert "これはできません" in said(answer)
