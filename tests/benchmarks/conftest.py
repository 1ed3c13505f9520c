"""A desk with the fixed cast for the measurements."""

from pathlib import Path

import pytest

from helpdesk.database import Database
from tests.world import World, WorldClock, build_world, open_world_desk


@pytest.fixture
def world(database: Database, tmp_path: Path, now) -> World:
    return build_world(open_world_desk(database, tmp_path / "instance", WorldClock(now)))
