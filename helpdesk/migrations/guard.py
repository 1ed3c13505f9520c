"""What a migration must not lose: rows, triggers and references, counted before it and compared after it.

Batch ALTER on SQLite rebuilds tables: with foreign keys on, the children's rows would go; triggers go always, and
nobody says so. A revision that means it says so at its top: `deletes_rows_of = {"table"}`,
`drops_triggers = {"trigger"}`.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from types import ModuleType

from sqlalchemy import Connection, column, func, inspect, select, table

from helpdesk.errors import InstanceUnusable

VERSION_TABLE = "alembic_version"


@dataclass(frozen=True, slots=True)
class Contents:
    """The rows of each table, and the table of each trigger (SQLite)."""

    rows: dict[str, int]
    triggers: dict[str, str]


def contents_of(connection: Connection) -> Contents:
    """What the database holds now, without the version table and full-text indexes."""
    names = inspect(connection).get_table_names()
    master = table("sqlite_master", column("name"), column("type"), column("tbl_name"), column("sql"))
    triggers: dict[str, str] = {}
    indexes: tuple[str, ...] = ()
    if connection.dialect.name == "sqlite":
        found = connection.execute(select(master.c.name, master.c.tbl_name).where(master.c.type == "trigger"))
        triggers = {row.name: row.tbl_name for row in found}
        virtual = select(master.c.name).where(master.c.sql.startswith("CREATE VIRTUAL TABLE"))
        indexes = tuple(connection.execute(virtual).scalars())
    counted = [
        name
        for name in names
        if name != VERSION_TABLE and not any(name == each or name.startswith(f"{each}_") for each in indexes)
    ]
    rows = {
        name: connection.execute(select(func.count()).select_from(table(name))).scalar_one()
        for name in counted
    }
    return Contents(rows, triggers)


def refuse_losses(connection: Connection, before: Contents, revisions: Iterable[ModuleType]) -> None:
    """Raise `InstanceUnusable` when something went that the revisions did not say; the caller rolls back.

    A table that is dropped takes its rows and triggers with it: that is said by dropping it.
    """
    passed = list(revisions)
    meant_rows = {name for module in passed for name in getattr(module, "deletes_rows_of", ())}
    meant_triggers = {name for module in passed for name in getattr(module, "drops_triggers", ())}
    after = contents_of(connection)
    problems = [
        f"表 {name} の行が {count} 件から {after.rows[name]} 件に減りました"
        for name, count in before.rows.items()
        if name not in meant_rows and after.rows.get(name, count) < count
    ]
    problems += [
        f"表 {owner} のトリガー {name} が消えました"
        for name, owner in before.triggers.items()
        if owner in after.rows and name not in after.triggers and name not in meant_triggers
    ]
    if connection.dialect.name == "sqlite":
        broken = connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall()
        problems += sorted(
            {f"表 {child} の行が、表 {parent} にない行を参照しています" for child, _, parent, _ in broken}
        )
    if problems:
        raise InstanceUnusable(
            f"データベースの更新を中止しました。データベースは元のままです。{'。'.join(problems)}。"
            "プログラムの誤りですので、この文を添えて管理者に知らせてください"
        )
