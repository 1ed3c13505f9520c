"""One row in every table of whatever schema a database has: read from the database, not from the models."""

import re
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import ARRAY, JSON, Column, Connection, MetaData, Table, inspect, select
from sqlalchemy.types import Boolean, Date, DateTime, Integer, LargeBinary, Numeric, String

from cases.search import INDEX_TABLE
from helpdesk.migrations.guard import contents_of

_EITHER_OR = {  # of two columns that exclude each other, what the second one is
    ("helpdesk_journal_line", "credit_yen"): 0,
    ("helpdesk_payment", "receipt_id"): None,
}


def counts_of(connection: Connection) -> dict[str, int]:
    """How many rows each table has."""
    return contents_of(connection).rows


def fill_empty_tables(connection: Connection) -> None:
    """Add one row to every table that has none; foreign keys point to the row of the other table."""
    empty = {name for name, count in counts_of(connection).items() if not count}
    if not empty:
        return
    metadata = MetaData()
    metadata.reflect(connection, only=sorted(empty))  # and what they refer to
    checks = inspect(connection).get_multi_check_constraints()
    for table in metadata.sorted_tables:
        if table.name in empty:
            conditions = " ".join(check["sqltext"] for check in checks[None, table.name])
            connection.execute(table.insert().values(_row(connection, table, conditions)))
    if connection.dialect.name == "sqlite" and "cases_message" in empty:
        connection.exec_driver_sql(f"INSERT INTO {INDEX_TABLE} (rowid, grams) VALUES (1, 'g')")


def broken_references(connection: Connection) -> list[Any]:
    """Rows that point to nothing (PostgreSQL cannot have them)."""
    if connection.dialect.name != "sqlite":
        return []
    return list(connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall())


def _row(connection: Connection, table: Table, checks: str) -> dict[str, Any]:
    row = {
        column.name: _value(column, checks)
        for column in table.columns
        if not column.foreign_keys and column.computed is None
    }
    for column in table.columns:
        for key in column.foreign_keys:
            pointed_at = key.column
            found = None
            if pointed_at.table is not table:
                found = connection.execute(select(pointed_at).limit(1)).scalar_one()
            row[column.name] = row[pointed_at.name] if found is None else found
    return row | {name: value for (of, name), value in _EITHER_OR.items() if of == table.name}


def _value(column: Column[Any], checks: str) -> Any:
    """A value that the type and the check constraints of its table allow."""
    kind = column.type
    if isinstance(kind, String):
        allowed = re.search(rf"\b{column.name}\b[^']*?'([^']*)'", checks)
        return allowed[1] if allowed else column.name[: kind.length]
    examples: list[tuple[type, Any]] = [
        (Boolean, True),
        (Integer, 1),
        (Numeric, 1),
        (DateTime, datetime(2026, 6, 30, 1, 0, tzinfo=UTC)),
        (Date, date(2026, 6, 30)),
        (JSON, ["例"]),
        (ARRAY, ["例"]),
        (LargeBinary, b"\0\1"),
    ]
    return next(example for each, example in examples if isinstance(kind, each))
