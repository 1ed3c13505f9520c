"""What has changed since a statement was computed is said before it is issued or billed."""

from dataclasses import replace

import pytest

from helpdesk.database import Database
from helpdesk.register.input_marks import OBJECTION, RESULTS, mark_changed
from helpdesk.settlement.changed_since import changes_since
from helpdesk.settlement.models import SettlementItem
from tests.helpdesk.settling import YEAR, Market, bill

APRIL = {("R-1", 4): (400_000, 0), ("R-2", 4): (86_000, 0), ("R-3", 4): (100_000, 0)}


def words(session, statement) -> str:
    return "".join(changes_since(session, statement))


@pytest.mark.any_database
def test_nothing_has_changed_until_something_does(database: Database, market: Market) -> None:
    with database.write_session() as session:
        market.fix(session, APRIL)
        one, other = market.settle(session).new
        assert changes_since(session, one) == changes_since(session, other) == []
        market.fix(session, {("R-1", 4): (400_000, 1_000)})
        assert "算定結果が確定し直されました" in words(session, one)
        assert changes_since(session, other) == []
        market.settle(session)
        assert words(session, one) == "新しい版があります。新しい版を確かめてください"


@pytest.mark.any_database
def test_a_result_computed_anew_but_not_fixed_changes_nothing(database: Database, market: Market) -> None:
    with database.write_session() as session:
        market.fix(session, APRIL)
        one, _ = market.settle(session).new
        market.fix(session, {("R-1", 4): (400_000, 1_000)}, fixed=False)
        assert changes_since(session, one) == []


@pytest.mark.any_database
def test_a_corrected_input_and_an_item_of_the_month_are_told(database: Database, market: Market) -> None:
    with database.write_session() as session:
        market.fix(session, APRIL | {(code, 5): (1_000, 0) for code, _ in APRIL})
        april, _ = market.settle(session).new
        may, _ = market.settle(session, 5).new
        mark_changed(
            session,
            [(YEAR, 4)],
            RESULTS,
            cause=OBJECTION,
            now=market.now,
            resource_id=market.resources["R-1"],
        )
        session.flush()
        assert "異議申立てで訂正した入力が反映されていません" in words(session, april)
        bill(session, april)
        market.fix(session, {("R-1", 4): (390_000, 0)})
        [item] = market.settle(session).items
        assert isinstance(item, SettlementItem)
        assert "精算項目が変わりました" in words(session, may)


@pytest.mark.any_database
def test_a_resource_that_is_held_by_another_business_now_is_told_and_settled_once(
    database: Database, market: Market
) -> None:
    with database.write_session() as session:
        market.fix(session, APRIL)
        one, other = market.settle(session).new
        moved = replace(market, owners=dict(market.owners) | {"R-1": market.businesses["P002"]})
        moved.fix(session, {("R-1", 4): (400_001, 0)})
        assert "算定結果が確定し直されました" in words(session, one)
        assert "算定結果が確定し直されました" in words(session, other)
        again = market.settle(session).new
        assert [each.net_yen for each in again] == [86_000, 500_001]
        assert [changes_since(session, each) for each in again] == [[], []]
