"""A day is one incident: opened by the first notice, worked on by people, closed when nothing is low."""

from datetime import date

import pytest

from alerts import incidents, queries
from alerts.errors import IncidentRefused
from alerts.models import Incident
from helpdesk.database import Database
from tests.alerts.published import determination, japan
from tests.alerts.recording_of import Operator, record

TOKYO, KYUSHU = (34, "東京"), (35, "九州")
BY = Operator()


def all_incidents(database: Database) -> list[Incident]:
    with database.read_session() as session:
        return list(queries.incidents(session))


def act(database: Database, verb: object, at: str, comment: str = "") -> Incident:
    with database.write_session() as session:
        return verb(session, queries.incidents(session)[0], comment=comment, by=BY, now=japan(at))


def test_all_events_and_areas_of_a_day_are_one_incident_with_its_worst_margin(database: Database) -> None:
    record(database, determination("2026-07-22 08:29", {KYUSHU: 700}))
    record(database, determination("2026-07-22 08:59", {KYUSHU: 690, TOKYO: 254}))
    record(database, determination("2026-07-22 09:29", {KYUSHU: 900, TOKYO: 260}))
    (incident,) = all_incidents(database)
    assert incident.key == "RM-20260722-1"
    assert (incident.areas, incident.events) == (["東京", "九州"], ["first_low", "recovered"])
    assert (incident.worst_margin_hundredths, incident.worst_area, incident.worst_slot) == (254, "東京", 34)
    with database.read_session() as session:
        kept = queries.notices_of_incident(session, incident.id)
    decisions = [(each.event, each.decision) for each in kept]
    assert decisions == [
        ("first_low", "send"),
        ("first_low", "send"),
        ("first_low", "drop"),
        ("first_low", "drop"),
        ("recovered", "send"),
    ]


def test_another_day_is_another_incident_and_a_healthy_day_is_none(database: Database) -> None:
    record(database, determination("2026-07-22 08:29", {TOKYO: 700}))
    record(database, determination("2026-07-22 17:35", {TOKYO: 700}, day=date(2026, 7, 23)))
    record(database, determination("2026-07-22 17:40", day=date(2026, 7, 24)))
    assert [each.day.day for each in all_incidents(database)] == [23, 22]


def test_an_incident_is_acknowledged_once_and_stays_open_to_what_comes(database: Database) -> None:
    record(database, determination("2026-07-22 08:29", {TOKYO: 700}))
    seen = act(database, incidents.acknowledge, "2026-07-22 08:35", " 公表を確認中 ")
    assert (seen.state, seen.acknowledged_by_name, seen.acknowledged_comment) == (
        "acknowledged",
        "佐藤 当番",
        "公表を確認中",
    )
    with pytest.raises(IncidentRefused, match="「確認済み」のため、確認できません"):
        act(database, incidents.acknowledge, "2026-07-22 08:36")
    record(database, determination("2026-07-22 08:59", {TOKYO: 254}))
    (incident,) = all_incidents(database)
    assert (incident.state, incident.events) == ("acknowledged", ["first_low", "worsened"])


def test_an_incident_is_not_closed_while_a_slot_that_is_to_come_is_low(database: Database) -> None:
    record(database, determination("2026-07-22 08:29", {TOKYO: 700}))
    with pytest.raises(IncidentRefused, match="東京の17:00のコマなど1コマが8%未満です"):
        act(database, incidents.close, "2026-07-22 16:59")
    closed = act(database, incidents.close, "2026-07-22 17:00", "終わった")
    assert (closed.state, closed.closed_by_id, closed.closed_comment) == ("closed", 7, "終わった")
    with pytest.raises(IncidentRefused, match="すでに終了しています"):
        act(database, incidents.close, "2026-07-22 17:01")


def test_a_day_that_flares_up_after_closing_gets_another_incident(database: Database) -> None:
    record(database, determination("2026-07-22 08:29", {TOKYO: 700}))
    record(database, determination("2026-07-22 08:59"))
    act(database, incidents.close, "2026-07-22 09:00")
    record(database, determination("2026-07-22 09:29", {TOKYO: 700}))
    assert [(each.key, each.state) for each in all_incidents(database)] == [
        ("RM-20260722-2", "open"),
        ("RM-20260722-1", "closed"),
    ]
