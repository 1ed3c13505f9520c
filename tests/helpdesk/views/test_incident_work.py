"""事案の業務記録: the night watch ticks the incident's list and its time is measured, without seeing other cases."""

import pytest
from sqlalchemy import select

from cases.checklist_seeding import seed_checklists
from cases.models import Case, ChecklistItem, WorkInterval
from tests.helpdesk.browser import said

PAGE = "/alerts/incidents/1"


@pytest.fixture
def incident(watching, desk):
    """An incident of 22 July with its case and its list."""
    with desk.database.write_session() as session:
        seed_checklists(session, now=desk.clock())
    watching.published("2026-07-22 12:29", {(34, "東京"): 254})
    return watching.incident()


def ticked(desk) -> list[tuple[str, str]]:
    with desk.database.read_session() as session:
        items = session.scalars(select(ChecklistItem).where(ChecklistItem.done_at.is_not(None)))
        return [(item.text, item.done_by_name) for item in items]


def template_of(browser) -> str:
    page = browser.get(PAGE).text
    return page.split('name="template" value="')[1].split('"')[0]


def test_the_watch_ticks_the_list_of_its_incident(enter, desk, incident) -> None:
    browser = enter("reserve_margin_operator")
    assert "広域予備率8%未満の対応" in said(browser.get(PAGE))
    sent = {"template": template_of(browser), "position": "2", "done": "1"}
    assert browser.post(f"{PAGE}/checklists", sent).status_code == 302
    assert ticked(desk) == [
        ("対象のエリアとコマを責任者に連絡した", "広域予備率オペレーター（reserve_margin_operator）")
    ]
    assert "1／6" in said(browser.get(PAGE))


def test_an_open_incident_in_use_counts_as_work_on_its_case(enter, desk, clock, incident) -> None:
    browser = enter("reserve_margin_leader")
    assert f'data-beat-url="{PAGE}/beat"' in browser.get(PAGE).text
    for _ in range(3):
        assert browser.post(f"{PAGE}/beat").status_code == 204
        clock.pass_by(seconds=40)
    with desk.database.read_session() as session:
        (interval,) = session.scalars(select(WorkInterval)).all()
        assert (interval.ended_at - interval.started_at).total_seconds() == 80
        assert session.get_one(Case, interval.case_id).kind == "incident"


@pytest.mark.parametrize("login", ["operator", "market_staff", "payment_staff", "business_user"])
def test_who_does_not_watch_ticks_nothing(enter, desk, incident, login: str) -> None:
    browser = enter(login)
    sent = {"template": "1", "position": "1", "done": "1"}
    assert browser.post(f"{PAGE}/checklists", sent).status_code in (403, 404)
    assert browser.post(f"{PAGE}/beat").status_code in (403, 404)
    assert ticked(desk) == []


def test_an_incident_that_is_none_is_not_found(enter, desk) -> None:
    assert enter("manager").post("/alerts/incidents/77/checklists", {"template": "1"}).status_code == 404
