"""チェックリスト: who ticks what on which day, and who edits the templates."""

from datetime import timedelta

import pytest

from cases.checklist_seeding import seed_checklists
from cases.checklists import lists_of_day, templates
from helpdesk.clock import in_japan
from tests.helpdesk.browser import said


@pytest.fixture
def seeded(desk, people) -> dict[str, int]:
    with desk.database.write_session() as session:
        seed_checklists(session, now=desk.clock())
        return {template.key: template.id for template in templates(session)}


def today(desk):
    return in_japan(desk.clock()).date()


def ticked(desk, duty: str, day) -> int:
    with desk.database.read_session() as session:
        return sum(shown.done for shown in lists_of_day(session, duty, day))


def test_an_operator_ticks_the_days_list_and_sees_who_did_it(enter, desk, seeded) -> None:
    browser = enter("operator")
    page = said(browser.get("/checklists/"))
    assert "日次業務（運用・問合せ対応）" in page
    assert "未着手" in page
    sent = {"template": seeded["operations-daily"], "position": 1, "done": "1"}
    answer = browser.post(f"/checklists/days/{today(desk)}/operations", sent)
    assert answer.status_code == 302
    page = said(browser.get("/checklists/"))
    assert "1／7" in page
    assert "オペレーター（operator）" in page


def test_the_night_watch_ticks_its_own_list_and_not_the_operators(enter, desk, seeded) -> None:
    browser = enter("reserve_margin_operator")
    page = said(browser.get("/checklists/"))
    assert "広域予備率の監視" in page
    assert "運用・問合せ対応" not in page
    own = {"template": seeded["reserve-daily"], "position": 2, "done": "1"}
    assert browser.post(f"/checklists/days/{today(desk)}/reserve", own).status_code == 302
    other = {"template": seeded["operations-daily"], "position": 2, "done": "1"}
    assert browser.post(f"/checklists/days/{today(desk)}/operations", other).status_code == 403
    assert (ticked(desk, "reserve", today(desk)), ticked(desk, "operations", today(desk))) == (1, 0)


def test_yesterday_may_be_finished_and_older_days_are_closed(enter, desk, seeded) -> None:
    browser = enter("operator")
    sent = {"template": seeded["operations-daily"], "position": 1, "done": "1"}
    for back, status in ((1, 302), (2, 422), (-1, 422)):
        day = today(desk) - timedelta(days=back)
        assert browser.post(f"/checklists/days/{day}/operations", sent).status_code == status, back
        assert ticked(desk, "operations", day) == (1 if status == 302 else 0)


@pytest.mark.parametrize("login", ["business_user", "payment_staff"])
def test_who_has_no_list_finds_no_page(enter, seeded, login: str) -> None:
    assert enter(login).get("/checklists/").status_code == 404


@pytest.mark.parametrize("day", ["昨日", "2026-13-01", "1999-01-01", "2999-01-01", "-1"])
def test_a_day_that_is_none_is_refused_in_words(enter, seeded, day: str) -> None:
    answer = enter("operator").get("/checklists/", query_string={"day": day})
    assert answer.status_code == 422
    assert "日付" in said(answer)


def test_a_leader_edits_a_template_and_an_operator_does_not(enter, desk, seeded) -> None:
    assert enter("operator").get("/checklists/templates").status_code == 403
    leader = enter("operation_leader")
    address = f"/checklists/templates/{seeded['operations-daily']}"
    assert "受信メールと隔離メール" in leader.get(address).text
    values = {"title": "朝の確認", "duty": "operations", "items": "一つめ\n\n二つめ\n", "is_active": "1"}
    assert leader.post(address, values | {"version": 1}).status_code == 302
    assert leader.post(address, values | {"version": 1}).status_code == 409  # somebody was faster
    page = said(leader.get("/checklists/"))
    assert "朝の確認" in page
    assert "二つめ" in page


def test_everything_wrong_with_a_template_is_said_at_once_and_what_was_typed_stays(enter, seeded) -> None:
    leader = enter("operation_leader")
    typed = {"title": "", "duty": "", "items": "朝一番に確認すること", "is_active": "1"}
    answer = leader.post("/checklists/templates/new", typed)
    assert answer.status_code == 422
    page = said(answer)
    assert "名称：" in page
    assert "使いみち：" in page
    assert "朝一番に確認すること" in answer.text
    made = {"title": "夜の確認", "case_kinds": "inquiry", "items": "一つ", "is_active": "1"}
    assert leader.post("/checklists/templates/new", made).status_code == 302
    assert "夜の確認" in said(leader.get("/checklists/templates"))
    assert leader.get("/checklists/templates/9999").status_code == 404
