"""A statement gets its number and its notified result; one that says the same already is taken over."""

import pytest

from cases.history import SYSTEM
from helpdesk.database import Database
from helpdesk.errors import Refused
from helpdesk.register.notices import issue_notice
from helpdesk.settlement.answers import is_superseded
from helpdesk.settlement.capacity import CUMULATIVE
from helpdesk.settlement.issuing import TITLES, issue, told_figures
from helpdesk.settlement.models import FAMILIES
from tests.helpdesk.settling import YEAR, Market

APRIL = {("R-1", 4): (400_000, 0), ("R-2", 4): (86_000, 0), ("R-3", 4): (100_000, 0)}


def test_every_family_has_a_title_of_its_own() -> None:
    assert TITLES.keys() == FAMILIES.keys()
    assert len(set(TITLES.values())) == len(TITLES)


@pytest.mark.any_database
def test_what_was_told_already_is_not_told_twice(database: Database, market: Market) -> None:
    with database.write_session() as session:
        market.fix(session, APRIL)
        one, other = market.settle(session).new
        told = issue_notice(
            session, one.business, YEAR, 4, told_figures(one), reason="", on=market.now.date()
        )
        for statement in (one, other):
            statement.state = "fixed"
        happened = issue(session, one, by=SYSTEM, now=market.now)
        assert (one.notified_result_id, one.number) == (told.id, told.document_number)
        assert (happened.kind, happened.content["replaces"]) == ("statement_issued", None)
        issue(session, other, by=SYSTEM, now=market.now)
        assert other.number == "交付額通知書 第2026-04-0002号"
        assert CUMULATIVE in {key for key, *_ in one.figures}
        assert CUMULATIVE not in {key for key, *_ in other.notified_result.figures}
        with pytest.raises(Refused, match="承認が終わった精算だけを通知できます"):
            issue(session, one, by=SYSTEM, now=market.now)


@pytest.mark.any_database
def test_a_decision_that_lists_more_of_nothing_does_not_stop_the_next_version(
    database: Database, market: Market
) -> None:
    with database.write_session() as session:
        market.fix(session, APRIL)
        first, _ = market.settle(session).new
        first.state = "fixed"
        issue(session, first, by=SYSTEM, now=market.now)
        idle = ["resource.R-1.penalty_market_offer_yen", "市場応札", "yen", "0"]
        decided = [idle, *told_figures(first)]
        issue_notice(session, first.business, YEAR, 4, decided, reason="決定", on=market.now.date())
        [second] = market.settle(session).new
        second.state = "fixed"
        issue(session, second, by=SYSTEM, now=market.now)
        assert (second.version, second.state, is_superseded(session, second)) == (2, "issued", False)
        charged = [[*idle[:3], "7"], *told_figures(first)]
        issue_notice(session, first.business, YEAR, 4, charged, reason="決定", on=market.now.date())
        [third] = market.settle(session).new
        third.state = "fixed"
        with pytest.raises(Refused, match="異議申立ての決定で通知した額と違います"):
            issue(session, third, by=SYSTEM, now=market.now)
