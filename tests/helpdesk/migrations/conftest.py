"""Both databases, always: an engine on an empty SQLite file and one on an empty PostgreSQL database."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine

from helpdesk.database import make_engine


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of an empty database."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'helpdesk.sqlite3'}"
    return request.getfixturevalue("postgresql").url("migrations")


@pytest.fixture
def empty(url: str) -> Iterator[Engine]:
    """An engine on a database without any table."""
    engine = make_engine(url)
    yield engine
    engine.dispose()
