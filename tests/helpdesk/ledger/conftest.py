"""Two businesses, a clerk and a session that writes."""

from collections.abc import Iterator

import pytest
from sqlalchemy.orm import Session

from cases.history import Actor
from helpdesk.desk import Desk


@pytest.fixture
def session(desk: Desk) -> Iterator[Session]:
    """A session that writes; what a test leaves uncommitted is rolled back."""
    with desk.database.open_session(writes=True) as session:
        yield session


@pytest.fixture
def clerk() -> Actor:
    """部門経理担当者."""
    return Actor(5, "経理 花子")


@pytest.fixture
def kitahama(businesses: dict[str, int]) -> int:
    return businesses["P001"]


@pytest.fixture
def minato(businesses: dict[str, int]) -> int:
    return businesses["P002"]
