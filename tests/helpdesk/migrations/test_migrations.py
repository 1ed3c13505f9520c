"""An instance whose schema is not the code's is told so in words a person can act on."""

from pathlib import Path

import pytest
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Engine

from helpdesk.errors import InstanceUnusable
from helpdesk.migrations import current_revision, newest_revision, require_current, upgrade

pytestmark = pytest.mark.xdist_group("postgresql")


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
