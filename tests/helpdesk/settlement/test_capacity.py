"""A month of each business from the fixed results of its resources."""

from datetime import date
from fractions import Fraction

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from calc_core import rounding
from calc_core.fiscal_year import DELIVERY_MONTHS
from helpdesk.errors import Refused
from helpdesk.ledger.invoices import record_invoices
from helpdesk.register.month_results import fixed
from helpdesk.register.notices import notice_figures
from helpdesk.settlement.capacity import compute_capacity
from helpdesk.settlement.changed_since import changes_since
from helpdesk.settlement.derivation import explain
from helpdesk.settlement.lists import newest_statements
from tests.helpdesk.money import invoice_entry
from tests.helpdesk.settling import YEAR, Market, bill, build_market

APRIL = {("R-1", 4): (1_000, 100), ("R-2", 4): (2_000, 0), ("R-3", 4): (50, 5_005)}


@pytest.fixture
def session(database, market: Market):
    with database.open_session(writes=True) as session:
        yield session


def newest(session: Session, market: Market, business: str, number: int = 4, year: int = YEAR):
    wanted = market.businesses[business]
    [found] = newest_statements(session, "capacity", year, number, business_id=wanted)
    return found


def figure(statement, key: str) -> str:
    [text] = [each[3] for each in statement.figures if each[0] == key]
    return text


def test_payments_less_penalties_of_all_resources_with_tax_once(session, market: Market) -> None:
    market.fix(session, APRIL)
    assert len(market.settle(session).new) == 2
    one, other = newest(session, market, "P001"), newest(session, market, "P002")
    assert (one.net_yen, one.tax_yen, one.total_yen, one.direction) == (2_900, 290, 3_190, "pay")
    assert (other.net_yen, other.tax_yen, other.total_yen, other.direction) == (
        -4_955,
        -495,
        -5_450,
        "invoice",
    )
    assert (one.rule, one.sources["items"], one.sources["set_off"]) == (
        "settlement/business_statement",
        [],
        [],
    )
    results = fixed(session, YEAR, delivery_month=4, business_id=one.business_id)
    assert one.sources["results"] == [result.id for result in results]
    told = notice_figures(results)
    assert one.figures[: len(told)] == told
    assert [each[0] for each in one.figures[len(told) :]] == [
        "month_payment_yen",
        "cumulative_payment_yen",
        "contract_amount_yen",
        "remaining_payment_yen",
    ]


def test_a_notice_shows_the_month_what_was_paid_and_what_is_left(session, market: Market) -> None:
    every = ("R-1", "R-2", "R-3")
    market.fix(session, {(code, month): (486_000, 0) for code in every for month in (4, 5)})
    market.settle(session, 5)
    one = newest(session, market, "P001", 5)
    keys = (
        "month_payment_yen",
        "cumulative_payment_yen",
        "contract_amount_yen",
        "remaining_payment_yen",
    )
    assert [figure(one, key) for key in keys] == ["972000", "1944000", "11664000", "9720000"]
    assert [each[1] for each in one.figures[-4:]] == [
        "容量確保契約金額（今月分）",
        "容量確保契約金額（4月からの累計）",
        "容量確保契約金額（年間の合計）",
        "容量確保契約金額（残額）",
    ]


def test_in_march_nothing_is_left_and_what_coal_cost_is_not(session, market: Market) -> None:
    paid = {("R-3", month): (486_000, 0) for month in DELIVERY_MONTHS[:-1]}
    market.fix(session, paid | {(code, 3): (486_000, 0) for code in ("R-1", "R-2")})
    market.fix(session, {("R-3", 3): (400_000, 0)}, coal_penalty_yen="86000")
    market.settle(session, 3)
    other = newest(session, market, "P002", 3)
    assert figure(other, "cumulative_payment_yen") == str(5_832_000 - 86_000)
    assert (figure(other, "remaining_payment_yen"), other.net_yen) == ("0", 400_000)


def test_whose_results_are_missing_is_named_and_the_others_are_computed(session, market: Market) -> None:
    market.fix(session, {("R-1", 4): (1_000, 100), ("R-3", 4): (50, 0)})
    computed = compute_capacity(session, YEAR, 4)
    assert [each.business_id for each in computed.statements] == [market.businesses["P002"]]
    assert [each.where for each in computed.refused] == ["電源等 R-2"]
    assert computed.totals["net_yen"] == "50"
    assert computed.inputs == {"results": 1, "items": 0, "invoices": 0}
    with pytest.raises(Refused) as refused:
        compute_capacity(session, YEAR, 4, business_id=market.businesses["P001"])
    assert [each.where for each in refused.value.problems] == ["電源等 R-2"]


def test_where_nothing_is_there_it_is_said(session, market: Market) -> None:
    with pytest.raises(Refused, match="2030年度4月分には、確定した算定結果も精算項目もありません"):
        compute_capacity(session, 2030, 4)


def test_a_business_with_nothing_but_a_difference_has_a_statement(session, market: Market) -> None:
    """After March the difference goes to April of a year for which the business has no contract."""
    last = YEAR + 1
    market.fix(session, {(code, 3): (100, 0) for code in ("R-1", "R-2", "R-3")}, year=last)
    market.settle(session, 3, year=last)
    bill(session, newest(session, market, "P002", 3, last))
    market.fix(session, {("R-3", 3): (70, 0)}, year=last)
    [item] = market.settle(session, 3, year=last).items
    assert (item.yen, item.for_year, item.for_month) == (-30, last + 1, 4)
    assert market.settle(session, 3, year=last).items == []
    [april] = market.settle(session, 4, year=last + 1).new
    assert (april.business_id, april.net_yen, april.total_yen) == (market.businesses["P002"], -30, -33)
    assert [each[0] for each in april.figures[-2:]] == ["month_payment_yen", "cumulative_payment_yen"]
    assert explain(session, april).is_reproduced


