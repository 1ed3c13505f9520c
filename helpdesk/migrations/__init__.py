"""Schema versions (Alembic): bringing an instance's database up to date, and refusing one that is not."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine

from helpdesk.errors import InstanceUnusable


def alembic_config(engine: Engine | None = None) -> Config:
    """Alembic's configuration for this package; `engine` is what its environment connects with."""
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent))
    config.attributes["engine"] = engine
    return config


def upgrade(engine: Engine, revision: str = "head") -> None:
    """Bring the schema to `revision`."""
    command.upgrade(alembic_config(engine), revision)


def downgrade(engine: Engine, revision: str) -> None:
    """Take the schema back to `revision` (`base`: nothing left)."""
    command.downgrade(alembic_config(engine), revision)


def newest_revision() -> str:
    """The revision this code needs."""
    head = ScriptDirectory.from_config(alembic_config()).get_current_head()
    assert head is not None, "there is at least one revision"
    return head


def current_revision(engine: Engine) -> str | None:
    """The revision of the database; None when it is empty."""
    with engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def require_current(engine: Engine) -> None:
    """Raise `InstanceUnusable` unless code and database belong together."""
    found, needed = current_revision(engine), newest_revision()
    if found != needed:
        raise InstanceUnusable(
            f"データベースの版（{found or 'なし'}）がプログラムの版（{needed}）と違います。"
            "`helpdesk db upgrade` を実行してください"
        )
