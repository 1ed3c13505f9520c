"""Slots derived as a task and at once: recorded once, told once, refused with all that is wrong."""

from datetime import date, datetime

import numpy as np
import pytest
from sqlalchemy import select

from calc_core.slots import JAPAN
from cases.history import content_of
from cases.models import Event
from helpdesk.errors import Conflict, NotAllowed, Refused
from helpdesk.fail_points import EXIT_STATUS
from helpdesk.lease import new_holder
from helpdesk.register import slot_store
from helpdesk.register.models import OutagePlan, ParameterSet, SlotFile
from helpdesk.register.runs import compute
from helpdesk.register.statement_inputs import gather
from helpdesk.task_models import Task
from helpdesk.task_worker import run_next
from helpdesk.workflows import derive_slots
from tests.helpdesk.crashing import Round
from tests.world import YEAR, World

DAY = date(2026, 4, 10)
CONDITIONS = """
[[multiplier_conditions]]
label = "前日17時より後"
multiplier = 5
"""


class Anybody:
    id, display_name, business_id = 1, "担当", None

    def __init__(self, *roles: str) -> None:
        self.role_names = frozenset(roles)


STAFF = Anybody("market_staff")


@pytest.fixture
def planned(world: World, now) -> World:
    """Unit 1 has a plan for one day of April; late plans count five times."""
    told = {"resource_id": world.resources["R-1"], "number": "P-1", "version": 1, "available_kw": 40_000}
    told |= {"first_date": DAY, "first_slot": 1, "last_date": DAY, "last_slot": 48}
    submitted_at = datetime(2026, 4, 9, 18, 0, tzinfo=JAPAN)
    with world.desk.database.write_session() as session:
        session.add(OutagePlan(submitted_at=submitted_at, recorded_at=now, **told))
        session.add(
            ParameterSet(
                version=1,
                content=CONDITIONS,
                state="in_force",
                reason="試行",
                proposed_at=now,
                proposed_by_name="担当",
            )
        )
    return world


def request(world: World, **changes) -> Task:
    values = {"fiscal_year": YEAR, "delivery_months": [5, 4], "by": STAFF}
    with world.desk.database.open_session(writes=True) as session:
        return derive_slots.request_derivation(session, world.desk, **(values | changes))


def work(world: World) -> Task:
    handlers = {derive_slots.KIND: lambda run: derive_slots.run_derivation(world.desk, run)}
    while run_next(world.desk.database, handlers, clock=world.clock, holder=new_holder()):
        pass
    with world.desk.database.read_session() as session:
        return session.scalars(select(Task).order_by(Task.id.desc())).first()


def events(world: World, kind: str) -> list[dict]:
    with world.desk.database.read_session() as session:
        rows = session.scalars(select(Event).where(Event.kind == kind).order_by(Event.id))
        return [content_of(row) or {} for row in rows]


def versions(world: World) -> list[tuple[str, str, int]]:
    with world.desk.database.read_session() as session:
        rows = session.scalars(select(SlotFile).order_by(SlotFile.id))
        return [(row.month, row.kind, row.version) for row in rows if row.version > 1]


def test_a_task_makes_the_slots_of_a_plan_once(planned: World) -> None:
    first = request(planned)
    assert request(planned).id == first.id
    done = work(planned)
    assert (done.state, done.error) == ("done", "")
    assert done.result["delivery_months"] == [4, 5]
    assert versions(planned) == [("2026-04", "offered_kw", 2), ("2026-04", "multiplier", 2)]
    with planned.desk.database.read_session() as session:
        folder, resource_id = planned.desk.settings.slots_folder, planned.resources["R-1"]
        offered, multiplier = (
            slot_store.read_month(session, folder, resource_id, YEAR, 4, kind)[9, 0]
            for kind in ("offered_kw", "multiplier")
        )
        inputs = gather(
            session, folder, business_id=planned.businesses["P001"], fiscal_year=YEAR, delivery_month=4
        )
        figures = {each.key: each.exact for each in compute(inputs).key_figures()}
    assert (offered, multiplier) == (40_000, 5)
    assert figures["resource.R-1.shortfall_slots"] == "144"  # 48 slots × 5 × 60,000 of 100,000 kW
    [told] = events(planned, "slots_derived")
    assert [each["changed_resources"] for each in told["files"]] == [1, 1]

    request(planned)
    again = work(planned)
    assert (again.id > first.id, again.result["files"]) == (True, [])
    assert len(events(planned, "slots_derived")) == 1
    assert len(events(planned, "slot_derivation_requested")) == 2


