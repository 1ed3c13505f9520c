import threading
from concurrent.futures import ThreadPoolExecutor

from sqlalchemy import select

from helpdesk.insert_once import insert_once
from helpdesk.task_models import Lease


def insert(database, now, holder: str) -> bool:
    with database.write_session() as session:
        return insert_once(session, Lease, name="jobs", holder=holder, fencing=1, expires_at=now)


def test_the_first_row_of_a_key_is_new_and_a_second_changes_nothing(database, now) -> None:
    assert insert(database, now, "first") is True
    assert insert(database, now, "second") is False
    with database.read_session() as session:
        assert session.scalars(select(Lease.holder)).all() == ["first"]


def test_of_many_at_once_exactly_one_is_new(database, now) -> None:
    start = threading.Barrier(4)

    def run(number: int) -> bool:
        start.wait(timeout=10)
        return insert(database, now, str(number))

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(run, range(4))) == [False, False, False, True]
