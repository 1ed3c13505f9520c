"""Two businesses with three resources between them, contracted for two years."""

from datetime import datetime

import pytest

from helpdesk.database import Database
from tests.helpdesk.contributing import Retail, build_retail
from tests.helpdesk.settling import YEAR, Market, build_market


@pytest.fixture
def market(database: Database, now: datetime) -> Market:
    with database.write_session() as session:
        return build_market(session, now=now, years=(YEAR, YEAR + 1))


@pytest.fixture
def retail(session, now: datetime) -> Retail:
    """Retailers and utilities, in the session of the test; no shares yet."""
    return build_retail(session, now=now)


@pytest.fixture
def session(database: Database):
    """One writing session for the whole test."""
    with database.open_session(writes=True) as session:
        yield session