def test_after_the_invoice_the_difference_is_in_the_next_month_taxed_there(session, market: Market) -> None:
    market.fix(session, APRIL | {(code, 5): yen for (code, _), yen in APRIL.items()})
    market.settle(session)
    bill(session, newest(session, market, "P001"))
    market.fix(session, {("R-1", 4): (1_000, 300)})
    [item] = market.settle(session).items
    assert item.yen == -200
    market.settle(session, 5)
    may = newest(session, market, "P001", 5)
    assert (may.net_yen, may.tax_yen, may.sources["items"]) == (2_700, 270, [item.id])
    assert may.inputs["adjustments"] == [{"reason": item.reason, "yen": -200}]
    assert explain(session, may).is_reproduced
    other = newest(session, market, "P002")
    assert (other.version, other.state) == (1, "provisional")


def test_what_is_no_longer_there_comes_to_nothing_instead_of_standing(session, market: Market) -> None:
    market.fix(session, {("R-1", 4): (1_000, 0), ("R-2", 4): (1, 0), ("R-3", 4): (50, 0)})
    market.settle(session)
    bill(session, newest(session, market, "P001"))
    computed = compute_capacity(session, YEAR, 4)
    assert {each.business_id for each in computed.statements} == set(market.businesses.values())
    # everything is fixed anew for another business
    moved = {**market.owners, "R-1": market.businesses["P002"], "R-2": market.businesses["P002"]}
    other = Market(market.businesses, market.resources, moved, market.now)
    other.fix(session, {("R-1", 4): (1_001, 0), ("R-2", 4): (2, 0)})
    done = market.settle(session)
    assert [(item.business_id, item.yen) for item in done.items] == [(market.businesses["P001"], -1_001)]
    assert newest(session, market, "P002").net_yen == 1_053


def test_unpaid_debt_of_the_year_is_set_off_once(session, market: Market) -> None:
    market.fix(session, {(code, month): (1_000, 0) for code in ("R-1", "R-2", "R-3") for month in (5, 6)})
    entry = invoice_entry(
        "第1号", market.businesses["P002"], 1_500, date(2026, 7, 1), kind="penalty", delivery_month=4
    )
    [invoice] = record_invoices(session, [entry], now=market.now).new
    market.settle(session, 5)
    market.settle(session, 6)
    may, june = newest(session, market, "P002", 5), newest(session, market, "P002", 6)
    assert (may.carried_debt_yen, may.offset_yen, may.total_yen, may.direction) == (1_500, 1_100, 0, "none")
    assert (may.sources["invoices"], may.sources["set_off"]) == ([invoice.id], [[invoice.id, 1_100]])
    assert (june.carried_debt_yen, june.offset_yen, june.total_yen) == (400, 400, 700)
    assert market.settle(session, 5).unchanged == 2
    assert all(explain(session, each).is_reproduced for each in (may, june))


def test_a_result_fixed_anew_with_the_same_figures_is_what_the_statement_names(
    session, market: Market
) -> None:
    """Computed otherwise and back again: the statement is of what is fixed now, or it could never be billed."""
    market.fix(session, APRIL)
    market.settle(session)
    before = newest(session, market, "P002").sources["results"]
    market.fix(session, {("R-3", 4): (51, 5_005)}, fixed=False)
    assert market.settle(session).unchanged == 2
    market.fix(session, {("R-3", 4): (50, 5_005)})
    assert market.settle(session).replaced == 1
    again = newest(session, market, "P002")
    assert (again.version, again.net_yen) == (2, -4_955)
    assert again.sources["results"] != before
    assert changes_since(session, again) == []


AMOUNTS = st.tuples(st.integers(0, 10**9), st.integers(0, 2 * 10**9))


@pytest.mark.any_database
@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    yen=st.tuples(*[AMOUNTS] * 5),
    order=st.permutations(range(5)),
    fixed_in=st.permutations(range(5)),
)
def test_sums_are_exact_and_no_order_matters(database, now, yen, order, fixed_in) -> None:
    """Businesses and resources registered and fixed in any order: the same statements, whose sums are the results'."""
    owners = {"A": ("R-1", "R-2", "R-3"), "B": ("R-4",), "C": ("R-5",)}
    codes = [f"R-{number + 1}" for number in range(5)]
    with database.open_session(writes=True) as session:
        turned = {
            owner: tuple(sorted(owners[owner], key=lambda code: order[int(code[2:]) - 1]))
            for owner in sorted(owners, key=lambda owner: order[ord(owner) - ord("A")])
        }
        market = build_market(session, now=now, plants=turned)
        for number in fixed_in:
            market.fix(session, {(codes[number], 4): yen[number]})
        market.settle(session)
        for owner, of_owner in owners.items():
            made = newest(session, market, owner)
            amounts = [yen[int(code[2:]) - 1] for code in of_owner]
            net = sum(payment - penalty for payment, penalty in amounts)
            assert made.net_yen == net
            assert made.total_yen == net + rounding.cut(Fraction(net, 10))
            assert [line["resource"] for line in made.inputs["lines"]] == list(of_owner)
            assert explain(session, made).is_reproduced
        session.rollback()
