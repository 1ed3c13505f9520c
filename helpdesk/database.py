"""Engines, sessions and the time type of both databases (design.md, Schema).

Models of every package write plain `DateTime(timezone=True)`. What that means is decided here, once, for SQLite
and PostgreSQL alike: only aware times go in, aware UTC times come out.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import DateTime, Engine, MetaData, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.orm import DeclarativeBase, Session

NAMING_CONVENTION = {
    "ix": "ix_%(column_0_N_label)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class Base(DeclarativeBase):
    """Tables that belong to the application itself: users, register, mail, tasks and links between packages."""

    metadata = MetaData(naming_convention=NAMING_CONVENTION)


class _UtcText(DateTime):
    """SQLite keeps times as UTC text of fixed width, so that text order is time order."""

    def bind_processor(self, dialect: Any) -> Any:
        def process(value: datetime | None) -> str | None:
            return None if value is None else _to_utc(value).strftime("%Y-%m-%d %H:%M:%S.%f")

        return process

    def literal_processor(self, dialect: Any) -> Any:
        bind = self.bind_processor(dialect)
        return lambda value: f"'{bind(value)}'"

    def result_processor(self, dialect: Any, coltype: object) -> Any:
        def process(value: str | None) -> datetime | None:
            return None if value is None else datetime.fromisoformat(value).replace(tzinfo=UTC)

        return process


class _UtcTimestamp(DateTime):
    """PostgreSQL stores timestamptz; the session's zone must not leak into what the application reads."""

    def __init__(self, timezone: bool = True) -> None:
        super().__init__(timezone=True)

    def bind_processor(self, dialect: Any) -> Any:
        return lambda value: None if value is None else _to_utc(value)

    def result_processor(self, dialect: Any, coltype: object) -> Any:
        return lambda value: None if value is None else value.astimezone(UTC)


def _to_utc(value: datetime) -> datetime:
    if value.tzinfo is None:
        raise ValueError(f"時刻 {value} にタイムゾーンがありません。UTC か日本時間を明示してください")
    return value.astimezone(UTC)


def make_engine(url: str) -> Engine:
    """An engine for `sqlite:///…` or `postgresql+psycopg://…` with the house's guarantees.

    SQLite: WAL, foreign keys, full sync, busy timeout; transactions begin explicitly (see `write_session`).
    """
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite":
        engine = create_engine(parsed, connect_args={"timeout": 30})
        engine.dialect.colspecs = {**engine.dialect.colspecs, DateTime: _UtcText}
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
        return engine
    engine = create_engine(parsed, pool_pre_ping=True, pool_size=10, max_overflow=20)
    engine.dialect.colspecs = {**engine.dialect.colspecs, DateTime: _UtcTimestamp}
    return engine


def _prepare_sqlite(connection: Any, record: Any) -> None:
    connection.isolation_level = None  # the driver's own implicit BEGIN would hide races (libraries.md §5)
    cursor = connection.cursor()
    for pragma in ("busy_timeout=30000", "synchronous=FULL", "foreign_keys=ON"):
        cursor.execute(f"PRAGMA {pragma}")
    if cursor.execute("PRAGMA journal_mode").fetchone()[0] != "wal":
        cursor.execute("PRAGMA journal_mode=WAL")  # waits for nobody: `migrations.upgrade` has done it
    cursor.close()


def _do_not_wait(connection: Any, record: Any) -> None:
    connection.execute("PRAGMA synchronous=OFF")


def _begin_sqlite(connection: Any) -> None:
    writes = connection.get_execution_options().get("writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


class Database:
    """The one database of an instance and the two kinds of session it hands out."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self._writing = engine.execution_options(writes=True)

    @property
    def is_sqlite(self) -> bool:
        return self.engine.dialect.name == "sqlite"

    def open_session(self, *, writes: bool) -> Session:
        """A session; one that writes takes SQLite's write lock at its first statement, so it never fails later."""
        return Session(self._writing if writes else self.engine, expire_on_commit=False)

    @contextmanager
    def synced_at_the_end(self) -> Iterator[None]:
        """Wait for the disk once, when the block ends, not at every commit: for filling what is thrown away if it fails.

        SQLite only; whoever else has the database open keeps waiting.
        """
        if not self.is_sqlite:
            yield
            return
        event.listen(self.engine, "connect", _do_not_wait)
        self.engine.dispose()
        try:
            yield
        finally:
            event.remove(self.engine, "connect", _do_not_wait)
            self.engine.dispose()
            with self.engine.connect() as connection:
                connection.exec_driver_sql(
                    "COMMIT"
                )  # the transaction that began by itself: no checkpoint inside one
                connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
                connection.exec_driver_sql("BEGIN")

    @contextmanager
    def read_session(self) -> Iterator[Session]:
        """A session for looking only."""
        with self.open_session(writes=False) as session:
            yield session

    @contextmanager
    def write_session(self) -> Iterator[Session]:
        """A session that commits when the block ends well and rolls back when it does not."""
        with self.open_session(writes=True) as session, session.begin():
            yield session
