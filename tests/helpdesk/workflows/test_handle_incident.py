"""A person on duty confirms, notes, links and closes; whoever is slower is told; nobody closes what is still low."""

import pytest

from alerts.models import Incident
from cases.errors import InputRefused
from cases.lifecycle import CLOSED
from cases.models import Case, Event
from helpdesk.errors import Conflict, NotAllowed, Refused
from helpdesk.watch_models import IncidentCase
from helpdesk.workflows import handle_incident
from helpdesk.workflows.receive_mail import receive_raw
from tests.helpdesk.letters import letter

LOW = {(34, "東京"): 794}


@pytest.fixture
def act(watching, people):
    """`act("acknowledge", comment=…)`: one act on the only incident, by the reserve-margin operator."""
    watching.published("2026-07-22 03:29", LOW)

    def do(what: str, *positional: object, by: str = "reserve_margin_operator", **named: object) -> object:
        with watching.desk.database.open_session(writes=True) as session:
            incident = session.get_one(Incident, watching.incident().id)
            if what in ("acknowledge", "close"):
                named.setdefault("version", incident.version)
            return getattr(handle_incident, what)(
                session, watching.desk, incident, *positional, by=people[by], **named
            )

    return do


def test_an_acknowledgement_stands_on_the_incident_and_in_the_history_of_its_case(
    watching, act, people
) -> None:
    act("acknowledge", comment=" 公表サイトと一致 ")
    incident = watching.incident()
    assert (incident.state, incident.acknowledged_comment) == ("acknowledged", "公表サイトと一致")
    assert incident.acknowledged_by_id == people["reserve_margin_operator"].id
    [event] = watching.events("incident_acknowledged")
    assert (event.case_id, event.actor_id) == (watching.rows(Case)[0].id, incident.acknowledged_by_id)


def test_the_slower_of_two_is_told_so_and_changes_nothing(watching, act) -> None:
    seen = watching.incident().version
    act("acknowledge", version=seen)
    for what, words in (("acknowledge", {}), ("close", {"reason": "終わり"})):
        with pytest.raises(Conflict, match="読み直して"):
            act(what, version=seen, **words)
    assert len(watching.events("incident_acknowledged")) == 1
    with pytest.raises(Conflict, match="確認できません"):
        act("acknowledge")


def test_an_incident_cannot_be_closed_while_a_slot_to_come_is_low_and_closes_with_its_case_afterwards(
    watching, act
) -> None:
    with pytest.raises(Conflict, match="8%未満です"):
        act("close", reason="見なかったことにする")
    watching.published("2026-07-22 03:59")
    with pytest.raises(Refused, match="理由を入力"):
        act("close", reason="  ")
    act("close", reason="回復を確かめた")
    incident = watching.incident()
    assert (incident.state, incident.closed_comment) == ("closed", "回復を確かめた")
    [case] = watching.rows(Case)
    assert case.status == CLOSED
    assert [event.kind for event in watching.rows(Event, Event.case_id == case.id)][-2:] == [
        "incident_closed",
        "closed",
    ]


def test_a_day_that_flares_up_after_closing_is_an_incident_of_its_own(watching, act) -> None:
    watching.published("2026-07-22 03:59")
    act("close", reason="回復を確かめた")
    watching.published("2026-07-22 04:29", LOW)
    assert [(row.key, row.state) for row in watching.rows(Incident)] == [
        ("RM-20260722-1", "closed"),
        ("RM-20260722-2", "open"),
    ]
    assert len(watching.rows(Case)) == 2


def test_a_note_stands_in_the_case_and_an_empty_one_is_refused(watching, act) -> None:
    act("note", "03:40 リーダーに電話済み")
    [event] = watching.events("note_added")
    assert event.case_id == watching.rows(Case)[0].id
    with pytest.raises(InputRefused):
        act("note", "  ")


def test_an_inquiry_that_follows_is_linked_once_and_the_case_of_the_watch_is_not(watching, act) -> None:
    receive_raw(watching.desk, letter(), source="import")
    own, inquiry = watching.rows(Case)
    for _ in range(2):
        act("link_case", inquiry)
    links = [(row.case_id, row.relation) for row in watching.rows(IncidentCase)]
    assert sorted(links) == [(own.id, "own"), (inquiry.id, "following")]
    assert [event.case_id for event in watching.events("incident_linked")] == [inquiry.id]
    with pytest.raises(Refused, match="監視の案件です"):
        act("link_case", own)


@pytest.mark.parametrize("login", ["operator", "market_staff", "payment_staff", "business_user"])
def test_only_who_works_on_the_watch_may_act(act, login: str) -> None:
    for what, given in (
        ("acknowledge", {}),
        ("close", {"reason": "x"}),
        ("note", {"text": "x"}),
        ("link_case", {"case": None}),
    ):
        with pytest.raises(NotAllowed):
            act(what, by=login, **given)
