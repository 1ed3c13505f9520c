"""An instance of its own for a command, reached through the environment as a person's would be."""

import os
from pathlib import Path

import pytest

from helpdesk.desk import open_desk
from helpdesk.migrations import upgrade
from helpdesk.settings import load_settings


@pytest.fixture
def instance(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the instance will be; nothing is there yet, and no setting from outside reaches it."""
    for name in [name for name in os.environ if name.startswith("HELPDESK_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("HELPDESK_INSTANCE", str(tmp_path / "instance"))
    return tmp_path / "instance"


@pytest.fixture
def migrated(instance: Path) -> Path:
    """An instance with a current schema and no rows."""
    desk = open_desk(load_settings())
    upgrade(desk.database.engine)
    desk.database.engine.dispose()
    return instance
