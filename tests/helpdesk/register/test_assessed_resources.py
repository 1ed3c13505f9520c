"""Who is assessed in a year: by contract or as a substitute, with events, and with coal only where March is asked for."""

from datetime import date

import pytest

from calc_core.fiscal_year import DELIVERY_MONTHS
from helpdesk.register.assessed_resources import assessed_resources
from helpdesk.register.models import CoalMetering, Contract, Resource, Substitution

pytestmark = pytest.mark.any_database


def assessed(world, *months: int, year: int = 2026, **scope):
    with world.database.read_session() as session:
        return assessed_resources(
            session, world.slots, fiscal_year=year, delivery_months=months or (4,), **scope
        )


def codes(found) -> list[str]:
    return [each.row.code for each in found.resources]


def test_who_has_no_contract_and_substitutes_for_nobody_is_not_assessed(world) -> None:
    everybody = assessed(world)
    assert codes(everybody) == ["R-1", "R-2"]
    assert everybody.resources[0].row.business.code == "P001"
    assert codes(assessed(world, resource_id=world.resource_ids[1])) == ["R-2"]
    assert codes(assessed(world, business_id=world.business_id + 1)) == []
    assert codes(assessed(world, year=2027)) == []


def test_a_substitute_without_a_contract_is_assessed_and_who_it_replaced_is_idle_from_then_on(
    world, now
) -> None:
    with world.database.write_session() as session:
        third = Resource(
            code="R-3",
            name="みなと発電所",
            business_id=world.business_id,
            area="関西",
            category="安定電源",
            installed_kw=1,
        )
        session.add(third)
        session.flush()
        told = {"from_resource_id": world.resource_ids[0], "to_resource_id": third.id}
        told |= {"number": "S-1", "version": 1, "first_date": date(2026, 7, 1), "first_slot": 1}
        session.add(Substitution(recorded_at=now, **told))
    found = assessed(world)
    assert codes(found) == ["R-1", "R-2", "R-3"]
    assert [found.resources[0].is_idle(2026, month) for month in (6, 7)] == [False, True]
    assert [found.resources[2].is_idle(2026, month) for month in (6, 7)] == [True, False]


def test_coal_is_looked_at_with_march_and_what_is_missing_is_told(world, now) -> None:
    with world.database.write_session() as session:
        for contract in session.query(Contract):
            contract.inefficient_coal = True
        told = {"resource_id": world.resource_ids[0], "fiscal_year": 2026, "version": 1, "recorded_at": now}
        for month in DELIVERY_MONTHS:
            values = {"delivery_month": month, "metered_wh": 5, "low_reserve_wh": 1}
            session.add(CoalMetering(**told, **values))
    assert [each.coal for each in assessed(world).resources] == [None, None]
    year = assessed(world, *DELIVERY_MONTHS)
    assert year.resources[0].coal is not None
    assert year.resources[0].coal.metered_kwh * 1_000 == 60
    assert (year.resources[1].coal, len(year.warnings)) == (None, 1)
