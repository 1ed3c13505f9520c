"""Everything a database says about its schema, in a form that does not depend on the order of creation."""

import re

from sqlalchemy import Connection

from helpdesk.migrations.guard import VERSION_TABLE

_POSTGRESQL = {
    "columns": """
        SELECT table_name, column_name, data_type, character_maximum_length, is_nullable, column_default
        FROM information_schema.columns WHERE table_schema = 'public'""",
    "constraints": """
        SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid)
        FROM pg_constraint WHERE connamespace = 'public'::regnamespace""",
    "indexes": "SELECT tablename, indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'",
    "triggers": """
        SELECT tgrelid::regclass::text, tgname, pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal""",
    "sequences": "SELECT sequencename, data_type::text, increment_by FROM pg_sequences",
}


def snapshot_of(connection: Connection) -> set[tuple[object, ...]]:
    """Tables, columns, constraints, indexes, triggers and virtual tables, one tuple each."""
    if connection.dialect.name == "sqlite":
        rows = connection.exec_driver_sql(
            "SELECT type, name, sql FROM sqlite_master WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite!_%' ESCAPE '!'"
        )
        return {(kind, name, *_parts(sql)) for kind, name, sql in rows if name != VERSION_TABLE}
    return {
        (what, *row)
        for what, question in _POSTGRESQL.items()
        for row in connection.exec_driver_sql(question)
        if row[0] != VERSION_TABLE
    }


def _parts(sql: str) -> tuple[str, ...]:
    """A statement as its head and its parts in alphabetical order: ALTER adds columns and constraints at the end."""
    plain = re.sub(r"\s+", " ", sql.replace('"', "")).strip()
    if not plain.startswith("CREATE TABLE"):
        return (plain,)
    head, _, rest = plain.partition("(")
    body, _, options = rest.rpartition(")")
    parts, depth = [""], 0
    for character in body:
        depth += (character == "(") - (character == ")")
        if character == "," and depth == 0:
            parts.append("")
        else:
            parts[-1] += character
    return head.strip(), *sorted(part.strip() for part in parts), options.strip()
