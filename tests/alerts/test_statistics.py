"""監視の日次集計: what a report counts of the watch, as it was known then and not as it stands now."""

from collections import Counter
from datetime import datetime, timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from alerts import incidents, queries
from alerts.errors import Problem
from alerts.readings import RESERVE_MARGIN_BLOCK
from alerts.recording import record_publication, record_unreadable
from alerts.statistics import WatchDay, watch_day
from alerts.words import AREAS, LOW
from helpdesk.database import Database
from tests.alerts.published import determination, japan
from tests.alerts.recording_of import Operator, record

TOKYO, KYUSHU = (34, "東京"), (35, "九州")
START, END = japan("2026-07-22 00:00"), japan("2026-07-23 00:00")
SECOND = timedelta(seconds=1)


def day_of(database: Database, as_of: str | None = None) -> WatchDay:
    with database.read_session() as session:
        return watch_day(session, START, END, as_of=japan(as_of) if as_of else None)


def act(database: Database, verb: object, at: str) -> None:
    with database.write_session() as session:
        verb(session, queries.incidents(session)[0], comment="", by=Operator(), now=japan(at))


def test_a_day_without_anything_is_empty(database: Database) -> None:
    assert day_of(database) == WatchDay({}, {}, 0, 0, (), ())


def test_publications_changes_and_notices_are_counted_as_they_were_decided(database: Database) -> None:
    record(database, determination("2026-07-21 23:59", {TOKYO: 700}))  # yesterday
    record(database, determination("2026-07-22 08:29", {TOKYO: 700}))
    record(database, determination("2026-07-22 08:59", {TOKYO: 490, KYUSHU: 700}))
    record(database, determination("2026-07-22 09:29"))
    record(database, determination("2026-07-22 08:58", {KYUSHU: 600}), now=japan("2026-07-22 09:40"))
    with database.write_session() as session:
        broken = {"raw_sha256": "e" * 64, "problems": [Problem("x", "y")], "now": japan("2026-07-22 10:00")}
        record_unreadable(session, source=RESERVE_MARGIN_BLOCK, **broken)
    record(database, determination("2026-07-23 00:00", {TOKYO: 100}))  # tomorrow
    found = day_of(database)
    assert found.publications == {"judged": 3, "out_of_order": 1, "unreadable": 1}
    assert (found.went_low, found.came_back) == (1, 2)  # 九州 went; both came back
    assert found.notices[("worsened", "send")] == 1
    assert found.notices[("recovered", "send")] == 1
    assert sum(found.notices.values()) == len(found.told)
    assert [told.decided_at for told in found.told] == sorted(told.decided_at for told in found.told)


def test_what_came_later_than_the_moment_is_not_counted(database: Database) -> None:
    record(database, determination("2026-07-22 08:29", {TOKYO: 700}))
    record(database, determination("2026-07-22 08:59", {TOKYO: 490}))
    early = day_of(database, "2026-07-22 08:59")
    assert (early.publications, early.went_low, len(early.told)) == ({"judged": 1}, 1, 1)
    assert day_of(database, "2026-07-22 08:29") == day_of(database, "2026-07-01 00:00")


def test_an_incident_stands_as_it_stood_at_the_days_end(database: Database) -> None:
    record(database, determination("2026-07-22 16:29", {TOKYO: 700}))
    act(database, incidents.acknowledge, "2026-07-22 16:35")
    record(database, determination("2026-07-22 18:29"))
    act(database, incidents.close, "2026-07-23 09:00")
    (incident,) = day_of(database).incidents
    assert (incident.key, incident.areas) == ("RM-20260722-1", ("東京",))
    assert (incident.acknowledged_by, incident.closed_at) == ("佐藤 当番", None)
    (before,) = day_of(database, "2026-07-22 16:30").incidents
    assert (before.acknowledged_at, before.acknowledged_by, before.closed_at) == (None, "", None)
    with database.read_session() as session:
        (next_day,) = watch_day(session, END, END + timedelta(days=1)).incidents
        assert next_day.closed_at == japan("2026-07-23 09:00")
        assert watch_day(session, END + timedelta(days=1), END + timedelta(days=2)).incidents == ()


def test_an_incident_that_grows_tomorrow_leaves_todays_report_as_it_was(database: Database) -> None:
    tomorrow = END.date()
    record(database, determination("2026-07-22 17:35", {TOKYO: 700}, day=tomorrow))
    written = day_of(database)
    record(database, determination("2026-07-23 06:00", {TOKYO: 254, KYUSHU: 300}, day=tomorrow))
    assert day_of(database) == written
    (incident,) = written.incidents
    assert (incident.areas, incident.worst_margin_hundredths) == (("東京",), 700)


steps = st.lists(
    st.tuples(
        st.integers(1, 5),  # hours
        st.dictionaries(
            st.tuples(st.integers(40, 43), st.sampled_from(AREAS[2:5])), st.sampled_from([90, 254, 490, 799])
        ),
        st.booleans(),
    ),
    min_size=1,
    max_size=7,
)


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=steps)
def test_the_figures_are_those_of_a_slow_recount_and_stay_what_they_were(
    database: Database, steps: list
) -> None:
    with database.write_session() as session:
        moment, recorded, written = START - timedelta(hours=3), [], {}
        for number, (hours, margins, acknowledged) in enumerate(steps):
            moment += timedelta(hours=hours)
            each = determination(f"{moment:%Y-%m-%d %H:%M}", margins)
            made = record_publication(session, each, raw_sha256=f"{number:064d}", now=moment)
            recorded.append((moment, made))
            newest = incidents.newest_of_day(session, START.date())
            if acknowledged and newest is not None and newest.state == "open":
                incidents.acknowledge(session, newest, by=Operator(), now=moment)
            written[moment + SECOND] = _report(session, moment + SECOND)
        for as_of, before in written.items():
            assert _report(session, as_of) == before
        of_day = [made for at, made in recorded if START <= at < END and made.is_new]
        found = watch_day(session, START, END)
        crossings = [crossing.to_state for made in of_day for crossing in made.judgement.crossings]
        told = [notice for made in of_day for notice in made.notices]
        assert found.publications == dict(Counter(made.publication.state for made in of_day))
        assert found.went_low == crossings.count(LOW)
        assert found.came_back == len(crossings) - crossings.count(LOW)
        assert Counter(found.notices) == Counter((each.event, each.decision) for each in told)
        assert [each.reason for each in found.told] == [each.reason for each in told]
        session.rollback()


def _report(session: object, as_of: datetime) -> WatchDay:
    return watch_day(session, START, END, as_of=as_of)
