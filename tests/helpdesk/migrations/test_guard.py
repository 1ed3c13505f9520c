"""A revision that loses rows, triggers or references by accident is refused, and the database stays as it was."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from alembic import command
from sqlalchemy import Engine, inspect

from helpdesk.database import make_engine
from helpdesk.errors import InstanceUnusable
from helpdesk.migrations import alembic_config, current_revision

pytestmark = pytest.mark.xdist_group("postgresql")

PARENT_AND_CHILD = """
    op.create_table("parent", sa.Column("id", sa.Integer, primary_key=True), sa.Column("name", sa.String(9)))
    op.create_table(
        "child",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("name", sa.String(9)),
        sa.Column("parent_id", sa.Integer, sa.ForeignKey("parent.id", ondelete="CASCADE")),
    )
    op.execute("INSERT INTO parent VALUES (1, 'a'), (2, 'b')")
    op.execute("INSERT INTO child VALUES (1, 'c', 1), (2, 'd', 1), (3, 'e', 2)")
"""
TRIGGER = """
    op.execute(
        "CREATE TRIGGER child_stays BEFORE DELETE ON child BEGIN SELECT RAISE(ABORT, 'permanent'); END"
    )
"""
REBUILD = """
    with op.batch_alter_table("{table}") as batch:
        batch.alter_column("name", type_=sa.String(20), nullable=False)
"""

Apply = Callable[..., None]


def _applier(engine: Engine, folder: Path) -> Apply:
    """Apply one more revision with this body to the engine's database."""

    def apply(body: str, *, said: str = "") -> None:
        number = len(list(folder.glob("*.py"))) + 1
        below = f'"{number - 1:04}"' if number > 1 else "None"
        (folder / f"{number:04}_example.py").write_text(
            f'import sqlalchemy as sa\nfrom alembic import op\n\nrevision = "{number:04}"\n'
            f"down_revision = {below}\n{said}\n\ndef upgrade():\n{body}\n    op.get_bind()\n",
            encoding="utf-8",
        )
        command.upgrade(alembic_config(engine, revisions=folder), "head")

    return apply


@pytest.fixture
def apply(empty: Engine, tmp_path: Path) -> Apply:
    folder = tmp_path / "revisions % new"
    folder.mkdir()
    return _applier(empty, folder)


@pytest.fixture
def sqlite(tmp_path: Path) -> Iterator[Engine]:
    engine = make_engine(f"sqlite:///{tmp_path / 'guarded.sqlite3'}")
    yield engine
    engine.dispose()


@pytest.fixture
def apply_on_sqlite(sqlite: Engine, tmp_path: Path) -> Apply:
    folder = tmp_path / "sqlite"
    folder.mkdir()
    return _applier(sqlite, folder)


def rows(engine: Engine, table: str) -> int:
    with engine.connect() as connection:
        return connection.exec_driver_sql(f"SELECT count(*) FROM {table}").scalar_one()


def triggers(engine: Engine) -> list[str]:
    with engine.connect() as connection:
        found = connection.exec_driver_sql("SELECT name FROM sqlite_master WHERE type = 'trigger'")
        return list(found.scalars())


def test_rebuilding_a_parent_table_keeps_the_rows_of_its_children(apply: Apply, empty: Engine) -> None:
    apply(PARENT_AND_CHILD)

    apply(REBUILD.format(table="parent"))

    assert (rows(empty, "parent"), rows(empty, "child")) == (2, 3)
    assert not next(each for each in inspect(empty).get_columns("parent") if each["name"] == "name")[
        "nullable"
    ]
    assert inspect(empty).get_foreign_keys("child")[0]["referred_table"] == "parent"


def test_rows_that_go_without_being_said_are_refused_and_stay(apply: Apply, empty: Engine) -> None:
    apply(PARENT_AND_CHILD)

    with pytest.raises(InstanceUnusable, match="表 child の行が 3 件から 1 件に減りました"):
        apply("""
    op.add_column("child", sa.Column("note", sa.String(20)))
    op.execute("DELETE FROM child WHERE parent_id = 1")
""")

    assert rows(empty, "child") == 3
    assert "note" not in {column["name"] for column in inspect(empty).get_columns("child")}
    assert current_revision(empty) == "0001"


def test_rows_that_a_revision_says_it_deletes_may_go(apply: Apply, empty: Engine) -> None:
    apply(PARENT_AND_CHILD)

    apply('    op.execute("DELETE FROM child WHERE id = 3")', said='deletes_rows_of = {"child"}')

    assert rows(empty, "child") == 2


def test_a_dropped_table_takes_its_rows_along(apply: Apply, empty: Engine) -> None:
    apply(PARENT_AND_CHILD)

    apply('    op.drop_table("child")')

    assert inspect(empty).get_table_names() == ["alembic_version", "parent"]


def test_on_sqlite_a_reference_to_a_deleted_row_is_refused(apply_on_sqlite: Apply, sqlite: Engine) -> None:
    apply_on_sqlite(PARENT_AND_CHILD)

    with pytest.raises(InstanceUnusable, match="表 child の行が、表 parent にない行を参照しています"):
        apply_on_sqlite(
            '    op.execute("DELETE FROM parent WHERE id = 1")', said='deletes_rows_of = {"parent"}'
        )

    assert (rows(sqlite, "parent"), rows(sqlite, "child")) == (2, 3)


def test_on_sqlite_a_trigger_lost_by_rebuilding_its_table_is_refused(
    apply_on_sqlite: Apply, sqlite: Engine
) -> None:
    apply_on_sqlite(PARENT_AND_CHILD + TRIGGER)

    with pytest.raises(InstanceUnusable, match="表 child のトリガー child_stays が消えました"):
        apply_on_sqlite(REBUILD.format(table="child"))

    assert triggers(sqlite) == ["child_stays"]
    assert current_revision(sqlite) == "0001"


def test_on_sqlite_a_trigger_that_is_made_again_or_given_up_openly_is_no_loss(
    apply_on_sqlite: Apply, sqlite: Engine
) -> None:
    apply_on_sqlite(PARENT_AND_CHILD + TRIGGER)

    apply_on_sqlite(REBUILD.format(table="child") + TRIGGER)
    assert triggers(sqlite) == ["child_stays"]

    apply_on_sqlite('    op.execute("DROP TRIGGER child_stays")', said='drops_triggers = {"child_stays"}')
    assert triggers(sqlite) == []


def test_after_a_refusal_foreign_keys_are_watched_again(apply_on_sqlite: Apply, sqlite: Engine) -> None:
    apply_on_sqlite(PARENT_AND_CHILD)
    with pytest.raises(InstanceUnusable):
        apply_on_sqlite('    op.execute("DELETE FROM child")')

    with sqlite.connect() as connection:
        assert connection.exec_driver_sql("PRAGMA foreign_keys").scalar_one() == 1
