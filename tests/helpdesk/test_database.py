"""One time type on both databases; write sessions that never lose a race."""

import threading
from datetime import UTC, datetime, timedelta, timezone

import pytest
from sqlalchemy import select
from sqlalchemy.exc import StatementError

from cases.models import Counter, Seal
from helpdesk.database import Database


def _seal(number: int, moment: datetime) -> Seal:
    return Seal(
        number=number,
        sealed_at=moment,
        event_count=0,
        merkle_root="0" * 64,
        previous_digest="0" * 64,
        digest="0" * 64,
    )


def test_a_time_comes_back_aware_in_utc_whatever_zone_it_was_written_in(database: Database) -> None:
    written = datetime(2026, 4, 1, 8, 30, 15, 123456, tzinfo=timezone(timedelta(hours=9)))
    with database.write_session() as session:
        session.add(_seal(1, written))
    with database.read_session() as session:
        read = session.scalars(select(Seal)).one().sealed_at
    assert read == written
    assert read.tzinfo is UTC


def test_a_naive_time_is_refused_before_it_reaches_the_database(database: Database) -> None:
    with database.open_session(writes=True) as session:
        session.add(_seal(1, datetime(2026, 4, 1)))  # noqa: DTZ001
        with pytest.raises(StatementError, match="タイムゾーンがありません"):
            session.flush()


def test_times_compare_in_queries_across_zones(database: Database) -> None:
    noon = datetime(2026, 4, 1, 12, tzinfo=UTC)
    with database.write_session() as session:
        session.add_all([_seal(1, noon - timedelta(microseconds=1)), _seal(2, noon)])
    japan = noon.astimezone(timezone(timedelta(hours=9)))
    with database.read_session() as session:
        assert session.scalars(select(Seal.number).where(Seal.sealed_at >= japan)).all() == [2]


def test_write_sessions_that_read_then_write_do_not_lose_updates(database: Database) -> None:
    with database.write_session() as session:
        session.add(Counter(name="n", value=0))
    failures: list[Exception] = []

    def count_up() -> None:
        try:
            for _ in range(10):
                with database.write_session() as session:
                    row = session.scalars(select(Counter).with_for_update()).one()
                    row.value += 1
        except Exception as error:  # noqa: BLE001 - a thread has nobody above it
            failures.append(error)

    threads = [threading.Thread(target=count_up) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    with database.read_session() as session:
        assert session.scalars(select(Counter)).one().value == 40


def test_the_disk_is_waited_for_once_at_the_end_and_then_at_every_commit_again(database: Database) -> None:
    def synchronous() -> int | None:
        with database.engine.connect() as connection:
            return (
                connection.exec_driver_sql("PRAGMA synchronous").scalar_one() if database.is_sqlite else None
            )

    full, off = (2, 0) if database.is_sqlite else (None, None)
    with database.synced_at_the_end():
        assert synchronous() == off
        with database.write_session() as session:
            session.add(Counter(name="n", value=1))
    assert synchronous() == full
    with database.read_session() as session:
        assert session.get_one(Counter, "n").value == 1
