"""What a computation makes of what stands: versions before the invoice, items after it, nothing twice, nothing lost."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from calc_core.fiscal_year import DELIVERY_MONTHS
from helpdesk.register.notices import issue_notice
from helpdesk.settlement.answers import is_superseded
from helpdesk.settlement.items import items_for, items_of
from helpdesk.settlement.lists import newest_statements
from helpdesk.settlement.models import BusinessStatement, SettlementItem, SettlementRun
from tests.helpdesk.settling import YEAR, Market, bill, computed_statement


@pytest.fixture
def session(database, market: Market):
    with database.open_session(writes=True) as session:
        yield session


def settle(session: Session, market: Market, net_yen: int, number: int = 4, year: int = YEAR):
    """P001's month comes to so much, and to what was left for it."""
    one = market.businesses["P001"]
    left = sum(item.yen for item in items_for(session, "capacity", year, number).get(one, []))
    return market.record(session, [computed_statement(one, net_yen + left)], number, year=year)


def newest(session: Session, number: int = 4, year: int = YEAR) -> BusinessStatement:
    [found] = newest_statements(session, "capacity", year, number)
    return found


def test_what_was_not_billed_is_replaced_and_begins_provisionally(session, market) -> None:
    """FY2025 4月分 of Hokkaido: notices of 13 June, recalculated, issued again on 2 July (domain.md §2.6)."""
    [first] = settle(session, market, 100).new
    assert (first.version, first.state, first.direction) == (1, "provisional", "pay")
    first.state, first.number = "issued", "支払通知書 第2025-04-0001号"
    session.flush()
    done = settle(session, market, -90)
    assert (len(done.new), done.replaced, done.unchanged, done.items) == (1, 1, 0, [])
    again = newest(session)
    assert (again.version, again.state, again.round, again.direction) == (2, "provisional", 1, "invoice")
    session.refresh(first)
    assert (first.newest, first.net_yen, first.state) == (False, 100, "issued")


def test_what_a_decision_has_told_otherwise_is_told_anew_even_if_it_stays_the_same(session, market) -> None:
    [first] = settle(session, market, 100).new
    for reason in ("", "異議申立ての決定による訂正"):
        told = issue_notice(
            session, first.business, YEAR, 4, first.figures, reason=reason, on=market.now.date()
        )
        first.notified_result_id = first.notified_result_id or told.id
    first.state, first.number, first.answer = "issued", "交付額通知書 第2026-04-0001号", "objected"
    session.flush()
    assert is_superseded(session, first)
    [second] = settle(session, market, 100).new
    assert (second.version, second.state, second.answer) == (2, "provisional", None)
    assert not is_superseded(session, second)
    assert settle(session, market, 100).unchanged == 1


def test_the_same_from_the_same_stays_as_it_is(session, market) -> None:
    [first] = settle(session, market, 100).new
    first.state = "approved"
    session.flush()
    done = settle(session, market, 100)
    assert (done.new, done.unchanged) == ([], 1)
    one = market.businesses["P001"]
    other_invoice = computed_statement(one, 100, sources={"set_off": [[7, 1]]})
    other_results = computed_statement(one, 100, sources={"results": [8], "set_off": [[7, 1]]})
    other_figures = computed_statement(one, 100, figures=[["net_yen", "差引額", "yen", "100"]])
    assert len(market.record(session, [other_invoice]).new) == 1
    assert len(market.record(session, [other_results]).new) == 1
    assert len(market.record(session, [other_figures]).new) == 1
    runs = session.scalars(select(SettlementRun).order_by(SettlementRun.id)).all()
    assert [(run.businesses, run.new_versions, run.unchanged) for run in runs] == [
        (1, 1, 0),
        (1, 0, 1),
        (1, 1, 0),
        (1, 1, 0),
        (1, 1, 0),
    ]


def test_after_the_invoice_the_difference_is_settled_in_the_next_open_month(session, market) -> None:
    """FY2024 April of Tohoku, Tokyo, Chubu, Chugoku and April, May of Hokkaido were invoiced already (2024-10-15)."""
    for number in (4, 5):
        [made] = settle(session, market, 100 * number, number).new
        bill(session, made)
    [item] = settle(session, market, 430).items
    assert (item.yen, item.for_year, item.for_month, item.fiscal_year, item.delivery_month) == (
        30,
        YEAR,
        6,
        YEAR,
        4,
    )
    assert item.reason == f"2026年度4月分の再計算による差額（{newest(session).number}）"
    assert (newest(session).version, newest(session).net_yen) == (1, 400)
    assert item.figures == [["net_yen", "差引額（税抜）", "yen", "430"]]
    [june] = settle(session, market, 0, 6).new
    assert june.net_yen == 30


