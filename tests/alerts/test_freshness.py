"""A feed that says nothing new is told once, for each publication that grew old."""

from datetime import timedelta

from alerts.errors import Problem
from alerts.freshness import freshness_of, tell_if_stale
from alerts.readings import RESERVE_MARGIN_BLOCK
from alerts.recording import record_unreadable
from helpdesk.database import Database
from tests.alerts.published import determination, japan
from tests.alerts.recording_of import record


def told(database: Database, at: str) -> str | None:
    with database.write_session() as session:
        notice = tell_if_stale(session, RESERVE_MARGIN_BLOCK, now=japan(at))
        return notice and notice.reason


def test_a_feed_is_fresh_for_forty_minutes_and_then_told_once(database: Database) -> None:
    record(database, determination("2026-07-22 08:59"))
    assert told(database, "2026-07-22 09:39") is None
    assert (
        told(database, "2026-07-22 09:40")
        == "07/22 08:59の公表から41分、新しい公表がないため、当番席へ直ちに知らせる"
    )
    assert told(database, "2026-07-22 09:45") is None
    record(database, determination("2026-07-22 09:29"), now=japan("2026-07-22 09:50"))
    assert told(database, "2026-07-22 09:55") is None
    assert told(database, "2026-07-22 10:10") is not None


def test_how_old_is_too_old_can_be_said(database: Database) -> None:
    record(database, determination("2026-07-22 08:59"))
    with database.write_session() as session:
        asked = {"now": japan("2026-07-22 09:59"), "stale_after": timedelta(hours=1)}
        assert not freshness_of(session, RESERVE_MARGIN_BLOCK, **asked).is_stale
        assert tell_if_stale(session, RESERVE_MARGIN_BLOCK, **asked) is None
        asked["now"] += timedelta(seconds=1)
        assert tell_if_stale(session, RESERVE_MARGIN_BLOCK, **asked) is not None


def test_a_feed_that_cannot_be_read_is_told_as_that_only(database: Database) -> None:
    record(database, determination("2026-07-22 08:59"))
    with database.write_session() as session:
        problems = [Problem("公表元", "応答がありません")]
        now = japan("2026-07-22 09:20")
        record_unreadable(
            session, source=RESERVE_MARGIN_BLOCK, raw_sha256="e" * 64, problems=problems, now=now
        )
    assert told(database, "2026-07-22 09:50") is None
    with database.read_session() as session:
        fresh = freshness_of(session, RESERVE_MARGIN_BLOCK, now=japan("2026-07-22 09:50"))
    assert (fresh.is_stale, fresh.last_problem) == (True, "応答がありません")
    assert fresh.unreadable_since == japan("2026-07-22 09:20")


def test_a_feed_that_never_said_anything_is_stale(database: Database) -> None:
    with database.read_session() as session:
        assert freshness_of(session, RESERVE_MARGIN_BLOCK, now=japan("2026-07-22 09:50")).is_stale
    assert told(database, "2026-07-22 09:50") is None
