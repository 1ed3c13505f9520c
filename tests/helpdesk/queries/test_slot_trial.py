"""What would come of other slots is told at once, for every month, with its derivation, and nothing is kept."""

import pytest
from sqlalchemy import func, select

from helpdesk.errors import Refused
from helpdesk.queries.slot_trial import Trial, try_change
from helpdesk.register.models import Resource, SlotDay
from tests.world import PENALTY_RECOMPUTED_YEN, YEAR, World

ONE_DAY = {"kind": "multiplier", "value": "1", "first_date": "2026-05-01"}


def tried(world: World, **row: str) -> Trial:
    with world.desk.database.read_session() as session:
        resource = session.get_one(Resource, world.resources["R-2"])
        folder = world.desk.settings.slots_folder
        return try_change(session, folder, resource, YEAR, 5, {"row": 1, "resource": "R-2"} | row)


def test_one_day_at_the_lower_multiplier_takes_the_penalty_away(world: World) -> None:
    trial = tried(world, **ONE_DAY)
    assert [each.after.delivery_month for each in trial.months] == [4, 5]
    april, may = trial.months
    assert not april.differs
    assert (may.before.cumulative_slots, may.after.cumulative_slots) == (8_736, 8_544)
    assert (trial.penalty_before_yen, trial.penalty_after_yen) == (PENALTY_RECOMPUTED_YEN, 0)
    assert may.penalty_change_yen == -PENALTY_RECOMPUTED_YEN
    assert "2026-05-01" in trial.text
    penalty = next(section for section in trial.sections if "ペナルティ" in section.title)
    assert penalty.note == "0円"
    assert trial.explained_month == 5
    with world.desk.database.read_session() as session:
        assert session.scalar(select(func.count()).select_from(SlotDay)) == 7  # those of the world


def test_the_month_that_is_changed_is_explained_not_the_last_one(world: World) -> None:
    trial = tried(world, kind="offered_kw", value="0", first_date="2026-04-01")
    assert [each.after.delivery_month for each in trial.months] == [4, 5]
    assert trial.explained_month == 4
    shortfall = trial.sections[0].steps[0]
    assert shortfall["label"].startswith("4月分の未達成コマ")


def test_what_cannot_be_tried_is_refused_with_every_problem(world: World) -> None:
    with pytest.raises(Refused) as refused:
        tried(world, kind="multiplier", value="many", first_date="2026-05-40")
    assert len(refused.value.problems) == 2