def test_however_often_it_is_computed_it_is_settled_once(session, market) -> None:
    [first] = settle(session, market, 100).new
    bill(session, first)
    for _ in range(3):
        settle(session, market, 130)
    assert [item.yen for item in session.scalars(select(SettlementItem))] == [30]
    for net_yen in (100, 130, 100):  # to and fro: each way is its own difference
        settle(session, market, net_yen)
        settle(session, market, net_yen)
    month = (YEAR, 4)
    assert [item.yen for item in items_of(session, "capacity", market.businesses["P001"], month)] == [
        30,
        -30,
        30,
        -30,
    ]


def test_march_is_settled_in_april_of_the_next_year_and_a_whole_year_in_the_next(session, market) -> None:
    [march] = settle(session, market, 100, 3).new
    bill(session, march)
    [item] = settle(session, market, 90, 3).items
    assert (item.for_year, item.for_month, item.yen) == (YEAR + 1, 4, -10)
    one = market.businesses["P001"]
    [whole] = market.record(session, [computed_statement(one, 5)], 0, family="refund").new
    bill(session, whole)
    [item] = market.record(session, [computed_statement(one, 9)], 0, family="refund").items
    assert (item.for_year, item.for_month, item.yen) == (YEAR + 1, 0, 4)
    assert item.reason.startswith("2026年度分の再計算による差額")
    assert items_for(session, "refund", YEAR + 1, 0) == {one: [item]}
    assert items_for(session, "refund", YEAR + 1, 0, business_id=one + 1) == {}


def test_who_is_not_computed_stays_as_he_was(session, market) -> None:
    one, other = market.businesses["P001"], market.businesses["P002"]
    market.record(session, [computed_statement(each, 7) for each in (one, other)])
    done = market.record(session, [computed_statement(other, 8)])
    assert [made.business_id for made in done.new] == [other]
    found = newest_statements(session, "capacity", YEAR, 4)
    assert [(each.business.code, each.net_yen, each.version) for each in found] == [
        ("P001", 7, 1),
        ("P002", 8, 2),
    ]


OPERATIONS = st.lists(
    st.tuples(
        st.sampled_from(["compute", "bill", "change"]),
        st.sampled_from([(YEAR, month) for month in (4, 5, 6, 3)] + [(YEAR + 1, 4)]),
        st.integers(-3, 3),
    ),
    max_size=25,
)


@pytest.mark.any_database
@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(OPERATIONS)
def test_whatever_is_recomputed_and_billed_nothing_is_made_and_nothing_lost(
    database, market: Market, operations
) -> None:
    _stays_whole(database, market, operations)


@pytest.mark.long
@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(OPERATIONS)
def test_nothing_is_made_and_nothing_lost_at_length(database, market: Market, operations) -> None:
    _stays_whole(database, market, operations)


def _stays_whole(database, market: Market, operations) -> None:
    """What months come to = what statements say + what is left for later, at every time of two years."""
    own: dict[tuple[int, int], int] = {}
    billed: set[tuple[int, int]] = set()
    with database.open_session(writes=True) as session:
        for verb, (year, number), yen in operations:
            month = (year, number)
            if verb == "change" or month not in own:
                own[month] = yen
            if verb == "bill" and month not in billed:
                settle(session, market, own[month], number, year)
                bill(session, newest(session, number, year))
                billed.add(month)
            else:
                settle(session, market, own[month], number, year)
        for year, number in own:  # twice: nothing doubles
            for _ in range(2):
                settle(session, market, own[year, number], number, year)
        _has_neither_made_nor_lost(session, own)
        session.rollback()


def _has_neither_made_nor_lost(session: Session, own) -> None:
    items = session.scalars(select(SettlementItem)).all()
    told = session.scalar(select(func.sum(BusinessStatement.net_yen)).where(BusinessStatement.newest)) or 0
    left = sum(item.yen for item in items if (item.for_year, item.for_month) not in own)
    assert told + left == sum(own.values())
    for item in items:
        place = {month: at for at, month in enumerate(DELIVERY_MONTHS)}
        origin, target = (item.fiscal_year, item.delivery_month), (item.for_year, item.for_month)
        assert (origin[0], place[origin[1]]) < (target[0], place[target[1]])
