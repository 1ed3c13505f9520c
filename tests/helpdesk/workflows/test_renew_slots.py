"""An operator who forgets a step: what follows from an import is marked and asked for in the import's own transaction."""

import numpy as np
import pytest

from calc_core.fiscal_year import DELIVERY_MONTHS
from helpdesk.imports.kinds import KINDS
from helpdesk.imports.touched_months import FOLLOWED_BY_SLOTS
from helpdesk.register.input_marks import RESULTS, SLOTS, pending
from helpdesk.register.slot_store import read_month
from helpdesk.task_models import Task
from helpdesk.task_worker import run_next
from helpdesk.workflows import derive_slots, renew_slots
from helpdesk.workflows.assess_fleet import KIND as ASSESSMENT
from helpdesk.workflows.assess_fleet import request_assessment, run_assessment
from helpdesk.workflows.import_file import import_file
from tests.helpdesk.imports.tables import CONTRACTS
from tests.world import YEAR, World

PLAN = "電源等コード,計画番号,提出日時,開始日,開始コマ,終了日,終了コマ,利用可能容量\n"


class Anybody:
    id, display_name, business_id = 1, "担当", None
    role_names = frozenset({"market_staff"})


STAFF = Anybody()


def send(world: World, kind: str, text: str):
    with world.desk.database.write_session() as session:
        done = import_file(session, world.desk, kind, "送付.csv", text.encode(), keep=True, by=STAFF)
        return done.file_id, [
            (task.input["delivery_months"], task.input["resources"]) for task in done.renewals
        ]


def work(world: World, kind: str) -> None:
    handler = {derive_slots.KIND: derive_slots.run_derivation, ASSESSMENT: run_assessment}[kind]
    assert run_next(
        world.desk.database, {kind: lambda run: handler(world.desk, run)}, clock=world.clock, holder="test"
    )


def waiting(world: World) -> dict[str, list[tuple[int, tuple[str, ...]]]]:
    with world.desk.database.read_session() as session:
        found = pending(session, YEAR)
    return {name: [(each.delivery_month, each.causes) for each in rows] for name, rows in found.items()}


def test_a_plan_is_followed_by_slots_and_these_by_results_without_anybody_thinking_of_it(
    world: World,
) -> None:
    assert waiting(world) == {SLOTS: [], RESULTS: []}
    row = "R-1,P-1,2026-04-01 10:00,{},1,{},48,400\n"
    _, renewals = send(world, "outage_plans", PLAN + row.format("2026-04-30", "2026-05-02"))
    assert renewals == [([4, 5], None)]
    assert waiting(world)[SLOTS] == [(4, ("outage_plans",)), (5, ("outage_plans",))]
    work(world, renew_slots.KIND)
    assert waiting(world) == {SLOTS: [], RESULTS: [(4, ("slots",)), (5, ("slots",))]}
    with world.desk.database.write_session() as session:
        request_assessment(session, world.desk, fiscal_year=YEAR, last_month=4, scope={}, by=STAFF)
    work(world, ASSESSMENT)
    assert waiting(world) == {SLOTS: [], RESULTS: [(5, ("slots",))]}
    _, renewals = send(world, "outage_plans", PLAN + row.format("2026-05-03", "2026-05-04"))
    assert renewals == [([4, 5], None)], "the month that the plan left is derived as well"
    _, renewals = send(world, "outage_plans", PLAN + row.format("2026-05-03", "2026-05-04"))
    assert renewals == [], "what was known asks for nothing"
    with world.desk.database.read_session() as session:
        assert session.query(Task).filter(Task.kind == renew_slots.KIND).count() == 2


@pytest.mark.any_database
def test_who_offered_what_was_contracted_follows_a_corrected_contract_and_nobody_else(world: World) -> None:
    first, second = (world.resources[code] for code in ("R-1", "R-2"))
    before = may(world, second)
    row = f"R-1,北浜発電所 1号機,P001,関西,安定電源,105000,{YEAR},90000,5832\n"
    _, renewals = send(world, "contracts", CONTRACTS + row)
    assert renewals == [(list(DELIVERY_MONTHS), None), ([4, 5], [first])]
    work(world, renew_slots.KIND)
    work(world, renew_slots.KIND)
    assert set(may(world, first).flat) == {90_000}
    assert (may(world, second) == before).all()


def may(world: World, resource_id: int) -> np.ndarray:
    with world.desk.database.read_session() as session:
        folder = world.desk.settings.slots_folder
        return read_month(session, folder, resource_id, YEAR, 5, "offered_kw").copy()


@pytest.mark.any_database
def test_kinds_from_which_slots_follow_are_those_that_can_be_imported() -> None:
    assert KINDS.keys() >= FOLLOWED_BY_SLOTS
