"""Events from what is registered: offers in low slots, instructions, orders; what is missing is told, not assumed."""

from datetime import date
from fractions import Fraction

import pytest

from calc_core.contract_period import ContractPeriod
from calc_core.slot_event import SlotEvent
from helpdesk.register.events_of_slots import EventResource, events_of_slots
from helpdesk.register.models import DispatchOrder, LowReserveSlot, SupplyInstruction
from helpdesk.register.slot_entries import lay_over

DAY = date(2026, 5, 20)
CONTRACT = ContractPeriod(1_000, 1_000, 5_832)


def resources(world, category="安定電源", periods=(CONTRACT,)) -> list[EventResource]:
    return [
        EventResource(each, f"R-{number}", "関西", category, periods)
        for number, each in enumerate(world.resource_ids, 1)
    ]


def low(world, now, *slots: int, day: date = DAY, area="関西") -> None:
    with world.database.write_session() as session:
        session.add_all(
            LowReserveSlot(area=area, date=day, slot=slot, version=1, origin="file", recorded_at=now)
            for slot in slots
        )


def submit(world, now, kind, cells, resource=0, day: date = DAY) -> None:
    with world.database.write_session() as session:
        values = {world.resource_ids[resource]: {day: cells}}
        lay_over(session, world.slots, fiscal_year=2026, kind=kind, values=values, now=now)


def gathered(world, months=(4, 5), **changes):
    with world.database.read_session() as session:
        return events_of_slots(
            session,
            world.slots,
            fiscal_year=2026,
            delivery_months=months,
            resources=resources(world, **changes),
        )


@pytest.fixture
def offered(world, now):
    """Slots 33 to 35 of a day are low; of the first resource one of them lacks the offer."""
    low(world, now, 33, 34, 35)
    low(world, now, 34, area="東京")
    submit(world, now, "limit_kw", dict.fromkeys(range(1, 49), 900))
    submit(world, now, "planned_kw", dict.fromkeys(range(1, 49), 300))
    submit(world, now, "market_offer_kw", {33: 0, 34: 500, 36: 1})
    return world


def test_offers_count_in_low_slots_where_all_three_are_submitted_and_the_rest_is_told(offered) -> None:
    found = gathered(offered)
    inputs = {"limit_kw": 900, "planned_kw": 300}
    assert found.of(offered.resource_ids[0]) == (
        SlotEvent(DAY, 33, "market_offer", inputs | {"offered_kw": 0}),
        SlotEvent(DAY, 34, "market_offer", inputs | {"offered_kw": 500}),
    )
    assert found.of(offered.resource_ids[1]) == ()
    assert found.warnings == [
        "電源等 R-1: 発電上限・発電計画・市場応札量がないため、5月の市場応札 1 コマを算定していません",
        "5月の低予備率アセスメント対象コマに発電上限・発電計画・市場応札量がない電源等が 1 件あります（R-2）。"
        "市場応札を算定していません",
    ]


@pytest.mark.any_database
def test_offers_are_asked_of_those_who_owe_them_and_only_while_a_contract_stands(offered) -> None:
    assert gathered(offered, category="発動指令電源").by_resource == {}
    ended = ContractPeriod(1_000, 1_000, 5_832, last=(DAY, 33))
    [event] = gathered(offered, periods=(ended,)).of(offered.resource_ids[0])
    assert event.slot == 33
    assert gathered(offered, months=(4,)).by_resource == {}


def test_instructions_are_held_against_the_metering_by_the_newest_version_and_the_highest_kw(
    world, now
) -> None:
    told = {"resource_id": world.resource_ids[0], "date": DAY, "recorded_at": now}
    rows = [
        SupplyInstruction(first_slot=10, last_slot=12, version=1, instructed_kw=100, **told),
        SupplyInstruction(first_slot=10, last_slot=11, version=2, instructed_kw=600, **told),
        SupplyInstruction(first_slot=11, last_slot=12, version=1, instructed_kw=700, **told),
        SupplyInstruction(first_slot=40, last_slot=41, version=1, instructed_kw=9, withdrawn=True, **told),
    ]
    with world.database.write_session() as session:
        session.add_all(rows)
    submit(world, now, "metered_wh", {10: 299_999, 11: 350_000})
    found = gathered(world)
    assert found.of(world.resource_ids[0]) == (
        SlotEvent(
            DAY,
            10,
            "supply_instruction",
            {"instructed_kw": 600, "delivered_kwh": Fraction(299_999, 1_000)},
        ),
        SlotEvent(DAY, 11, "supply_instruction", {"instructed_kw": 700, "delivered_kwh": Fraction(350)}),
    )
    assert found.warnings == ["電源等 R-1: 計量値がないため、5月の供給指示 1 コマを算定していません"]


def test_orders_take_baseline_and_metering_and_follow_a_correction_to_another_day(world, now) -> None:
    told = {"resource_id": world.resource_ids[1], "number": "D-1", "kind": "demand_response"}
    told |= {"recorded_at": now, "first_slot": 20}
    with world.database.write_session() as session:
        session.add(DispatchOrder(version=1, date=date(2026, 4, 1), last_slot=25, **told))
        session.add(DispatchOrder(version=2, date=DAY, last_slot=21, **told))
    submit(world, now, "baseline_wh", {20: 500_500, 21: 1}, resource=1)
    submit(world, now, "metered_wh", {20: 100_000}, resource=1)
    found = gathered(world)
    assert found.by_resource == {
        world.resource_ids[1]: [
            SlotEvent(
                DAY,
                20,
                "dispatch_order",
                {"baseline_kwh": Fraction(1001, 2), "metered_kwh": Fraction(100), "kind": "demand_response"},
            )
        ]
    }
    assert len(found.warnings) == 1
