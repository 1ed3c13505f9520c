"""A resource's year is put together from files, corrections, contracts and low slots; what is missing stays missing."""

from datetime import date, datetime, timedelta
from fractions import Fraction

import numpy as np

from calc_core.contract_period import ContractPeriod
from helpdesk.queries.resource_slots import assessed_table, corrections_of, slots_of_year
from helpdesk.register.models import NO_VALUE, LowReserveSlot, Resource
from tests.world import CONTRACT_KW, CORRECTED, YEAR, World

DAYS = [date(2026, 4, 1) + timedelta(days=at) for at in range(365)]


def test_each_slot_owes_what_the_period_in_force_says() -> None:
    periods = [
        ContractPeriod(10, 10, 1, last=(date(2026, 4, 2), 3)),
        ContractPeriod(20, 20, 1, first=(date(2026, 4, 2), 5)),
    ]
    table = assessed_table(periods, DAYS)
    assert table[1, :6].tolist() == [10, 10, 10, 0, 20, 20]
    assert table[0, 0] == 10
    assert table[-1, -1] == 20
    assert not assessed_table([], DAYS).any()


def test_the_year_holds_what_is_in_force_and_nothing_for_later_months(world: World, now: datetime) -> None:
    with world.desk.database.write_session() as session:
        session.add_all(
            LowReserveSlot(
                area="関西", date=on, slot=34, version=1, origin="file", recorded_at=now, withdrawn=gone
            )
            for on, gone in ((date(2026, 5, 1), False), (date(2026, 5, 2), True))
        )
    with world.desk.database.read_session() as session:
        resource = session.get_one(Resource, world.resources["R-2"])
        year = slots_of_year(session, world.desk.settings.slots_folder, resource, YEAR)
        corrections = corrections_of(session, resource.id, *CORRECTED)
    assert year.known_months == (4, 5)
    assert set(np.unique(year.assessed_kw)) == {CONTRACT_KW}
    assert (year.offered_kw[61:] == NO_VALUE).all()
    assert sum(year.day_slots()) == Fraction(8_736)  # as the correction left it
    assert (corrections[0].date, corrections[0].kind) == (CORRECTED[0], "multiplier")
    assert year.low_slots()[5] == 1
    assert np.argwhere(year.low).tolist() == [[30, 33]]


def test_a_year_of_which_nothing_is_known_is_empty(world: World) -> None:
    with world.desk.database.read_session() as session:
        resource = session.get_one(Resource, world.resources["R-1"])
        year = slots_of_year(session, world.desk.settings.slots_folder, resource, 2027)
    assert (year.known_months, year.periods) == ((), ())
    assert len(year.days) == 366
    assert not any(year.day_slots())
