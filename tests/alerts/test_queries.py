"""What pages read of the watch."""

from alerts import queries
from alerts.readings import RESERVE_MARGIN_BLOCK
from alerts.tracking import UNSEEN
from alerts.words import AREAS
from helpdesk.database import Database
from tests.alerts.published import DAY, determination, japan
from tests.alerts.recording_of import record

TOKYO = (34, "東京")


def test_a_day_is_a_grid_of_ten_areas_and_48_slots_seen_or_not(database: Database) -> None:
    with database.read_session() as session:
        assert queries.day_grid(session, DAY) == {area: [UNSEEN] * 48 for area in AREAS}
    record(database, determination("2026-07-22 08:59", {TOKYO: 254}))
    with database.read_session() as session:
        grid = queries.day_grid(session, DAY)
    assert list(grid) == list(AREAS)
    assert [
        (slot, area) for area in AREAS for slot, state in enumerate(grid[area], 1) if state.state == "low"
    ] == [TOKYO]


def test_the_versions_of_a_day_come_oldest_publication_first(database: Database) -> None:
    for stamp, margin in [("2026-07-22 08:29", 300), ("2026-07-22 08:59", 254)]:
        record(database, determination(stamp, {TOKYO: margin}))
    with database.read_session() as session:
        versions = queries.day_versions(session, DAY, ["東京"])
        changes = queries.transitions_of_day(session, DAY)
        assert [each.publication.published_at for each in changes] == [japan("2026-07-22 08:29")]
    assert [(each.published_at, each.margins[33]) for each in versions] == [
        (japan("2026-07-22 08:29"), 300),
        (japan("2026-07-22 08:59"), 254),
    ]


def test_incidents_and_publications_are_found(database: Database) -> None:
    record(database, determination("2026-07-22 08:59", {TOKYO: 254}))
    with database.read_session() as session:
        (incident,) = queries.open_incidents(session)
        assert queries.incident_by_key(session, "RM-20260722-1") is incident
        assert queries.incident_by_key(session, "RM-20260722-2") is None
        assert len(queries.publications(session, RESERVE_MARGIN_BLOCK)) == 1
        assert queries.publications(session, "another") == []
