"""Who offered just what was contracted: all of a month's slots, nothing less and nothing more."""

import numpy as np

from calc_core.fiscal_year import days_in_month
from helpdesk.register.full_offers import offered_in_full
from helpdesk.register.slot_store import write_month

YEAR = 2030


def test_only_months_that_offer_the_assessed_kw_in_every_slot_follow_a_contract(world, now) -> None:
    first, second = world.resource_ids
    with world.database.write_session() as session:
        for month in (4, 5):
            values = np.full((2, days_in_month(YEAR, month), 48), 1_000, dtype=np.int32)
            values[1, 3, 7] -= month == 5
            write_month(
                session,
                world.slots,
                fiscal_year=YEAR,
                delivery_month=month,
                kind="offered_kw",
                resource_ids=[first, second],
                values=values,
                now=now,
            )
        told = {first: 1_000, second: 1_000}
        assert offered_in_full(session, world.slots, YEAR, told) == {first: (4, 5), second: (4,)}
        assert offered_in_full(session, world.slots, YEAR, {first: 999}) == {}
        assert offered_in_full(session, world.slots, YEAR + 1, told) == {}
