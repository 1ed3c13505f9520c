"""How a notified amount came about is shown only where a computation gives exactly that amount."""

from datetime import date

import pytest

from cases.history import SYSTEM
from helpdesk.desk import Desk
from helpdesk.register.models import NotifiedResult, ParameterSet
from helpdesk.register.notice_derivations import statement_of_notice
from helpdesk.register.parameter_sets import parameters_in_force
from helpdesk.register.runs import compute, run_statement
from helpdesk.register.statement_inputs import gather
from tests.world import PENALTY_NOTIFIED_YEN, YEAR, World, build_world


@pytest.fixture
def world(desk: Desk) -> World:
    return build_world(desk)


def penalty_of(statement: dict) -> list[str]:
    figures = {
        result["rule"]: result["value"]
        for resource in statement["resources"]
        for result in resource["results"]
    }
    return [str(value) for value in figures.values()]


def test_a_correction_after_the_notice_does_not_hide_how_it_came_about(desk, world) -> None:
    with desk.database.read_session() as session:
        notice = session.get_one(NotifiedResult, world.notice.id)
        found = statement_of_notice(session, notice, desk.settings.slots_folder)
    assert found is not None
    assert str(PENALTY_NOTIFIED_YEN) in penalty_of(found)


def test_a_kept_run_with_other_figures_is_not_the_notices(desk, world) -> None:
    with desk.database.write_session() as session:
        run = run_statement(
            session,
            business_id=world.businesses["P001"],
            fiscal_year=YEAR,
            delivery_month=5,
            slots_folder=desk.settings.slots_folder,
            by=SYSTEM,
            now=desk.clock(),
        )
        notice = session.get_one(NotifiedResult, world.notice.id)
        assert [figure[3] for figure in run.figures] != [figure[3] for figure in notice.figures]
        found = statement_of_notice(session, notice, desk.settings.slots_folder)
        assert found is not None
        assert found != run.result


def test_a_kept_run_with_the_notified_figures_is_shown_as_it_was_kept(desk, world) -> None:
    with desk.database.write_session() as session:
        values = {"business_id": world.businesses["P001"], "fiscal_year": YEAR, "delivery_month": 5}
        folder = desk.settings.slots_folder
        run = run_statement(session, **values, slots_folder=folder, by=SYSTEM, now=desk.clock())
        second = NotifiedResult(
            **values,
            version=2,
            figures=run.figures,
            notified_on=date(2026, 6, 30),
            document_number="交付額通知書 第2026-05-0002号",
            reason="訂正",
        )
        session.add(second)
        session.flush()
        assert statement_of_notice(session, second, folder) == run.result


def test_what_was_settled_with_the_month_is_computed_with_it(desk, world) -> None:
    values = {"business_id": world.businesses["P001"], "fiscal_year": YEAR, "delivery_month": 5}
    folder = desk.settings.slots_folder
    settled = {"adjustments": [{"reason": "4月分の差額", "yen": -1_000}], "carried_debt_yen": 500}
    with desk.database.write_session() as session:
        told = compute(gather(session, folder, **values), **settled)
        second = NotifiedResult(
            **values,
            version=2,
            figures=[list(figure) for figure in told.key_figures()],
            notified_on=date(2026, 6, 30),
            document_number="交付額通知書 第2026-05-0002号",
            reason="再計算",
        )
        session.add(second)
        session.flush()
        assert statement_of_notice(session, second, folder, **settled) == told.to_json()
        assert statement_of_notice(session, second, folder) is None


def test_a_notice_that_nothing_reproduces_has_no_derivation(desk, world) -> None:
    figures = [[*figure[:3], "1"] if figure[0] == "total_yen" else figure for figure in world.notice.figures]
    wrong = NotifiedResult(
        business_id=world.businesses["P001"],
        fiscal_year=YEAR,
        delivery_month=5,
        version=9,
        figures=figures,
        notified_on=date(2026, 6, 15),
        document_number="第9号",
    )
    nothing_registered = NotifiedResult(
        business_id=world.businesses["P002"],
        fiscal_year=YEAR,
        delivery_month=5,
        version=1,
        figures=figures,
        notified_on=date(2026, 6, 15),
        document_number="第10号",
    )
    with desk.database.read_session() as session:
        for notice in (wrong, nothing_registered):
            assert statement_of_notice(session, notice, desk.settings.slots_folder) is None


def test_a_notice_is_explained_with_the_configured_numbers_or_from_before_them(desk, world) -> None:
    caps = '["penalty/caps"]\nmonthly_ratio = {2026 = "0.01"}\nannual_ratio = {2026 = "1"}\n'
    folder, when = desk.settings.slots_folder, {"proposed_at": desk.clock(), "proposed_by_name": ""}
    with desk.database.write_session() as session:
        session.add(ParameterSet(version=1, content=caps, reason="", state="in_force", **when))
        notice = session.get_one(NotifiedResult, world.notice.id)
        assert statement_of_notice(session, notice, folder) is not None
        values = {"business_id": world.businesses["P001"], "fiscal_year": YEAR, "delivery_month": 5}
        capped = compute(
            gather(session, folder, **values), parameters=parameters_in_force(session).configuration
        )
        second = NotifiedResult(
            **values,
            version=2,
            figures=[list(figure) for figure in capped.key_figures()],
            notified_on=date(2026, 7, 15),
            document_number="交付額通知書（上限適用）",
        )
        session.add(second)
        session.flush()
        found = statement_of_notice(session, second, folder)
    assert found is not None
    assert "5832000" in penalty_of(found)
