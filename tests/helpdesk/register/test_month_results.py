import pytest

from helpdesk.errors import NotFound
from helpdesk.register.month_results import (
    FIGURES,
    figure_list,
    fingerprint,
    fixed,
    fleet_run_by_id,
    fleet_runs,
    newest,
    result_by_id,
    sums,
    versions,
)
from tests.helpdesk.assessed import PLAIN, YEAR, month, record


def test_results_stand_in_the_order_of_resources_and_delivery_months(world, now) -> None:
    first, second = world.resource_ids
    with world.database.write_session() as session:
        months = [month(each, world.business_id, number) for number in (1, 4) for each in (second, first)]
        run = record(session, months, now=now, last_month=3).run
        found = newest(session, YEAR)
        assert [(row.resource_id, row.delivery_month) for row in found] == [
            (first, 4),
            (first, 1),
            (second, 4),
            (second, 1),
        ]
        assert [row.resource_id for row in newest(session, YEAR, delivery_month=1)] == [first, second]
        assert [row.delivery_month for row in newest(session, YEAR, resource_id=second)] == [4, 1]
        assert newest(session, YEAR, business_id=world.business_id + 1) == []
        assert newest(session, YEAR - 1) == []
        assert fixed(session, YEAR) == []
        assert fleet_runs(session, YEAR) == [run]
        assert fleet_run_by_id(session, run.id) is run
        assert result_by_id(session, found[0].id) is found[0]
        assert versions(session, first, YEAR, 4) == [found[0]]


def test_what_is_not_there_is_not_found(world) -> None:
    with world.database.read_session() as session:
        for ask in (result_by_id, fleet_run_by_id):
            with pytest.raises(NotFound, match="登録されていません"):
                ask(session, 1)


def test_a_fingerprint_names_the_very_versions(world, now) -> None:
    with world.database.write_session() as session:
        record(session, [month(each, world.business_id) for each in world.resource_ids], now=now)
        shown = newest(session, YEAR)
        assert fingerprint(shown) == fingerprint(reversed(shown))
        assert fingerprint(shown) != fingerprint(shown[:1])
        shown[0].state = "fixed"
        assert fingerprint(shown) != fingerprint(newest(session, YEAR)[1:])


def test_figures_are_listed_with_label_and_unit_and_added_exactly(world, now) -> None:
    with world.database.write_session() as session:
        record(session, [month(world.resource_ids[0], world.business_id, shortfall_slots="1/3")], now=now)
        listed = figure_list(newest(session, YEAR)[0])
    assert [row[0] for row in listed] == list(FIGURES)
    assert listed[0] == ["shortfall_slots", "未達成コマ（当月）", "slots", "1/3"]
    added = sums([PLAIN, PLAIN | {"market_offer_shortfall_kwh": "1/3"}])
    assert (added["market_offer_shortfall_kwh"], added["payment_yen"]) == ("1/3", "972000")
    assert "shortfall_slots" not in added
