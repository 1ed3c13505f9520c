"""Shared set-up: a database per test (SQLite, or PostgreSQL with HELPDESK_TEST_DATABASE=postgresql), real parts.

A real part that is not installed skips its tests and says so; with HELPDESK_REQUIRE_REAL_PARTS=1 it fails them.
"""

import os
import shutil
import socket
import subprocess
import tempfile
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import Engine, text

from helpdesk.database import Database, make_engine
from helpdesk.schema import ALL_METADATA

ON_POSTGRESQL = os.environ.get("HELPDESK_TEST_DATABASE", "sqlite") == "postgresql"


def missing_part(reason: str) -> None:
    """Skip, or fail where real parts are required."""
    if os.environ.get("HELPDESK_REQUIRE_REAL_PARTS") == "1":
        pytest.fail(f"real part missing: {reason}")
    pytest.skip(reason)


@pytest.fixture
def now() -> datetime:
    """Tuesday 2026-06-30, 10:00 in Japan: an ordinary working morning."""
    return datetime(2026, 6, 30, 1, 0, tzinfo=UTC)


class PostgresqlServer:
    """A PostgreSQL cluster of our own, started as an unprivileged user, reached by a Unix socket only."""

    def __init__(self) -> None:
        found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
        self.bin = found[-1].parent if found else Path(shutil.which("initdb") or "/nonexistent").parent
        if not (self.bin / "initdb").exists():
            missing_part("PostgreSQL is not installed")
        self.folder = Path(tempfile.mkdtemp(prefix="pg"))
        self.person = (
            {"user": "postgres", "group": "postgres", "extra_groups": []} if os.getuid() == 0 else {}
        )
        if self.person:
            shutil.chown(self.folder, "postgres", "postgres")
        arguments = ["--no-sync", "-A", "trust", "-U", "postgres", "--locale=C.UTF-8", "-E", "UTF8"]
        self._run("initdb", "-D", str(self.folder / "data"), *arguments)
        options = f"-k {self.folder} -c listen_addresses='' -c fsync=off -c random_page_cost=1.1"
        options += " -c synchronous_commit=off -c full_page_writes=off"
        options += " -c autovacuum=off"  # deleted places are not used again: rows lie in the order they came
        self._run(
            "pg_ctl",
            "-D",
            str(self.folder / "data"),
            "-w",
            "-l",
            str(self.folder / "log"),
            "-o",
            options,
            "start",
        )

    def url(self, name: str) -> str:
        """A database of this name, created new."""
        statement = f'drop database if exists "{name}"', f'create database "{name}"'
        for sql in statement:
            self._run("psql", "-h", str(self.folder), "-U", "postgres", "-qc", sql, "postgres")
        return f"postgresql+psycopg://postgres@/{name}?host={self.folder}"

    def stop(self) -> None:
        """Stop at once and leave nothing behind."""
        self._run("pg_ctl", "-D", str(self.folder / "data"), "-m", "immediate", "stop")
        shutil.rmtree(self.folder, ignore_errors=True)

    def _run(self, program: str, *arguments: str) -> None:
        subprocess.run(
            [str(self.bin / program), *arguments],
            check=True,
            cwd=self.folder,
            stdout=subprocess.DEVNULL,
            stdin=subprocess.DEVNULL,
            **self.person,
        )


@pytest.fixture(scope="session")
def postgresql() -> Iterator[PostgresqlServer]:
    """A running PostgreSQL for the tests of one worker."""
    server = PostgresqlServer()
    yield server
    server.stop()


# Deleting the rows of the tables that have some is ten times faster than truncating all tables.
EMPTIED = """
CREATE FUNCTION test_emptied() RETURNS void LANGUAGE plpgsql AS $$
DECLARE name text; has_rows boolean;
BEGIN
  SET LOCAL session_replication_role = replica;
  FOR name IN SELECT tablename FROM pg_tables WHERE schemaname = 'public' LOOP
    EXECUTE format('SELECT EXISTS (SELECT FROM %I)', name) INTO has_rows;
    CONTINUE WHEN NOT has_rows;
    IF pg_relation_size(quote_ident(name)::regclass) > 1000000 THEN
      EXECUTE format('TRUNCATE %I CASCADE', name);
    ELSE
      EXECUTE format('DELETE FROM %I', name);
    END IF;
  END LOOP;
  PERFORM setval(format('%I', sequencename)::regclass, start_value, false)
    FROM pg_sequences WHERE schemaname = 'public' AND last_value IS NOT NULL;
END $$
"""


def create_all(engine: Engine) -> None:
    """Every table, by metadata (migrations have their own tests)."""
    for metadata in ALL_METADATA:
        metadata.create_all(engine)


@pytest.fixture(scope="session")
def _empty_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("template") / "empty.sqlite3"
    engine = make_engine(f"sqlite:///{path}")
    create_all(engine)
    with engine.connect() as connection:
        connection.exec_driver_sql("COMMIT")
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        connection.exec_driver_sql("BEGIN")
    engine.dispose()
    return path


@pytest.fixture(scope="session")
def _postgresql_engine(request: pytest.FixtureRequest) -> Iterator[Engine | None]:
    if not ON_POSTGRESQL:
        yield None
        return
    server: PostgresqlServer = request.getfixturevalue("postgresql")
    engine = make_engine(server.url("suite"))
    create_all(engine)
    with engine.begin() as connection:
        connection.execute(text(EMPTIED))
    yield engine
    engine.dispose()


@pytest.fixture
def database(_empty_sqlite: Path, _postgresql_engine: Engine | None, tmp_path: Path) -> Iterator[Database]:
    """A database with all tables and no rows."""
    if _postgresql_engine is not None:
        with _postgresql_engine.begin() as connection:
            connection.execute(text("SELECT test_emptied()"))
        yield Database(_postgresql_engine)
        return
    path = tmp_path / "helpdesk.sqlite3"
    shutil.copy(_empty_sqlite, path)
    engine = make_engine(f"sqlite:///{path}")
    yield Database(engine)
    engine.dispose()


@pytest.fixture
def free_port() -> int:
    """A TCP port on loopback that nobody listens on."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


_PARAMETERS_AGAIN = 2
_EVERY_PARAMETER = os.environ.get("HELPDESK_EVERY_PARAMETER") == "1"


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """What one worker does alone begins first; on PostgreSQL only what uses the database is run again.

    Of one test with many parameters the first two are: the statements are the same, the rest was proved on SQLite.
    Where they are not all of them are; with HELPDESK_EVERY_PARAMETER=1 (the long run: places to be killed at) too.
    """
    items.sort(key=lambda item: item.get_closest_marker("xdist_group") is None)
    if not ON_POSTGRESQL:
        return
    run: Counter[str] = Counter()
    again, not_again = [], []
    for item in items:
        test = item.nodeid.partition("[")[0]
        every_one = item.get_closest_marker("both_databases") is not None or _EVERY_PARAMETER
        wanted = _proves_something_about_the_database(item) and (every_one or run[test] < _PARAMETERS_AGAIN)
        run[test] += 1
        (again if wanted else not_again).append(item)
    config.hook.pytest_deselected(items=not_again)
    items[:] = again


_EVERY_PAGE = ("test_failures", "test_portal")  # every address is asked there, whatever else pages say


def _proves_something_about_the_database(item: pytest.Item) -> bool:
    if item.get_closest_marker("any_database"):
        return False
    if item.path.parent.name == "views" and item.path.stem not in _EVERY_PAGE and not _EVERY_PARAMETER:
        return False
    return (
        "database" in getattr(item, "fixturenames", ())
        or item.get_closest_marker("both_databases") is not None
    )
