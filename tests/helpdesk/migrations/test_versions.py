"""Every revision, up and down, with rows, on SQLite and PostgreSQL; a new revision is tested by being there.

An instance whose schema is not the code's is refused in words a person can act on.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, inspect

from cases.search import INDEX_TABLE
from helpdesk.database import make_engine
from helpdesk.errors import InstanceUnusable
from helpdesk.migrations import (
    alembic_config,
    current_revision,
    downgrade,
    newest_revision,
    require_current,
    revision_ids,
    upgrade,
)
from helpdesk.migrations.guard import VERSION_TABLE
from helpdesk.schema import ALL_METADATA, is_modelled
from tests.helpdesk.migrations.rows import broken_references, counts_of, fill_empty_tables
from tests.helpdesk.migrations.snapshot import snapshot_of

pytestmark = pytest.mark.xdist_group("postgresql")


@pytest.fixture
def made_from_models(empty: Engine, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    """A second database of the same kind, with all tables as the models say."""
    address = f"sqlite:///{tmp_path / 'models.sqlite3'}"
    if empty.dialect.name == "postgresql":
        address = request.getfixturevalue("postgresql").url("models")
    engine = make_engine(address)
    for metadata in ALL_METADATA:
        metadata.create_all(engine)
    yield engine
    engine.dispose()


def test_there_is_one_line_of_revisions_with_readable_numbers() -> None:
    scripts = ScriptDirectory.from_config(alembic_config())

    assert len(scripts.get_heads()) == 1
    assert len(scripts.get_bases()) == 1
    assert revision_ids() == [f"{number:04}" for number in range(1, len(revision_ids()) + 1)]


def test_the_newest_revision_is_what_the_models_say(empty: Engine) -> None:
    upgrade(empty)

    with empty.connect() as connection:
        options = {"include_name": is_modelled, "compare_type": True, "compare_server_default": True}
        context = MigrationContext.configure(connection, opts=options)
        assert compare_metadata(context, list(ALL_METADATA)) == []


def test_a_migrated_database_and_one_made_from_the_models_do_not_differ_in_anything(
    empty: Engine, made_from_models: Engine
) -> None:
    upgrade(empty)

    with empty.connect() as migrated, made_from_models.connect() as made:
        assert snapshot_of(migrated) ^ snapshot_of(made) == set()


def test_rows_survive_every_revision_up_down_and_up_again(empty: Engine) -> None:
    older, rows = "base", {}
    for revision in revision_ids():
        for step, goal in ((upgrade, revision), (downgrade, older), (upgrade, revision)):
            step(empty, goal)
            with empty.begin() as connection:
                found = counts_of(connection)
                kept = rows.keys() & found.keys()
                assert {name: found[name] for name in kept} == {name: rows[name] for name in kept}
                assert broken_references(connection) == []
                fill_empty_tables(connection)
                rows = counts_of(connection)
            assert 0 not in rows.values()
        older = revision
    assert rows.keys() >= {table.name for metadata in ALL_METADATA for table in metadata.sorted_tables}


def test_the_full_text_index_is_made_and_can_be_asked(empty: Engine) -> None:
    upgrade(empty)
    with empty.begin() as connection:
        fill_empty_tables(connection)
        if empty.dialect.name == "sqlite":
            question = f"SELECT count(*) FROM {INDEX_TABLE} WHERE {INDEX_TABLE} MATCH 'g'"
        else:
            question = f"SELECT count(*) FROM {INDEX_TABLE} WHERE grams @> ARRAY['例']"
        assert connection.exec_driver_sql(question).scalar_one() == 1


def test_going_back_to_the_base_leaves_nothing_but_an_empty_version_table(empty: Engine) -> None:
    upgrade(empty)
    with empty.begin() as connection:
        fill_empty_tables(connection)

    downgrade(empty, "base")

    assert inspect(empty).get_table_names() == [VERSION_TABLE]
    with empty.connect() as connection:
        assert connection.exec_driver_sql(f"SELECT count(*) FROM {VERSION_TABLE}").scalar_one() == 0
        assert {row for row in snapshot_of(connection) if VERSION_TABLE not in str(row)} == set()


def stamp(engine: Engine, revision: str) -> None:
    with engine.begin() as connection:
        MigrationContext.configure(connection)._ensure_version_table()
        connection.exec_driver_sql("DELETE FROM alembic_version")
        connection.exec_driver_sql(f"INSERT INTO alembic_version VALUES ('{revision}')")


def test_an_upgraded_database_is_current_and_upgrading_again_changes_nothing(empty: Engine) -> None:
    upgrade(empty)
    upgrade(empty)

    require_current(empty)
    assert current_revision(empty) == newest_revision()


def test_an_empty_database_is_refused_and_the_command_to_run_is_named(empty: Engine) -> None:
    expected = (
        f"データベースの版（なし）がプログラムの版（{newest_revision()}）と違います。`helpdesk db upgrade` を"
    )
    with pytest.raises(InstanceUnusable, match=expected):
        require_current(empty)


def test_a_database_of_a_newer_program_is_refused_and_never_touched(empty: Engine) -> None:
    stamp(empty, "9999")

    for refusing in (require_current, upgrade):
        with pytest.raises(InstanceUnusable, match="データベースの版（9999）をこのプログラム"):
            refusing(empty)
    assert current_revision(empty) == "9999"


def test_revisions_and_their_template_lie_inside_the_package() -> None:
    folder = Path(upgrade.__code__.co_filename).parent
    assert (folder / "script.py.mako").is_file()
    assert (folder / "versions" / "0001_foundation.py").is_file()
