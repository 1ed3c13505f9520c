"""Two businesses with three resources between them, contracted for two years."""

from datetime import datetime

import pytest

from helpdesk.database import Database
from tests.helpdesk.settling import YEAR, Market, build_market


@pytest.fixture
def market(database: Database, now: datetime) -> Market:
    with database.write_session() as session:
        return build_market(session, now=now, years=(YEAR, YEAR + 1))
