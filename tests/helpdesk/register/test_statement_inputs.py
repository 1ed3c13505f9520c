"""What a statement is computed from, with substitutions, events and coal, and the same again from what a run kept."""

import json
from datetime import date

import pytest

from helpdesk.errors import Refused
from helpdesk.register import runs
from helpdesk.register.errors import SlotsMissing
from helpdesk.register.models import DispatchOrder, LowReserveSlot, Resource, Substitution
from helpdesk.register.slot_entries import lay_over
from helpdesk.register.statement_inputs import gather, gather_again

DAY = date(2026, 5, 20)
TIGHT = {"penalty/market_offer": {"tight_hours": {"2026": "30"}}}


def inputs_of(world, session, month=5):
    return gather(session, world.slots, business_id=world.business_id, fiscal_year=2026, delivery_month=month)


@pytest.fixture
def swapped(world, now) -> int:
    """From 20 May, slot 25 on, a third resource of the business answers for the whole of the first."""
    with world.database.write_session() as session:
        third = Resource(
            code="R-3",
            name="北浜発電所3号機",
            business_id=world.business_id,
            area="関西",
            category="安定電源",
            installed_kw=1_200,
        )
        session.add(third)
        session.flush()
        session.add(
            Substitution(
                number="S-1",
                version=1,
                from_resource_id=world.resource_ids[0],
                to_resource_id=third.id,
                first_date=DAY,
                first_slot=25,
                recorded_at=now,
            )
        )
    return third.id


@pytest.fixture
def tight(world, now) -> None:
    """Slot 34 of a day is low; the first resource kept 600 kW back."""
    cells = {"limit_kw": 900, "planned_kw": 300, "market_offer_kw": 0}
    with world.database.write_session() as session:
        told = {"area": "関西", "date": DAY, "origin": "file", "recorded_at": now}
        session.add(LowReserveSlot(slot=34, version=1, **told))
        for kind, value in cells.items():
            values = {world.resource_ids[0]: {DAY: {34: value}}}
            lay_over(session, world.slots, fiscal_year=2026, kind=kind, values=values, now=now)


def kept_again(world, session, inputs):
    kept = json.loads(json.dumps(inputs.to_json()))
    again = gather_again(session, world.slots, kept)
    assert again.to_json() == inputs.to_json() == kept
    return again


def test_what_is_simple_is_kept_as_it_always_was(world) -> None:
    with world.database.read_session() as session:
        inputs = inputs_of(world, session)
        kept_again(world, session, inputs)
    kept = inputs.to_json()
    assert set(kept) == {"business_id", "fiscal_year", "delivery_month", "resources", "slot_sources"}
    assert not {"periods", "events", "coal"} & kept["resources"][0].keys()


def test_a_substitution_needs_the_slots_of_the_substitute_from_then_on_only(world, swapped, now) -> None:
    with world.database.read_session() as session:
        april = inputs_of(world, session, month=4)
        assert [each.code for each in april.resources] == ["R-1", "R-2", "R-3"]
        assert april.resources[2].slots[4, "offered_kw"].max() == 0
        with pytest.raises(SlotsMissing, match="2026-05 の提供できる供給力の最大値（電源等 1 件）"):
            inputs_of(world, session)
    whole = {date(2026, 5, day): [700] * 48 for day in range(1, 32)}
    ones = {date(2026, 5, day): [1] * 48 for day in range(1, 32)}
    with world.database.write_session() as session:
        for kind, days in (("offered_kw", whole), ("multiplier", ones)):
            lay_over(session, world.slots, fiscal_year=2026, kind=kind, values={swapped: days}, now=now)
    with world.database.read_session() as session:
        inputs = inputs_of(world, session)
        again = kept_again(world, session, inputs)
        assert runs.compute(inputs).to_json() == runs.compute(again).to_json()
        figures = {each.key: each.exact for each in runs.compute(inputs).key_figures()}
    assert [each.first for each in inputs.resources[2].periods] == [(DAY, 25)]
    assert figures["resource.R-3.shortfall_slots"] == str((11 * 48 + 24) * 3 / 10)
    assert figures["resource.R-1.payment_yen"] == "0"
    assert figures["resource.R-3.payment_yen"] == "486000"


def test_events_are_kept_with_the_run_and_repeat_although_they_have_changed_since(world, tight, now) -> None:
    with world.database.write_session() as session:
        run = runs.run_statement(
            session,
            business_id=world.business_id,
            fiscal_year=2026,
            delivery_month=5,
            slots_folder=world.slots,
            by=_Nobody,
            now=now,
            parameters=TIGHT,
        )
        assert runs.is_current(session, run, slots_folder=world.slots, parameters=TIGHT)
        assert not runs.is_current(session, run, slots_folder=world.slots, parameters={})
        values = {world.resource_ids[0]: {DAY: {34: 600}}}
        lay_over(session, world.slots, fiscal_year=2026, kind="market_offer_kw", values=values, now=now)
    assert run.inputs["resources"][0]["events"] == [
        ["2026-05-20", 34, "market_offer", {"limit_kw": 900, "planned_kw": 300, "offered_kw": 0}]
    ]
    with world.database.read_session() as session:
        assert runs.repeat(session, run, slots_folder=world.slots).equal
        assert not runs.is_current(session, run, slots_folder=world.slots)


@pytest.mark.any_database
def test_what_is_left_out_is_kept_with_the_run(world, now) -> None:
    with world.database.write_session() as session:
        told = {"resource_id": world.resource_ids[0], "number": "D-1", "kind": "generation"}
        session.add(DispatchOrder(version=1, date=DAY, first_slot=1, last_slot=6, recorded_at=now, **told))
    with world.database.read_session() as session:
        inputs = inputs_of(world, session)
        assert kept_again(world, session, inputs).warnings == inputs.warnings
    [warning] = inputs.warnings
    assert "発動指令 6 コマ" in warning


@pytest.mark.any_database
def test_a_year_without_contracts_is_refused(world) -> None:
    with world.database.read_session() as session, pytest.raises(Refused, match="2031 年度の契約"):
        gather(session, world.slots, business_id=world.business_id, fiscal_year=2031, delivery_month=4)


class _Nobody:
    id, display_name = None, "試験"
