"""Alembic's environment: all metadata at once, one transaction, one process at a time, nothing lost.

On SQLite foreign keys rest during a migration (they cannot be switched inside a transaction) and are checked
before it counts as done; the write lock is taken at its beginning. PostgreSQL takes an advisory lock instead.
"""

from types import ModuleType
from typing import Any

from alembic import context
from sqlalchemy import Connection

from helpdesk.migrations.guard import contents_of, refuse_losses
from helpdesk.schema import ALL_METADATA, is_modelled

MIGRATION_LOCK = 4_823_107_551  # any number that nothing else locks


def _migrate(connection: Connection) -> None:
    """Run the revisions asked for inside the transaction that is open; raise when they lose something."""
    passed: list[ModuleType] = []

    def note_revision(*, step: Any, **_: Any) -> None:
        if step.up_revision is not None:
            passed.append(step.up_revision.module)

    context.configure(
        connection=connection,
        target_metadata=ALL_METADATA,
        render_as_batch=True,
        include_name=is_modelled,
        on_version_apply=note_revision,
    )
    before = contents_of(connection)
    context.run_migrations()
    refuse_losses(connection, before, passed)


def _migrate_sqlite(connection: Connection) -> None:
    driver = connection.connection.cursor()  # below SQLAlchemy, which would begin a transaction
    driver.execute("PRAGMA foreign_keys=OFF")
    try:
        with connection.begin():
            _migrate(connection)
    finally:
        driver.execute("PRAGMA foreign_keys=ON")
        driver.close()


def _migrate_postgresql(connection: Connection) -> None:
    with connection.begin():
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({MIGRATION_LOCK})")
        _migrate(connection)


with context.config.attributes["engine"].connect() as open_connection:
    if open_connection.dialect.name == "sqlite":
        _migrate_sqlite(open_connection.execution_options(writes=True))
    else:
        _migrate_postgresql(open_connection)
