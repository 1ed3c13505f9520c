"""A month of any length is paged without losing or repeating a row, in either order; filters and sums are the database's."""

import pytest

from helpdesk.desk import Desk
from helpdesk.queries.assessment_month import (
    ONLY,
    PAGE,
    Filter,
    all_rows,
    fingerprint_to_fix,
    month_page,
    results_table,
)
from helpdesk.register.models import MonthResult, Resource
from helpdesk.register.month_results import FIGURES, fingerprint, newest
from tests.helpdesk.assessed import YEAR, month, record

ROWS = 230


@pytest.fixture
def many(desk: Desk, businesses: dict[str, int]) -> None:
    """Results of two businesses in April: every third has a penalty, many the same one; the first is fixed and differs."""
    with desk.database.write_session() as session:
        made = [
            Resource(
                code=f"Z-{number:04d}",
                name=f"第{number}発電所",
                business_id=businesses["P001" if number % 2 else "P002"],
                area="東京",
                category="安定電源",
                installed_kw=1,
            )
            for number in range(ROWS)
        ]
        session.add_all(made)
        session.flush()
        first = [
            month(each.id, each.business_id, penalty_total_yen=str(at % 3 * (at % 7) * 1_000))
            for at, each in enumerate(made)
        ]
        record(session, first, now=desk.clock())
        fixed = session.query(MonthResult).filter_by(resource_id=made[0].id).one()
        fixed.state, fixed.fixed_at = "fixed", desk.clock()
        session.flush()
        other = month(
            made[0].id, made[0].business_id, shortfall_slots="1/3", inputs={"digests": {"slots": "x"}}
        )
        record(session, [other], now=desk.clock())


def pages(desk: Desk, **wanted: str) -> list:
    rows, after = [], ""
    with desk.database.read_session() as session:
        while True:
            page = month_page(session, YEAR, 4, Filter(after=after, **wanted))
            rows += page.rows
            assert len(page.rows) <= PAGE
            if page.after is None:
                return rows
            after = page.after


@pytest.mark.usefixtures("many")
def test_both_orders_show_every_row_once_and_filters_find_what_they_say(desk: Desk) -> None:
    by_code = [row.result.resource.code for row in pages(desk)]
    assert by_code == sorted(by_code)
    assert len(set(by_code)) == ROWS
    by_penalty = pages(desk, sort="penalty")
    assert {row.result.resource.code for row in by_penalty} == set(by_code)
    amounts = [row.penalty_yen for row in by_penalty]
    assert amounts == sorted(amounts, reverse=True)
    with desk.database.read_session() as session:
        page = month_page(session, YEAR, 4, Filter(only="differing"))
        assert [row.result.resource.code for row in page.rows] == ["Z-0000"]
        assert (page.found, page.differing, page.states["computed"]) == (1, 1, ROWS)
        assert page.rows[0].differs
        assert month_page(session, YEAR, 4, Filter(only="short")).found == 1
        assert month_page(session, YEAR, 4, Filter(text="第7発電所")).found == 1
        assert month_page(session, YEAR, 4, Filter(text="%")).found == 0
        assert month_page(session, YEAR, 4, Filter(state="fixed")).found == 0
        penalised = month_page(session, YEAR, 4, Filter(only="penalty"))
        assert penalised.penalty_yen == sum(amounts)
        assert penalised.found == sum(1 for amount in amounts if amount)
        assert set(ONLY) == {"", "penalty", "differing", "short"}


@pytest.mark.usefixtures("many")
def test_what_would_be_fixed_has_the_name_that_fixing_asks_for(desk: Desk, businesses) -> None:
    with desk.database.read_session() as session:
        for business_id in (None, businesses["P002"]):
            shown = newest(session, YEAR, delivery_month=4, business_id=business_id)
            assert fingerprint_to_fix(session, YEAR, 4, business_id) == (len(shown), fingerprint(shown))


@pytest.mark.usefixtures("many")
def test_the_file_holds_every_figure_of_what_was_filtered(desk: Desk) -> None:
    with desk.database.read_session() as session:
        table = results_table("2026年4月分", all_rows(session, YEAR, 4, Filter(text="第0発電所")))
    assert len(table.columns) == 7 + len(FIGURES)
    [row] = table.rows
    assert row[:6] == ["P002", "みなと発電株式会社", "Z-0000", "第0発電所", "算定", 2]
    assert row[7] == "1/3"


@pytest.mark.usefixtures("many")
def test_a_place_in_the_list_that_nobody_gave_shows_the_first_page(desk: Desk) -> None:
    with desk.database.read_session() as session:
        for after in ("x|y", "9" * 40 + "|a", "−5|a"):
            page = month_page(session, YEAR, 4, Filter(sort="penalty", after=after))
            assert len(page.rows) == PAGE
