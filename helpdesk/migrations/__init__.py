"""Schema versions (Alembic): bringing an instance's database up to date, and refusing one that is not."""

import sqlite3
from contextlib import closing
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine

from helpdesk.errors import InstanceUnusable

_SWITCHES_TRIED = 20


def alembic_config(engine: Engine | None = None, *, revisions: Path | None = None) -> Config:
    """Alembic's configuration for this package; `engine` is what its environment connects with.

    `revisions`: a folder of revisions instead of our own.
    """
    here = Path(__file__).parent
    config = Config()
    config.set_main_option("script_location", _escaped(here))
    config.set_main_option("version_locations", _escaped(revisions or here / "versions"))
    config.set_main_option("path_separator", "newline")
    config.attributes["engine"] = engine
    return config


def upgrade(engine: Engine, revision: str = "head") -> None:
    """Bring the schema to `revision`. Raises `InstanceUnusable` for a schema newer than this code, or on a loss."""
    _require_known(current_revision(engine))
    command.upgrade(alembic_config(engine), revision)


def downgrade(engine: Engine, revision: str) -> None:
    """Take the schema back to `revision` (`base`: no table is left but the empty version table)."""
    command.downgrade(alembic_config(engine), revision)


def newest_revision() -> str:
    """The revision this code needs."""
    return revision_ids()[-1]


def revision_ids() -> list[str]:
    """All revisions of this code, oldest first."""
    scripts = ScriptDirectory.from_config(alembic_config())
    return [script.revision for script in scripts.walk_revisions()][::-1]


def current_revision(engine: Engine) -> str | None:
    """The revision of the database; None when it is empty."""
    if engine.dialect.name == "sqlite":
        _settle_journal(engine)
    with engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def require_current(engine: Engine) -> None:
    """Raise `InstanceUnusable` unless code and database belong together."""
    found, needed = current_revision(engine), newest_revision()
    _require_known(found)
    if found != needed:
        raise InstanceUnusable(
            f"データベースの版（{found or 'なし'}）がプログラムの版（{needed}）と違います。"
            "`helpdesk db upgrade` を実行してください"
        )


def _require_known(found: str | None) -> None:
    if found is not None and found not in revision_ids():
        raise InstanceUnusable(
            f"データベースの版（{found}）をこのプログラム（版 {newest_revision()}）は知りません。"
            "データベースを更新したときのプログラム、またはそれより新しいプログラムで起動してください"
        )


def _settle_journal(engine: Engine) -> None:
    """Give a new SQLite file its write-ahead log, also when other processes are doing so in the same moment.

    SQLite refuses that switch at once where it would wait for any other lock; so wait for the lock, then ask again.
    """
    arguments, options = engine.dialect.create_connect_args(engine.url)
    with closing(engine.dialect.connect(*arguments, **options, timeout=30, isolation_level=None)) as driver:
        for remaining in reversed(range(_SWITCHES_TRIED)):
            try:
                driver.execute("PRAGMA journal_mode=WAL")
                return
            except sqlite3.OperationalError:
                if not remaining:
                    raise
            driver.execute("BEGIN IMMEDIATE")
            driver.execute("COMMIT")


def _escaped(path: Path) -> str:
    return str(path).replace("%", "%%")  # the configuration reads % as its own sign
