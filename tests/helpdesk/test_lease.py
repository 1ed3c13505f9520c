from datetime import UTC, datetime

import pytest
from sqlalchemy import select, update

from helpdesk import lease
from helpdesk.lease import Held, LeaseLost
from helpdesk.task_models import Lease


def acquire(database, holder: str, *, ttl_seconds: float = 60) -> Held | None:
    with database.write_session() as session:
        return lease.acquire(session, "jobs", holder=holder, ttl_seconds=ttl_seconds)


def renew(database, held: Held) -> bool:
    with database.write_session() as session:
        return lease.renew(session, held, ttl_seconds=60)


def let_it_run_out(database) -> None:
    with database.write_session() as session:
        session.execute(update(Lease).values(expires_at=datetime(2001, 1, 1, tzinfo=UTC)))


def test_only_one_holder_leads(database) -> None:
    one = acquire(database, "one")
    assert one == Held("jobs", "one", 1)
    assert acquire(database, "two") is None
    assert renew(database, one)


def test_a_lease_given_back_is_free_at_once(database) -> None:
    one = acquire(database, "one")
    with database.write_session() as session:
        lease.release(session, one)
    assert acquire(database, "two") == Held("jobs", "two", 2)


def test_a_lease_runs_out_by_the_clock_of_the_database(database) -> None:
    acquire(database, "one", ttl_seconds=-1)
    assert acquire(database, "two") == Held("jobs", "two", 2)
    assert acquire(database, "three") is None
    with database.read_session() as session:
        left = session.scalars(select(Lease.expires_at)).one() - datetime.now(UTC)
    assert 50 < left.total_seconds() <= 60


def test_a_stopped_leader_that_wakes_late_does_no_harm(database) -> None:
    sleeper = acquire(database, "sleeper")
    let_it_run_out(database)
    successor = acquire(database, "successor")
    assert successor.fencing > sleeper.fencing
    assert not renew(database, sleeper)
    with database.write_session() as session:
        lease.release(session, sleeper)
    assert renew(database, successor)
    with pytest.raises(LeaseLost, match="別のプロセス"), database.write_session() as session:
        lease.check_fencing(session, "jobs", sleeper.fencing)
    with database.write_session() as session:
        lease.check_fencing(session, "jobs", successor.fencing)


def test_a_late_leader_that_nobody_replaced_goes_on(database) -> None:
    held = acquire(database, "one")
    let_it_run_out(database)
    assert renew(database, held)
    assert acquire(database, "two") is None


def test_nobody_takes_over_while_a_checked_transaction_is_open(database) -> None:
    if database.is_sqlite:
        pytest.skip("SQLite lets one writer in at a time")
    held = acquire(database, "one", ttl_seconds=-1)
    with database.write_session() as session, database.engine.connect() as other:
        lease.check_fencing(session, "jobs", held.fencing)
        other.exec_driver_sql("SET lock_timeout = '100ms'")
        with pytest.raises(Exception, match="lock timeout"):
            other.exec_driver_sql("UPDATE helpdesk_lease SET fencing = 2")


def test_every_start_has_a_name_of_its_own() -> None:
    assert lease.new_holder() != lease.new_holder()
    assert len(lease.new_holder()) <= 100
