from datetime import timedelta

from sqlalchemy import select

from cases.history import Actor
from helpdesk.register.fleet_runs import last_run_id
from helpdesk.register.models import MonthResult
from helpdesk.register.month_results import fixed, newest, versions
from helpdesk.register.result_corrections import correct
from helpdesk.register.result_fixing import fix
from tests.helpdesk.assessed import YEAR, month, record

ONE, OTHER = Actor(11, "佐藤 美咲"), Actor(12, "山本 大輔")


def test_a_run_keeps_its_totals_and_makes_a_version_of_every_month(world, now) -> None:
    first, second = world.resource_ids
    with world.database.write_session() as session:
        months = [
            month(first, world.business_id, penalty_total_yen="100", dispatch_order_shortfall_kwh="1/3"),
            month(second, world.business_id, penalty_total_yen="-30", dispatch_order_shortfall_kwh="2/3"),
        ]
        run = record(session, months, now=now).run
        assert (run.resources, run.new_versions, run.unchanged) == (2, 2, 0)
        assert (run.totals["penalty_total_yen"], run.totals["dispatch_order_shortfall_kwh"]) == ("70", "1")
        assert last_run_id(session, YEAR) == run.id
        assert last_run_id(session, YEAR - 1) == 0
        assert [(row.resource_id, row.version, row.state) for row in newest(session, YEAR)] == [
            (first, 1, "computed"),
            (second, 1, "computed"),
        ]


def test_only_other_figures_are_a_new_version(world, now) -> None:
    first, second = world.resource_ids
    with world.database.write_session() as session:
        digests = {"digests": {"slots": ["a"]}}
        record(session, [month(each, world.business_id, inputs=digests) for each in (first, second)], now=now)
        again = record(
            session,
            [
                month(first, world.business_id, inputs={"digests": {"slots": ["b"]}}),
                month(second, world.business_id, inputs=digests, penalty_total_yen="5"),
            ],
            now=now + timedelta(days=1),
        )
        assert (again.run.new_versions, again.run.unchanged, again.same_from_other_inputs) == (1, 1, 1)
        assert [row.version for row in versions(session, second, YEAR, 4)] == [2, 1]
        assert [row.version for row in newest(session, YEAR, delivery_month=4)] == [1, 2]
        only_one = record(
            session, [month(second, world.business_id)], now=now, scope={"resource": second}, last_month=4
        )
        assert only_one.run.new_versions == 1


def test_what_a_person_made_stands_until_the_computation_itself_changes(world, now) -> None:
    resource_id = world.resource_ids[0]
    with world.database.write_session() as session:
        record(session, [month(resource_id, world.business_id)], now=now)
        corrected = correct(
            session, newest(session, YEAR)[0], {"payment_yen": "480000"}, reason="合意", by=ONE, now=now
        )
        same = record(session, [month(resource_id, world.business_id)], now=now)
        assert (same.run.new_versions, newest(session, YEAR)) == (0, [corrected])
        fix(session, [corrected], by=OTHER, now=now)
        beside = record(session, [month(resource_id, world.business_id, payment_yen="470000")], now=now)
    with world.database.read_session() as session:
        assert (beside.run.new_versions, beside.beside_settled) == (1, 1)
        assert [row.figures["payment_yen"] for row in newest(session, YEAR)] == ["470000"]
        assert [(row.version, row.state, row.figures["payment_yen"]) for row in fixed(session, YEAR)] == [
            (2, "fixed", "480000")
        ]
        states = session.scalars(select(MonthResult.state).order_by(MonthResult.version))
        assert list(states) == ["computed", "fixed", "computed"]
