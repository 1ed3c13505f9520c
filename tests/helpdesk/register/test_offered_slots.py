"""Which resources are derived, and what their base of a month becomes."""

from datetime import date, datetime

import numpy as np
import pytest

from calc_core.multiplier_conditions import MultiplierCondition
from calc_core.plan_slots import NONE_PUBLISHED
from calc_core.slots import JAPAN
from helpdesk.register import slot_rows
from helpdesk.register.models import LowReserveSlot, OutagePlan, Resource, Substitution
from helpdesk.register.offered_slots import derive_month, year_plans
from helpdesk.register.slot_entries import lay_over
from helpdesk.register.slot_files import open_mapped

DAY = date(2026, 5, 20)
TIGHT = MultiplierCondition("低予備率", None, None, True, 5)
OTHERWISE = MultiplierCondition("その他", None, None, None, 2)


def derive(world, conditions=(TIGHT, OTHERWISE), month=5, asked=None):
    with world.database.read_session() as session:
        year = year_plans(session, 2026, conditions=conditions)
        if asked == "all":
            asked = year.periods.keys()
        return derive_month(session, world.slots, year, month, asked=asked)


def values_of(world, derived, kind: str) -> dict[int, np.ndarray]:
    [base] = [each for each in derived.bases if each.kind == kind]
    return dict(zip(base.resource_ids, open_mapped(world.slots, base.digest), strict=True))


def plan(world, now, resource=0, **changes) -> None:
    values = {
        "resource_id": world.resource_ids[resource],
        "number": "P-1",
        "version": 1,
        "submitted_at": datetime(2026, 4, 1, 9, 0, tzinfo=JAPAN),
        "first_date": DAY,
        "first_slot": 25,
        "available_kw": 300,
        "recorded_at": now,
    }
    with world.database.write_session() as session:
        session.add(OutagePlan(**(values | changes)))


def test_nobody_is_concerned_whose_base_is_there_and_who_has_no_plan(world) -> None:
    assert derive(world).derived == 0
    assert derive(world).bases == ()


def test_a_plan_becomes_kw_and_multiplier_and_the_others_stay_as_they_are(world, now) -> None:
    plan(world, now)
    with world.database.write_session() as session:
        session.add(LowReserveSlot(area="関西", date=DAY, slot=26, version=1, origin="file", recorded_at=now))
    derived = derive(world)
    first, second = world.resource_ids
    offered, multiplier = values_of(world, derived, "offered_kw"), values_of(world, derived, "multiplier")
    assert offered[first][18].tolist() == [1_000] * 48
    assert offered[first][19].tolist() == [1_000] * 24 + [300] * 24
    assert (offered[first][20:] == 300).all()
    assert multiplier[first][19].tolist() == [1] * 24 + [2, 5] + [2] * 22
    assert offered[second][0].tolist() == [405] * 24 + [1_000] * 24
    assert (derived.derived, [base.changed for base in derived.bases]) == (1, [1, 1])


def test_a_withdrawn_plan_gives_back_what_it_took_and_a_plan_of_another_month_concerns_nobody(
    world, now
) -> None:
    plan(world, now, resource=1)
    plan(world, now, resource=1, version=2, withdrawn=True)
    assert derive(world, month=4).derived == 0
    derived = derive(world)
    assert (values_of(world, derived, "offered_kw")[world.resource_ids[1]] == 1_000).all()
    assert derived.warnings == ()


def test_a_limit_counts_where_it_was_submitted(world, now) -> None:
    with world.database.write_session() as session:
        values = {world.resource_ids[0]: {DAY: {1: 50, 2: 1_500}}}
        lay_over(session, world.slots, fiscal_year=2026, kind="limit_kw", values=values, now=now)
    derived = derive(world)
    assert values_of(world, derived, "offered_kw")[world.resource_ids[0]][19, :3].tolist() == [
        50,
        1_000,
        1_000,
    ]
    assert [base.kind for base in derived.bases] == ["offered_kw"]


def test_a_month_that_nobody_has_a_base_of_gets_one_in_full(world) -> None:
    derived = derive(world, month=7)
    assert derived.derived == 2
    assert all((values == 1_000).all() for values in values_of(world, derived, "offered_kw").values())
    assert all((values == 1).all() for values in values_of(world, derived, "multiplier").values())


def test_those_asked_for_are_derived_whatever_their_base_says(world) -> None:
    only = derive(world, asked=[world.resource_ids[1]])
    assert (only.derived, only.bases[0].changed) == (1, 1)
    everybody = derive(world, asked="all")
    assert (everybody.derived, everybody.bases[0].changed) == (2, 1)
    assert (values_of(world, everybody, "offered_kw")[world.resource_ids[1]] == 1_000).all()


@pytest.mark.any_database
def test_a_substitute_offers_what_it_took_over_from_that_slot_on(world, now) -> None:
    with world.database.write_session() as session:
        third = Resource(
            code="R-3",
            name="北浜発電所3号機",
            business_id=world.business_id,
            area="関西",
            category="安定電源",
            installed_kw=400,
        )
        session.add(third)
        session.flush()
        told = {"from_resource_id": world.resource_ids[0], "to_resource_id": third.id, "kw": 400}
        told |= {"number": "S-1", "version": 1, "first_date": DAY, "first_slot": 25}
        session.add(Substitution(recorded_at=now, **told))
    assert derive(world, month=4).derived == 1  # the source, whose contract is moved in the year
    derived = derive(world)
    offered = values_of(world, derived, "offered_kw")
    assert offered[third.id][19].tolist() == [0] * 24 + [400] * 24
    assert offered[world.resource_ids[0]][19].tolist() == [1_000] * 24 + [600] * 24
    _name(world, now, derived)
    with world.database.write_session() as session:
        session.add(Substitution(recorded_at=now, **(told | {"version": 2, "withdrawn": True})))
    given_back = values_of(world, derive(world), "offered_kw")
    assert (given_back[world.resource_ids[0]] == 1_000).all()


def _name(world, now, derived) -> None:
    """Put the derived bases in force."""
    with world.database.write_session() as session:
        for base in derived.bases:
            slot_rows.add_version(
                session,
                base.before,
                fiscal_year=2026,
                month=base.month,
                kind=base.kind,
                digest=base.digest,
                resource_ids=base.resource_ids,
                now=now,
            )


@pytest.mark.any_database
def test_without_conditions_everything_counts_once_and_says_so(world, now) -> None:
    plan(world, now)
    derived = derive(world, conditions=())
    assert derived.warnings == (NONE_PUBLISHED,)
    assert [base.kind for base in derived.bases] == ["offered_kw"]
