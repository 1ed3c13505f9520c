"""One business with two resources, contracts and three months of slots."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import numpy as np
import pytest

from calc_core.fiscal_year import days_in_month
from cases.models import Business
from helpdesk.database import Database
from helpdesk.register import slot_store
from helpdesk.register.models import Contract, Resource

YEAR = 2026


@dataclass(frozen=True)
class World:
    """What the tests of the register start from."""

    database: Database
    slots: Path
    business_id: int
    resource_ids: list[int]


@pytest.fixture
def world(database: Database, tmp_path: Path, now: datetime) -> World:
    slots = tmp_path / "slots"
    with database.write_session() as session:
        business = Business(code="P001", name="北浜エナジー株式会社", kind="capacity_provider")
        session.add(business)
        session.flush()
        resources = [
            Resource(
                code=f"R-{number}",
                name=f"北浜発電所{number}号機",
                business_id=business.id,
                area="関西",
                category="安定電源",
                installed_kw=1_200,
                contracts=[
                    Contract(fiscal_year=YEAR, contract_kw=1_000, assessed_kw=1_000, price_yen_per_kw=5_832)
                ],
            )
            for number in (1, 2)
        ]
        session.add_all(resources)
        session.flush()
        ids = [resource.id for resource in resources]
        for month in (4, 5, 6):
            shape = (2, days_in_month(YEAR, month), 48)
            offered = np.full(shape, 1_000, dtype=np.int32)
            offered[1, :, :24] = 400 + month
            multiplier = np.ones(shape, dtype=np.int32)
            multiplier[1, 0] = 5
            for kind, values in (("offered_kw", offered), ("multiplier", multiplier)):
                slot_store.write_month(
                    session,
                    slots,
                    fiscal_year=YEAR,
                    delivery_month=month,
                    kind=kind,
                    resource_ids=ids,
                    values=values,
                    now=now,
                )
    return World(database, slots, business.id, ids)
