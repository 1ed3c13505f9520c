"""A run is computed again from what it kept, whatever has happened since."""

from dataclasses import replace
from datetime import date
from fractions import Fraction

import numpy as np
import pytest
from sqlalchemy import update

from calc_core.coal_year import CoalYear
from calc_core.fleet import assess
from calc_core.slot_event import SlotEvent
from cases.history import SYSTEM
from helpdesk.blobs import BlobStore
from helpdesk.errors import NotFound
from helpdesk.register.fleet_inputs import gather_fleet
from helpdesk.register.fleet_material import (
    MATERIAL,
    compute_again,
    events_kept,
    gather_again,
    keep_material,
    read_material,
    read_material_of,
)
from helpdesk.register.models import Contract
from helpdesk.register.result_inputs import computed_months
from helpdesk.register.slot_store import correct_day, write_month
from tests.helpdesk.assessed import YEAR, month, record

pytestmark = pytest.mark.any_database

CONFIGURED = {"penalty/caps": {"monthly_ratio": {"2026": "0.01"}, "annual_ratio": {"2026": "1"}}}
INPUTS = {"baseline_kwh": Fraction(1, 3), "metered_kwh": 0, "kind": "generation"}
ORDER = SlotEvent(date(2026, 4, 2), 3, "dispatch_order", INPUTS)


def test_a_run_is_computed_again_to_the_yen_after_everything_has_changed(world, now, tmp_path) -> None:
    blobs, resource_id = BlobStore(tmp_path / "blobs"), world.resource_ids[1]

    def correct(session, value: int) -> None:
        correct_day(
            session,
            resource_id=resource_id,
            kind="offered_kw",
            on=date(2026, 5, 2),
            values=[value] * 48,
            reason="訂正",
            by=SYSTEM,
            now=now,
        )

    with world.database.write_session() as session:
        correct(session, 300)
        session.execute(update(Contract).values(inefficient_coal=True))
        gathered = gather_fleet(session, world.slots, fiscal_year=YEAR, last_month=5, scope={})
        gathered.resources[1] = replace(
            gathered.resources[1], events=(ORDER,), coal=CoalYear(Fraction(5, 2), 1, coal_kw=7, total_kw=9)
        )
        result = assess(YEAR, gathered.resources, gathered.months(), parameters=CONFIGURED)
        months = computed_months(gathered, result)
        named = {MATERIAL: keep_material(blobs, gathered), "configuration": CONFIGURED}
        run = record(session, months, now=now, inputs=gathered.to_json() | named).run
        assert keep_material(blobs, gathered) == named[MATERIAL]

        correct(session, 100)
        session.execute(update(Contract).values(price_yen_per_kw=1))
        write_month(
            session,
            world.slots,
            fiscal_year=YEAR,
            delivery_month=4,
            kind="multiplier",
            resource_ids=world.resource_ids,
            values=np.full((2, 30, 48), 3, dtype=np.int32),
            now=now,
        )
        assert compute_again(session, world.slots, blobs, run) == months
        again = gather_again(session, world.slots, blobs, run)
        material = read_material(blobs, run)
        assert [read_material_of(blobs, run, each) for each in world.resource_ids] == material
        assert read_material_of(blobs, run, 0) is None
    assert again.resources[1].coal == gathered.resources[1].coal
    assert list(events_kept(material, resource_id)) == [("2026-04-02", 3, "dispatch_order")]
    assert events_kept(material, world.resource_ids[0]) == {}


def test_a_run_that_kept_nothing_says_so(world, now, tmp_path) -> None:
    with world.database.write_session() as session:
        run = record(session, [month(world.resource_ids[0], world.business_id)], now=now).run
    with pytest.raises(NotFound, match="残っていません"):
        read_material(BlobStore(tmp_path), run)
