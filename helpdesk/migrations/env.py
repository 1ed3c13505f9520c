"""Alembic's environment: all metadata at once; on SQLite foreign keys rest during a migration and are checked after.

Batch ALTER on SQLite rebuilds tables: with foreign keys on it would drop the children's rows, and triggers vanish
unnoticed. Both are checked here before the migration counts as done.
"""

from alembic import context
from sqlalchemy import Connection

from helpdesk.schema import ALL_METADATA


def _triggers(connection: Connection) -> set[str]:
    return set(connection.exec_driver_sql("SELECT name FROM sqlite_master WHERE type = 'trigger'").scalars())


def _migrate_sqlite(connection: Connection) -> None:
    connection.exec_driver_sql("COMMIT")
    connection.exec_driver_sql("PRAGMA foreign_keys=OFF")
    connection.exec_driver_sql("BEGIN IMMEDIATE")
    before = _triggers(connection)
    context.run_migrations()
    lost = before - _triggers(connection) - context.config.attributes.get("dropped_triggers", set())
    broken = connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall()
    if broken or lost:
        connection.exec_driver_sql("ROLLBACK")
        connection.exec_driver_sql("BEGIN")
        raise RuntimeError(f"migration refused: broken references {broken[:5]}, lost triggers {sorted(lost)}")
    connection.exec_driver_sql("COMMIT")
    connection.exec_driver_sql("PRAGMA foreign_keys=ON")
    connection.exec_driver_sql("BEGIN")


engine = context.config.attributes["engine"]
with engine.connect() as connection:
    sqlite = connection.dialect.name == "sqlite"
    if sqlite:
        connection.exec_driver_sql("SELECT 1")  # opens the transaction that `_migrate_sqlite` replaces
    context.configure(
        connection=connection,
        target_metadata=ALL_METADATA,
        render_as_batch=True,
        transactional_ddl=not sqlite,
        compare_type=True,
    )
    if sqlite:
        _migrate_sqlite(connection)
    else:
        with context.begin_transaction():
            context.run_migrations()
        connection.commit()
