"""一括算定の素材: contracts, events and coal of a run as they were, kept as one file, to compute the run again years later.

The slots are named by the run itself (base files and corrections). What does not change from run to run is the same
file: it is named by its content.
"""

import gzip
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from sqlalchemy.orm import Session

from calc_core.fleet import assess
from calc_core.fleet_resource import FleetResource
from calc_core.slot_event import SlotEvent
from cases.history import canonical
from helpdesk.blobs import BlobStore
from helpdesk.errors import NotFound
from helpdesk.register import slot_rows
from helpdesk.register.fleet_inputs import FleetInputs
from helpdesk.register.fleet_runs import ComputedMonth
from helpdesk.register.kept_inputs import coal_json, coal_of, event_json, event_of, periods_json, periods_of
from helpdesk.register.models import FleetRun
from helpdesk.register.result_inputs import computed_months
from helpdesk.register.slot_store import SlotSource

MATERIAL = "material"  # the key of a run's inputs that names the file
_NAMES = ("resource", "business", "area", "category")


def keep_material(blobs: BlobStore, gathered: FleetInputs) -> str:
    """Keep contracts, events and coal of all resources; the digest that names the file."""
    rows = [
        {name: getattr(resource, name) for name in _NAMES}
        | {
            "id": resource_id,
            "business_id": business_id,
            "periods": periods_json(resource.periods),
            "events": [event_json(each) for each in resource.events],
            "coal": coal_json(resource.coal) if resource.coal is not None else None,
        }
        for resource, resource_id, business_id in zip(
            gathered.resources, gathered.ids, gathered.business_ids, strict=True
        )
    ]
    return blobs.put(gzip.compress(canonical(rows).encode(), mtime=0))


def read_material(blobs: BlobStore, run: FleetRun) -> list[dict[str, Any]]:
    """What was kept of a run, resource by resource. Raises `NotFound` for a run that kept none."""
    digest = run.inputs.get(MATERIAL)
    if digest is None:
        raise NotFound("この一括算定には、計算し直すための入力が残っていません")
    return json.loads(gzip.decompress(blobs.get(digest)))


def events_kept(material: list[dict[str, Any]], resource_id: int) -> dict[tuple[str, int, str], SlotEvent]:
    """The events of one resource by day, slot and kind."""
    rows = next((each["events"] for each in material if each["id"] == resource_id), [])
    return {(on, slot, event): event_of([on, slot, event, inputs]) for on, slot, event, inputs in rows}


def gather_again(session: Session, folder: Path, blobs: BlobStore, run: FleetRun) -> FleetInputs:
    """The inputs of a run as they were, whatever was corrected or imported since."""
    material = read_material(blobs, run)
    ids = [row["id"] for row in material]
    sources = [SlotSource.from_json(each) for each in run.inputs["slot_sources"]]
    orders = slot_rows.row_orders(session, {each.file_id for each in sources if each.file_id is not None})
    return FleetInputs(
        run.fiscal_year,
        run.last_month,
        dict(run.scope),
        [_resource(row) for row in material],
        ids,
        [row["business_id"] for row in material],
        [],
        {(each.delivery_month, each.kind): each for each in sources},
        folder,
        {file_id: np.array([row_of.get(each, -1) for each in ids]) for file_id, row_of in orders.items()},
        slot_rows.corrected_values(session, [each for source in sources for each in source.corrections]),
    )


def compute_again(session: Session, folder: Path, blobs: BlobStore, run: FleetRun) -> list[ComputedMonth]:
    """再現: every month of a run from the inputs and numbers it was computed from, with today's code; nothing is kept."""
    inputs = gather_again(session, folder, blobs, run)
    configured = {
        rule: settings
        for rule, settings in run.inputs.get("configuration", {}).items()
        if rule != "multiplier_conditions"
    }
    result = assess(inputs.fiscal_year, inputs.resources, inputs.months(), parameters=configured or None)
    return computed_months(inputs, result)


def _resource(row: Mapping[str, Any]) -> FleetResource:
    return FleetResource(
        **{name: row[name] for name in _NAMES},
        periods=periods_of(row["periods"]),
        events=tuple(event_of(each) for each in row["events"]),
        coal=coal_of(row["coal"]) if row["coal"] is not None else None,
    )
