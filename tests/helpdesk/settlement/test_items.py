"""The months after months, and what is settled in them."""

from calc_core.fiscal_year import DELIVERY_MONTHS
from helpdesk.settlement.items import adjustments, found_yen, items_for, items_of, month_after, month_name
from tests.helpdesk.settling import YEAR, bill, computed_statement


def test_every_month_has_one_after_it_and_march_the_next_years_april() -> None:
    month = (YEAR, 4)
    seen = []
    for _ in DELIVERY_MONTHS:
        seen.append(month[1])
        month = month_after(month)
    assert (tuple(seen), month) == (DELIVERY_MONTHS, (YEAR + 1, 4))
    assert month_after((YEAR, 0)) == (YEAR + 1, 0)
    assert [month_name((YEAR, number)) for number in (4, 0)] == ["2026年度4月分", "2026年度分"]


def test_items_are_told_by_the_month_they_came_from_and_the_one_they_go_to(database, market) -> None:
    one = market.businesses["P001"]
    with database.open_session(writes=True) as session:
        [made] = market.record(session, [computed_statement(one, 100)]).new
        bill(session, made)
        for net_yen in (90, 95):
            market.record(session, [computed_statement(one, net_yen)])
        assert found_yen(session, "capacity", YEAR, 4) == {one: -5}
        assert found_yen(session, "contribution", YEAR, 4) == {}
        found = items_for(session, "capacity", YEAR, 5)[one]
        assert items_of(session, "capacity", one, (YEAR, 4)) == found
        assert [each["yen"] for each in adjustments(found)] == [-10, 5]
