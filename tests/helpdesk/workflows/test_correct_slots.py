from datetime import date

import pytest
from sqlalchemy import func, select

from cases.history import content_of, read_stream
from helpdesk.errors import NotAllowed, NotFound, Refused
from helpdesk.register.models import Contract, SlotDay
from helpdesk.register.slot_store import read_month
from helpdesk.workflows.correct_slots import correct_slots, withdraw_correction
from tests.world import YEAR, World

RANGE = {"kind": "multiplier", "first_date": "2026-04-29", "last_date": "2026-05-01", "value": "1"}


def correct(world: World, *rows, resource: str = "R-2", by: str = "leader", reason: str = "調整済みの差替"):
    with world.desk.database.open_session(writes=True) as session:
        return correct_slots(
            session,
            world.desk,
            world.resources[resource],
            YEAR,
            rows,
            reason=reason,
            by=world.people[by],
        )


def corrections(world: World) -> int:
    with world.desk.database.read_session() as session:
        return session.scalar(select(func.count()).select_from(SlotDay))


def effective(world: World, month: int, kind: str = "multiplier"):
    with world.desk.database.read_session() as session:
        return read_month(
            session, world.desk.settings.slots_folder, world.resources["R-2"], YEAR, month, kind
        )


def test_a_range_over_two_months_is_laid_over_day_by_day_with_its_reason(world: World) -> None:
    made = correct(world, RANGE)
    assert [(day.kind, day.date, day.version, day.reason) for day in made] == [
        ("multiplier", date(2026, 4, 29), 1, "調整済みの差替"),
        ("multiplier", date(2026, 4, 30), 1, "調整済みの差替"),
        ("multiplier", date(2026, 5, 1), 1, "調整済みの差替"),
    ]
    april = effective(world, 4)
    assert (set(april[28].tolist()), set(april[27].tolist())) == ({1}, {5})
    with world.desk.database.read_session() as session:
        (event,) = read_stream(session, f"assessment:{YEAR}")
    assert (event.kind, event.actor_name) == ("slots_corrected", "山本 大輔")
    assert content_of(event)["days"][0] == ["multiplier", "2026-04-29", 1]


@pytest.mark.any_database
def test_slots_within_a_day_are_corrected_over_an_earlier_correction_which_can_be_withdrawn(
    world: World,
) -> None:
    part = {
        "kind": "multiplier",
        "first_date": "2026-05-26",
        "first_slot": "1",
        "last_slot": "2",
        "value": "3",
    }
    (day,) = correct(world, part)
    assert day.version == 2
    assert effective(world, 5)[25, :4].tolist() == [3, 3, 1, 1]
    with world.desk.database.open_session(writes=True) as session:
        withdraw_correction(
            session,
            world.desk,
            day.resource_id,
            "multiplier",
            day.date,
            reason="誤り",
            by=world.people["leader"],
        )
    assert effective(world, 5)[25, :4].tolist() == [5, 5, 5, 5]
    with (
        world.desk.database.open_session(writes=True) as session,
        pytest.raises(Refused, match="取り消す訂正がありません"),
    ):
        withdraw_correction(
            session,
            world.desk,
            day.resource_id,
            "multiplier",
            day.date,
            reason="誤り",
            by=world.people["leader"],
        )


@pytest.mark.any_database
def test_a_substitute_without_a_contract_of_its_own_can_be_corrected(world: World) -> None:
    with world.desk.database.write_session() as session:
        session.delete(
            session.scalars(select(Contract).where(Contract.resource_id == world.resources["R-2"])).one()
        )
    assert len(correct(world, RANGE)) == 3


@pytest.mark.any_database
def test_all_problems_are_told_and_nothing_is_written(world: World) -> None:
    before = corrections(world)
    wrong = [
        {"kind": "multiplier", "first_date": "2025-12-01", "value": "200"},
        {"kind": "contract_kw", "value": "5"},
    ]
    with pytest.raises(Refused) as refused:
        correct(world, *wrong, reason=" ")
    assert [problem.where for problem in refused.value.problems] == [
        "訂正 1（倍率）・新しい値",
        "訂正 1（倍率）・始まりの日",
        "訂正 2・変えるもの",
        "理由",
    ]
    with pytest.raises(Refused, match="一つ以上"):
        correct(world)
    with pytest.raises(Refused, match="登録されている値と同じ"):
        correct(world, RANGE | {"value": "5"})
    with pytest.raises(NotAllowed):
        correct(world, RANGE, by="sato")
    world.resources["R-9"] = 0
    with pytest.raises(NotFound):
        correct(world, RANGE, resource="R-9")
    del world.resources["R-9"]
    assert corrections(world) == before
