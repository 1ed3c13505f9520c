"""案件の業務記録: ticks and working time from the case's screen."""

import pytest
from sqlalchemy import select

from cases.checklist_seeding import seed_checklists
from cases.checklists import lists_of_case, templates
from cases.models import Case, WorkInterval
from cases.working_time import worked_on_case
from tests.helpdesk.browser import said


@pytest.fixture
def number(desk, cases) -> str:
    """The case of 北浜エナジー, made an objection so that a list belongs to it."""
    with desk.database.write_session() as session:
        seed_checklists(session, now=desk.clock())
        session.scalars(select(Case).where(Case.number == cases.kitahama)).one().kind = "objection"
    return cases.kitahama


def the_list(desk, number: str):
    with desk.database.read_session() as session:
        case = session.scalars(select(Case).where(Case.number == number)).one()
        return lists_of_case(session, case)[0], worked_on_case(session, case.id)


def test_an_item_is_ticked_on_the_case(enter, desk, number: str) -> None:
    shown, _ = the_list(desk, number)
    browser = enter("operator")
    sent = {"template": shown.template_id, "position": 3, "done": "1"}
    assert browser.post(f"/cases/{number}/checklists", sent).status_code == 302
    shown, _ = the_list(desk, number)
    assert shown.items[2].done_by_name == "オペレーター（operator）"
    assert "1／6" in said(browser.get(f"/cases/{number}"))


def test_an_open_page_in_use_counts_as_work(enter, desk, clock, number: str) -> None:
    browser = enter("operator")
    page = browser.get(f"/cases/{number}").text
    assert f'data-beat-url="/cases/{number}/work/beat"' in page
    for _ in range(4):
        assert browser.post(f"/cases/{number}/work/beat").status_code == 204
        clock.pass_by(seconds=30)
    _, worked = the_list(desk, number)
    assert [each.seconds for each in worked] == [90]
    assert "対応時間（1分）" in said(browser.get(f"/cases/{number}"))


def test_time_away_from_the_page_is_entered_and_an_impossible_one_refused(enter, desk, number: str) -> None:
    browser = enter("operator")
    assert browser.post(f"/cases/{number}/work", {"minutes": "２５", "note": "資料確認"}).status_code == 302
    for minutes in ("0", "481", "", "十分"):
        answer = browser.post(f"/cases/{number}/work", {"minutes": minutes})
        assert answer.status_code == 422
        assert "対応時間（分）" in said(answer)
    assert the_list(desk, number)[1][0].seconds == 25 * 60


@pytest.mark.parametrize("login", ["business_user", "market_staff", "payment_staff", "business_user-2"])
def test_who_does_not_work_on_cases_leaves_no_trace(enter, desk, number: str, login: str) -> None:
    shown, _ = the_list(desk, number)
    browser = enter(login)
    for path, sent in (
        ("checklists", {"template": shown.template_id, "position": 1, "done": "1"}),
        ("work", {"minutes": "5"}),
        ("work/beat", {}),
    ):
        assert browser.post(f"/cases/{number}/{path}", sent).status_code in (403, 404)
    assert the_list(desk, number)[0].done == 0
    with desk.database.read_session() as session:
        assert session.scalars(select(WorkInterval)).all() == []
    with desk.database.read_session() as session:
        assert len(templates(session)) == 5


def test_a_business_sees_neither_list_nor_time(enter, number: str) -> None:
    page = said(enter("business_user").get(f"/cases/{number}"))
    assert "チェックリスト" not in page
    assert "対応時間" not in page
