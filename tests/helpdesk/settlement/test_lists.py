"""Statements and computations of a month, found again."""

import pytest

from helpdesk.errors import NotFound
from helpdesk.settlement.lists import (
    newest_statements,
    runs_of,
    statement_by_id,
    told_before,
    versions_of,
)
from tests.helpdesk.settling import YEAR, computed_statement

pytestmark = pytest.mark.any_database


def test_the_newest_of_a_month_and_every_version_of_one(database, market) -> None:
    one, other = market.businesses["P001"], market.businesses["P002"]
    with database.open_session(writes=True) as session:
        for net_yen in (1, 2):
            market.record(session, [computed_statement(each, net_yen) for each in (other, one)])
        market.record(session, [computed_statement(one, 9)], 5)
        found = newest_statements(session, "capacity", YEAR, 4)
        assert [(each.business.code, each.version) for each in found] == [("P001", 2), ("P002", 2)]
        assert newest_statements(session, "capacity", YEAR, 4, business_id=other) == [found[1]]
        assert newest_statements(session, "capacity", YEAR, 4, state="billed") == []
        versions = versions_of(session, found[0])
        assert [(each.version, each.newest, each.settlement_run.businesses) for each in versions] == [
            (2, True, 2),
            (1, False, 2),
        ]
        assert statement_by_id(session, versions[1].id) is versions[1]
        assert [run.new_versions for run in runs_of(session, "capacity", YEAR, 4)] == [2, 2]
        assert runs_of(session, "capacity", YEAR, 4, limit=1)[0].id == found[0].settlement_run_id
        with pytest.raises(NotFound):
            statement_by_id(session, 0)


def test_who_was_told_before_is_asked_of_the_month(database, market) -> None:
    one, other = market.businesses["P001"], market.businesses["P002"]
    with database.open_session(writes=True) as session:
        assert told_before(session, "contribution", YEAR, 4, None) == set()
        market.record(session, [computed_statement(each, 1) for each in (one, other)], family="contribution")
        assert told_before(session, "contribution", YEAR, 4, None) == {one, other}
        assert told_before(session, "contribution", YEAR, 4, other) == {other}
        assert told_before(session, "contribution", YEAR, 5, None) == set()
        assert told_before(session, "capacity", YEAR, 4, None) == set()
