from datetime import date

import pytest

from calc_core.errors import InputRefused
from cases.models import Business
from helpdesk.register.models import NotifiedResult
from helpdesk.register.month_results import newest
from helpdesk.register.notices import issue_notice, notice_figures
from helpdesk.register.runs import compute
from helpdesk.register.statement_inputs import gather
from tests.helpdesk.assessed import YEAR, month, record

pytestmark = pytest.mark.any_database


def as_computed(statement, world) -> list:
    """The lines of a statement as a fleet would give them."""
    months = []
    for line, resource_id in zip(statement.lines, world.resource_ids, strict=True):
        figures = {key.rpartition(".")[2]: text for key, _, _, text in line.key_figures()}
        figures["penalty_total_yen"] = figures["penalty_outage_yen"] = figures.pop("penalty_yen")
        months.append(month(resource_id, world.business_id, 5, **figures))
    return months


def test_a_notice_has_exactly_the_figures_of_a_computed_statement(world, now) -> None:
    with world.database.write_session() as session:
        inputs = gather(
            session, world.slots, business_id=world.business_id, fiscal_year=YEAR, delivery_month=5
        )
        statement = compute(inputs)
        record(session, as_computed(statement, world), now=now)
        told = notice_figures(newest(session, YEAR))
    assert told == [list(figure) for figure in statement.key_figures()]


def test_parts_of_a_penalty_are_told_where_they_say_something(world, now) -> None:
    with world.database.write_session() as session:
        record(
            session,
            [
                month(
                    world.resource_ids[0],
                    world.business_id,
                    3,
                    inputs={"events": {"market_offer": []}, "coal": {"metered_kwh": "1"}},
                    penalty_outage_yen="50",
                    penalty_dispatch_order_yen="30",
                    dispatch_order_shortfall_kwh="1/3",
                    penalty_total_yen="70",
                )
            ],
            now=now,
        )
        told = notice_figures(newest(session, YEAR), adjustments=[{"reason": "訂正", "yen": "-1"}])
    exact = {key.removeprefix("resource.R-1."): text for key, _, _, text in told}
    assert list(exact)[4:11] == [
        "penalty_outage_yen",
        "market_offer_shortfall_kwh",
        "penalty_market_offer_yen",
        "dispatch_order_shortfall_kwh",
        "penalty_dispatch_order_yen",
        "penalty_yen",
        "coal_penalty_yen",
    ]
    assert (exact["penalty_yen"], exact["net_yen"]) == ("70", "485929")
    with pytest.raises(InputRefused, match="reason"):
        notice_figures(newest(session, YEAR), adjustments=[{"yen": "1"}])


def test_a_first_notice_is_numbered_and_the_next_one_is_a_version_of_it(world, now) -> None:
    figures = [["total_yen", "交付額", "yen", "1"]]
    with world.database.write_session() as session:
        session.add(
            NotifiedResult(
                business_id=world.business_id,
                fiscal_year=YEAR,
                delivery_month=1,
                version=1,
                figures=figures,
                notified_on=date(2027, 6, 1),
                document_number="交付額通知書 第2027-03-0001号",
            )
        )
        business = session.get_one(Business, world.business_id)
        on = date(2027, 8, 1)
        first = issue_notice(session, business, YEAR, 3, figures, reason="", on=on)
        second = issue_notice(session, business, YEAR, 3, figures, reason="訂正", on=on)
        assert (first.version, first.document_number) == (1, "交付額通知書 第2027-03-0002号")
        assert (second.version, second.document_number) == (2, "交付額通知書 第2027-03-0002号（第2版）")