@pytest.fixture(scope="module")
def killed_round():
    made = Round()
    yield made
    made.end()


@pytest.mark.parametrize("place", ["derive_slots.files_kept", "derive_slots.before_finish"])
def test_killed_and_run_again_it_gives_the_same_once(planned: World, killed_round: Round, place: str) -> None:
    request(planned)
    desk, now = planned.desk, planned.clock()
    assert killed_round.run(desk, now=now, fail_point=place, work="tasks") == EXIT_STATUS
    assert versions(planned) == []
    planned.clock.pass_by(hours=1)
    assert work(planned).state == "done"
    assert versions(planned) == [("2026-04", "offered_kw", 2), ("2026-04", "multiplier", 2)]
    assert len(events(planned, "slots_derived")) == 1


def test_at_once_it_gives_the_same(planned: World) -> None:
    made = derive_slots.derive_slots(planned.desk, fiscal_year=YEAR, delivery_months=[4], by=STAFF)
    assert [(each["kind"], each["version"]) for each in made["files"]] == [
        ("offered_kw", 2),
        ("multiplier", 2),
    ]
    everybody = derive_slots.derive_slots(
        planned.desk, fiscal_year=YEAR, delivery_months=[4], resources="all", by=STAFF
    )
    assert everybody["derived"] == 2
    assert [each["changed_resources"] for each in everybody["files"]] == [
        1,
        1,
    ]  # unit 2 stood still by its base


def test_a_base_that_came_in_meanwhile_is_not_overwritten(planned: World, monkeypatch, now) -> None:
    original = derive_slots.derive_month

    def with_import_in_between(session, folder, year, month, *, asked):
        found = original(session, folder, year, month, asked=asked)
        with planned.desk.database.write_session() as other:
            slot_store.write_month(
                other,
                folder,
                fiscal_year=YEAR,
                delivery_month=4,
                kind="offered_kw",
                resource_ids=list(planned.resources.values()),
                values=np.full((2, 30, 48), 7, dtype=np.int32),
                now=now,
            )
        return found

    monkeypatch.setattr(derive_slots, "derive_month", with_import_in_between)
    with pytest.raises(Conflict, match="もう一度"):
        derive_slots.derive_slots(planned.desk, fiscal_year=YEAR, delivery_months=[4], by=STAFF)
    assert versions(planned) == [("2026-04", "offered_kw", 2)]
    assert events(planned, "slots_derived") == []


@pytest.mark.any_database
def test_what_makes_no_sense_is_refused_with_all_of_it(world: World, now) -> None:
    with pytest.raises(NotAllowed):
        request(world, by=Anybody("operator"))
    with pytest.raises(Refused) as refused:
        request(world, fiscal_year=1999, delivery_months=[13], resources=[77])
    assert [problem.where for problem in refused.value.problems] == ["実需給年度", "実需給月", "電源等"]
    with pytest.raises(Refused, match="some"):
        request(world, resources="some")
    broken = '[[multiplier_conditions]]\nlabel = "a"\n'
    with world.desk.database.write_session() as session:
        told = {"reason": "試行", "proposed_at": now, "proposed_by_name": "担当"}
        session.add(ParameterSet(version=1, content=broken, state="in_force", **told))
    request(world)
    failed = work(world)
    assert failed.state == "failed"
    assert "設定値 multiplier_conditions[0].multiplier" in failed.error
