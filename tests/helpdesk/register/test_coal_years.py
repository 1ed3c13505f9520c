"""The coal year from monthly rows, from the slots, from both, and what is said where a month is missing."""

from datetime import date
from fractions import Fraction

import numpy as np
import pytest

from calc_core.coal_year import CoalYear
from calc_core.contract_period import ContractPeriod
from calc_core.fiscal_year import DELIVERY_MONTHS, days_in_month
from helpdesk.register.coal_years import coal_years
from helpdesk.register.events_of_slots import EventResource
from helpdesk.register.models import CoalMetering, Contract, LowReserveSlot
from helpdesk.register.slot_store import write_month

COAL = ContractPeriod(1_000, 1_000, 5_832, 0, True)


@pytest.fixture
def metered(world, now):
    """Rows of all months but May, one of them corrected; nobody sent May yet."""
    with world.database.write_session() as session:
        told = {"resource_id": world.resource_ids[0], "fiscal_year": 2026, "recorded_at": now}
        for month in DELIVERY_MONTHS:
            if month != 5:
                row = {"delivery_month": month, "metered_wh": 1_000_500, "low_reserve_wh": 500}
                session.add(CoalMetering(version=1, **told, **row))
        corrected = {"delivery_month": 3, "metered_wh": 2_000_500, "low_reserve_wh": 1_500}
        session.add(CoalMetering(version=2, **told, **corrected))
    return world


def gathered(world, periods=(COAL,)):
    resource = EventResource(world.resource_ids[0], "R-1", "関西", "安定電源", periods)
    warnings: list[str] = []
    with world.database.read_session() as session:
        found = coal_years(session, world.slots, fiscal_year=2026, resources=[resource], warnings=warnings)
    return found.get(world.resource_ids[0]), warnings


def send_may(world, now, *, gap: bool = False) -> None:
    values = np.full((1, days_in_month(2026, 5), 48), 1_000, dtype=np.int32)
    values[0, 30, 47] = -1 if gap else 1_000
    with world.database.write_session() as session:
        write_month(
            session,
            world.slots,
            fiscal_year=2026,
            delivery_month=5,
            kind="metered_wh",
            resource_ids=world.resource_ids[:1],
            values=values,
            now=now,
        )
        told = {"area": "関西", "version": 1, "origin": "file", "recorded_at": now}
        session.add(LowReserveSlot(date=date(2026, 5, 1), slot=1, **told))
        session.add(LowReserveSlot(date=date(2026, 5, 31), slot=48, **told))


def test_without_all_months_there_is_no_year(metered) -> None:
    told = "電源等 R-1: 5月の計量値がそろっていないため、稼働抑制を算定していません"
    assert gathered(metered) == (None, [told])


def test_a_month_without_a_row_is_added_up_from_its_slots(metered, now) -> None:
    send_may(metered, now)
    slots = 31 * 48
    expected = CoalYear(
        Fraction(10 * 1_000_500 + 2_000_500 + slots * 1_000, 1_000),
        Fraction(10 * 500 + 1_500 + 2 * 1_000, 1_000),
    )
    assert gathered(metered) == (expected, [])


def test_a_gap_in_the_slots_is_a_missing_month_unless_nothing_was_owed_there(metered, now) -> None:
    send_may(metered, now, gap=True)
    assert gathered(metered)[0] is None
    until = ContractPeriod(1_000, 1_000, 5_832, 0, True, last=(date(2026, 5, 31), 47))
    year, _ = gathered(metered, (until,))
    assert year is not None
    assert year.low_reserve_kwh == Fraction(10 * 500 + 1_500 + 1_000, 1_000)


@pytest.mark.any_database
def test_who_burns_no_coal_is_not_asked_and_mixed_units_keep_their_kw(metered, now) -> None:
    assert gathered(metered, (ContractPeriod(1_000, 1_000, 5_832),)) == (None, [])
    send_may(metered, now)
    with metered.database.write_session() as session:
        contract = session.query(Contract).filter_by(resource_id=metered.resource_ids[0]).one()
        contract.coal_kw, contract.total_kw = 300, 900
    year, _ = gathered(metered)
    assert (year.coal_kw, year.total_kw) == (300, 900)
