"""A year of contributions: what each area comes to, what months took of it, and which month was made from other totals."""

from typing import Any

import pytest

from helpdesk.queries.statements_contribution import LEFT, RIGHT, WIDTH, contribution_year
from tests.helpdesk.many_statements import YEAR, add_run, add_statements
from tests.world import World


def area(name: str, total: int, utility: int, deduction: int, **month: int | str) -> dict[str, Any]:
    """One row of what a run keeps."""
    rest = {
        "h3_demand_kw": "1000",
        "area_total_yen": str(total),
        "utility_share_yen": str(utility),
        "transitional_deduction_yen": str(deduction),
        "retailers_total_yen": str(total - utility - deduction),
    }
    return {"area": name} | rest | {key: str(value) for key, value in month.items()}


@pytest.fixture
def year(desk, world: World) -> None:
    """April from the totals of before, May computed twice, one month of the utility; April's invoices are written."""
    old = [area("東京", 1_200, 0, 0, month_yen=99, remainder_yen=1), area("九州", 600, 60, 0)]
    may = [
        area("東京", 2_400, 120, 80, month_yen=180, remainder_yen=3),
        area("九州", 600, 60, 0, month_yen=45, remainder_yen=0),
    ]
    utility = [area("東京", 2_400, 120, 80, month_yen=10), area("九州", 600, 60, 0, month_yen=5)]
    with desk.database.write_session() as session:
        add_statements(
            session,
            desk,
            [world.businesses["P001"]],
            "contribution",
            4,
            state="billed",
            with_money=True,
            payments=-99,
            tax=0,
        )
        add_run(session, desk, "contribution", 5, inputs={"areas": old}, totals={"month_yen": "7"})
        add_run(session, desk, "contribution", 4, inputs={"areas": old}, totals={"month_yen": "99"})
        add_run(session, desk, "contribution", 5, inputs={"areas": may}, totals={"month_yen": "225"})
        add_run(session, desk, "utility_share", 4, inputs={"areas": utility}, totals={"month_yen": "15"})


def test_a_year_tells_area_by_area_what_is_borne_computed_and_left(desk, year) -> None:
    with desk.database.read_session() as session:
        found = contribution_year(session, YEAR)
    tokyo, kyushu = found.areas
    assert (tokyo.retailers_yen, tokyo.computed_yen["contribution"], tokyo.remainder_yen) == (2_200, 279, 4)
    assert (tokyo.left_yen, tokyo.utility_left_yen) == (1_917, 110)
    assert (kyushu.left_yen, kyushu.utility_left_yen) == (495, 55)
    total = found.total
    assert (total.total_yen, total.utility_yen, total.deduction_yen) == (3_000, 180, 80)
    assert (total.left_yen, total.h3_demand_kw) == (1_917 + 495, "2000")
    assert found.run is not None
    assert found.run.delivery_month == 5


def test_months_tell_what_was_computed_invoiced_and_made_from_other_totals(desk, year) -> None:
    with desk.database.read_session() as session:
        found = contribution_year(session, YEAR)
    april, may = found.months[:2]
    assert (april.label, april.computed_yen) == ("2026年4月", {"contribution": 99, "utility_share": 15})
    assert (april.differs, may.differs, may.remainder_yen) == (True, False, 3)
    assert april.cells["contribution"] is not None
    assert april.cells["contribution"].billed_invoices_yen == 99
    assert found.billed["contribution"].billed_invoices_yen == 99
    assert not any(month.differs for month in found.months[2:])


def test_bars_of_an_area_lie_end_to_end_and_none_leaves_the_picture(desk, year) -> None:
    with desk.database.read_session() as session:
        found = contribution_year(session, YEAR)
    tokyo, kyushu = found.plot
    assert [bar.part for bar in tokyo.bars] == ["utility", "deduction", "retailers"]
    assert [bar.part for bar in kyushu.bars] == ["utility", "retailers"]
    for row in found.plot:
        for bar, after in zip(row.bars, row.bars[1:], strict=False):
            assert abs(bar.x + bar.width - after.x) < 0.2
    assert abs(tokyo.end - (WIDTH - RIGHT)) < 0.2
    assert abs((kyushu.end - LEFT) * 4 - (tokyo.end - LEFT)) < 0.5


def test_a_year_without_a_computation_has_no_areas(desk, world) -> None:
    with desk.database.read_session() as session:
        found = contribution_year(session, 2030)
    assert (found.run, found.areas, found.plot, found.total.h3_demand_kw) == (None, (), (), "0")
