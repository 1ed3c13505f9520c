"""Deriving low-reserve slots again and again: new ones once, one event, only by those who may."""

from datetime import UTC, date, datetime

import pytest
from sqlalchemy import select

from cases.history import content_of
from cases.models import Event
from helpdesk.errors import NotAllowed, Refused
from helpdesk.workflows.derive_low_reserve import derive_low_reserve, derive_recent
from tests.alerts.published import DAY, determination
from tests.alerts.recording_of import record_all

LOW = {(34, "東京"): 700, (35, "東京"): 790, (34, "九州"): 799}


def events(desk) -> list[dict]:
    with desk.database.read_session() as session:
        found = session.scalars(select(Event).where(Event.kind == "low_reserve_derived"))
        return [content_of(event) or {} for event in found]


def test_deriving_twice_records_once(desk, people) -> None:
    record_all(desk.database, [determination("2026-07-22 08:59", LOW)])
    first = derive_low_reserve(desk, date(2026, 7, 21), DAY, by=people["market_staff"])
    assert [(row.area, row.slot) for row in first.new] == [("東京", 34), ("東京", 35), ("九州", 34)]
    again = derive_low_reserve(desk, DAY, DAY, by=people["market_staff"])
    assert (again.new, again.in_force) == ([], 3)
    assert events(desk) == [
        {"days": ["2026-07-22"], "first": "2026-07-21", "last": "2026-07-22", "new": 3},
    ]


def test_the_timetable_derives_yesterday_and_today_in_japan(desk, clock) -> None:
    record_all(desk.database, [determination("2026-07-22 08:59", LOW)])
    clock.at = datetime(2026, 7, 23, 16, 0, tzinfo=UTC)  # 24 July in Japan
    assert derive_recent(desk).in_force == 0
    clock.at = datetime(2026, 7, 22, 16, 0, tzinfo=UTC)
    assert len(derive_recent(desk).new) == 3


@pytest.mark.any_database
def test_who_may_not_and_days_that_make_no_sense_are_refused(desk, people) -> None:
    with pytest.raises(NotAllowed):
        derive_low_reserve(desk, DAY, DAY, by=people["operator"])
    with pytest.raises(Refused, match="より前"):
        derive_low_reserve(desk, DAY, date(2026, 7, 21), by=people["manager"])
    with pytest.raises(Refused, match="366 日まで"):
        derive_low_reserve(desk, DAY, date(2027, 7, 23), by=people["manager"])
