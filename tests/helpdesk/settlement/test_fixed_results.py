"""What of a month can be settled, and who is named where something is missing."""

import pytest
from sqlalchemy import select, update

from helpdesk.register.models import MonthResult
from helpdesk.settlement.fixed_results import fixed_month
from tests.helpdesk.settling import YEAR, Market


@pytest.fixture
def session(database, market: Market):
    with database.open_session(writes=True) as session:
        yield session


ALL = {("R-1", 4): (100, 1), ("R-2", 4): (200, 2), ("R-3", 4): (300, 3)}


def test_results_stand_by_business_and_the_codes_of_resources(session, market: Market) -> None:
    market.fix(session, ALL)
    market.fix(session, {("R-2", 5): (40, 0), ("R-1", 5): (30, 0), ("R-3", 5): (1, 0)})
    month = fixed_month(session, YEAR, 5)
    one, other = market.businesses["P001"], market.businesses["P002"]
    assert [(each.code, each.payment_yen) for each in month.results[one]] == [("R-1", 30), ("R-2", 40)]
    assert month.paid_until_yen == {one: 370, other: 301}
    assert (month.stopped, month.problems, month.warnings) == (set(), [], [])
    alone = fixed_month(session, YEAR, 5, business_id=other)
    assert (list(alone.results), alone.paid_until_yen) == ([other], {other: 301})


def test_a_resource_without_anything_fixed_stops_its_business_alone(session, market: Market) -> None:
    market.fix(session, {("R-1", 4): (100, 1), ("R-3", 4): (300, 3)})
    market.fix(session, {("R-2", 4): (200, 2)}, fixed=False)
    month = fixed_month(session, YEAR, 4)
    assert month.stopped == {market.businesses["P001"]}
    [problem] = month.problems
    assert (problem.where, problem.message) == (
        "電源等 R-2",
        "4月分の算定結果が確定していません。確定してから、もう一度計算してください",
    )
    assert fixed_month(session, YEAR, 4, business_id=market.businesses["P002"]).problems == []


def test_a_resource_with_a_contract_that_was_never_computed_is_named(session, market: Market) -> None:
    market.fix(session, {("R-1", 4): (100, 1), ("R-2", 4): (200, 2)})
    [problem] = fixed_month(session, YEAR, 4).problems
    assert (problem.where, "算定結果がありません" in problem.message) == ("電源等 R-3", True)
    assert fixed_month(session, YEAR + 2, 4).problems == []  # no contract, nothing missing


def test_the_fixed_version_counts_until_a_newer_one_is_fixed(session, market: Market) -> None:
    market.fix(session, ALL)
    market.fix(session, {("R-1", 4): (90, 5)}, fixed=False)
    one = market.businesses["P001"]
    before = fixed_month(session, YEAR, 4)
    assert before.results[one][0].payment_yen == 100
    assert before.warnings == ["電源等 R-1: 確定していない新しい版があります。確定している版で計算しました"]
    session.execute(update(MonthResult).where(MonthResult.newest).values(fixed_at=market.now))
    after = fixed_month(session, YEAR, 4)
    assert (after.results[one][0].payment_yen, after.paid_until_yen[one], after.warnings) == (90, 290, [])
    assert len(session.scalars(select(MonthResult.id)).all()) == 4


def test_an_earlier_month_that_was_never_fixed_is_told(session, market: Market) -> None:
    market.fix(session, {(code, 5): yen for (code, _), yen in ALL.items()})
    market.fix(session, {("R-3", 4): (300, 3)}, fixed=False)
    assert fixed_month(session, YEAR, 5).warnings == [
        "電源等 R-3: 確定していない前の月があり、累計にその月が含まれていません"
    ]


def test_of_very_many_the_first_are_named(session, market: Market, monkeypatch) -> None:
    monkeypatch.setattr("helpdesk.settlement.fixed_results.NAMED_AT_MOST", 2)
    market.fix(session, ALL)
    market.fix(session, dict.fromkeys(ALL, (1, 1)), fixed=False)
    assert fixed_month(session, YEAR, 4).warnings[0].startswith("電源等 R-1、R-2 ほか1件: ")
