"""What the fleet is computed from: names first, slots a month at a time, the same figures as the single statement."""

from datetime import date, timedelta

import numpy as np
import pytest

from calc_core.fleet import assess
from helpdesk.errors import NotFound, Refused
from helpdesk.register import runs
from helpdesk.register.errors import SlotsMissing
from helpdesk.register.fleet_inputs import gather_fleet
from helpdesk.register.models import DispatchOrder, Resource, Substitution
from helpdesk.register.slot_entries import lay_over
from helpdesk.register.slot_store import correct_day
from helpdesk.register.statement_inputs import gather

DAY = date(2026, 5, 20)


class Nobody:
    id, display_name = None, "試験"


def fleet(world, session, last_month=5, **scope):
    return gather_fleet(session, world.slots, fiscal_year=2026, last_month=last_month, scope=scope)


@pytest.fixture
def swapped(world, now) -> int:
    """From 20 May a third resource answers for 250 kW of the second; its slots of May are there."""
    with world.database.write_session() as session:
        third = Resource(
            code="R-0",
            name="北浜発電所0号機",
            business_id=world.business_id,
            area="関西",
            category="発動指令電源",
            installed_kw=1_200,
        )
        session.add(third)
        session.flush()
        told = {"from_resource_id": world.resource_ids[1], "to_resource_id": third.id}
        told |= {"number": "S-1", "version": 1, "first_date": DAY, "first_slot": 1, "kw": 250}
        session.add(Substitution(recorded_at=now, **told))
        order = {"resource_id": third.id, "number": "D-1", "version": 1, "kind": "generation"}
        session.add(DispatchOrder(date=DAY, first_slot=20, last_slot=21, recorded_at=now, **order))
        for kind, value in (("offered_kw", 100), ("multiplier", 5)):
            days = {date(2026, 5, 1) + timedelta(days=number): [value] * 48 for number in range(31)}
            lay_over(session, world.slots, fiscal_year=2026, kind=kind, values={third.id: days}, now=now)
        for kind, cells in (("baseline_wh", {20: 0, 21: 0}), ("metered_wh", {20: 100_000, 21: 333})):
            values = {third.id: {DAY: cells}}
            lay_over(session, world.slots, fiscal_year=2026, kind=kind, values=values, now=now)
    return third.id


def test_the_fleet_comes_to_what_each_statement_comes_to(world, swapped, now) -> None:
    with world.database.write_session() as session:
        correct_day(
            session,
            resource_id=world.resource_ids[0],
            kind="offered_kw",
            on=date(2026, 5, 3),
            values=[123] * 48,
            reason="訂正",
            by=Nobody,
            now=now,
        )
    with world.database.read_session() as session:
        inputs = fleet(world, session)
        statement = runs.compute(
            gather(session, world.slots, business_id=world.business_id, fiscal_year=2026, delivery_month=5)
        )
    assert [each.resource for each in inputs.resources] == ["R-0", "R-1", "R-2"]
    assert inputs.ids == [swapped, *world.resource_ids]
    result = assess(2026, inputs.resources, inputs.months())
    in_may = [each for each in result.months if each.delivery_month == 5]
    lines = {line.resource: line for line in statement.lines}
    assert len(in_may) == 3
    for each in in_may:
        line = lines[each.resource]
        assert (each.cumulative_slots, each.penalty_total_yen, each.payment_yen) == (
            line.months[-1].cumulative_slots,
            line.penalty_yen,
            line.payment_yen,
        )
    assert in_may[0].shortfall_kwh["dispatch_order"] > 0
    assert in_may[0].shortfall_slots == 12 * 48 * 5 * 150 / 250


def test_a_month_without_corrections_is_the_mapped_file_itself(world, now) -> None:
    with world.database.read_session() as session:
        inputs = fleet(world, session)
        slots = inputs.slots(5)
        assert isinstance(slots.offered_kw, np.memmap)
        assert slots.offered_kw[1, 0].tolist() == [405] * 24 + [1_000] * 24
        one = fleet(world, session, resource=world.resource_ids[1])
    assert one.slots(5).offered_kw.shape == (1, 31, 48)
    assert one.slots(5).multiplier[0, 0].tolist() == [5] * 48
    assert one.digests(0, 4) == inputs.digests(1, 4)
    assert list(one.months()) == [4, 5]
    with pytest.raises(KeyError):
        one.months()[6]


def test_digests_tell_which_month_and_what_of_it_has_changed(world, swapped, now) -> None:
    with world.database.read_session() as session:
        before = fleet(world, session)
    with world.database.write_session() as session:
        correct_day(
            session,
            resource_id=world.resource_ids[0],
            kind="multiplier",
            on=DAY,
            values=[2] * 48,
            reason="訂正",
            by=Nobody,
            now=now,
        )
        told = {"from_resource_id": world.resource_ids[1], "to_resource_id": swapped}
        told |= {"number": "S-1", "version": 2, "first_date": DAY, "first_slot": 1, "withdrawn": True}
        session.add(Substitution(recorded_at=now, kw=250, **told))
    with world.database.read_session() as session:
        after = fleet(world, session)
    assert after.ids == world.resource_ids

    def changed(index: int, month: int) -> set[str]:
        old, new = before.digests(index + 1, month), after.digests(index, month)
        return {name for name in old if old[name] != new[name]}

    assert (changed(0, 4), changed(0, 5)) == (set(), {"slots"})
    assert (changed(1, 4), changed(1, 5)) == ({"contract"}, {"contract"})
    old, new = before.to_json(), after.to_json()
    assert {name for name in old if old[name] != new[name]} == {
        "resources",
        "slot_sources",
        "contracts_digest",
        "events",
        "events_digest",
    }


def test_a_substitute_needs_slots_only_while_it_owes_something(world, swapped) -> None:
    with world.database.read_session() as session:
        inputs = fleet(world, session)
        assert inputs.slots(4).offered_kw[0].max() == 0
        assert inputs.slots(4).multiplier[0].min() == 1
        with pytest.raises(SlotsMissing) as refused:
            fleet(world, session, last_month=7)
    assert "2026-06 の提供できる供給力の最大値（電源等 1 件）" in str(refused.value)
    assert "2026-07 の倍率（電源等 3 件）" in str(refused.value)


@pytest.mark.any_database
def test_what_cannot_be_computed_is_refused(world) -> None:
    with world.database.read_session() as session:
        assert fleet(world, session, business=world.business_id).business_ids == [world.business_id] * 2
        for scope in ({"business": 99}, {"resource": 99}):
            with pytest.raises(NotFound):
                fleet(world, session, **scope)
        with pytest.raises(Refused, match="算定の範囲"):
            fleet(world, session, area=1)
        with pytest.raises(Refused, match="2031 年度"):
            gather_fleet(session, world.slots, fiscal_year=2031, last_month=4, scope={})
