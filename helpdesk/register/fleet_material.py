"""一括算定の素材: contracts, events and coal of a run as they were, kept as one file, to compute the run again years later.

The slots are named by the run itself (base files and corrections). What does not change from run to run is the same
file: it is named by its content.
"""

import gzip
import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
from sqlalchemy.orm import Session

from calc_core.fiscal_year import LAST_DELIVERY_MONTH
from calc_core.fleet import assess
from calc_core.fleet.resource import FleetResource
from calc_core.multiplier_conditions import KEY
from calc_core.slot_event import SlotEvent
from cases.history import canonical
from helpdesk.blobs import BlobStore
from helpdesk.errors import NotFound
from helpdesk.register import slot_rows
from helpdesk.register.fleet_inputs import FleetInputs
from helpdesk.register.fleet_runs import ComputedMonth
from helpdesk.register.kept_inputs import coal_json, coal_of, event_json, event_of, periods_json, periods_of
from helpdesk.register.models import FleetRun, MonthResult
from helpdesk.register.result_inputs import computed_months
from helpdesk.register.slot_store import SlotSource
from helpdesk.register.statement_inputs import months_until

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
    return json.loads(_text(blobs, run))


def read_material_of(blobs: BlobStore, run: FleetRun, resource_id: int) -> dict[str, Any] | None:
    """What was kept of one resource; the rows of the others, with all their events, are not read."""
    text = _text(blobs, run)
    at = text.find(f'"id":{resource_id},')  # as `canonical` writes it
    start = text.rfind('{"area":', 0, at) if at >= 0 else -1
    if start >= 0:
        row, _ = json.JSONDecoder().raw_decode(text, start)
        if row.get("id") == resource_id:
            return row
    return next((row for row in json.loads(text) if row["id"] == resource_id), None)


def _text(blobs: BlobStore, run: FleetRun) -> str:
    digest = run.inputs.get(MATERIAL)
    if digest is None:
        raise NotFound("この一括算定には、計算し直すための入力が残っていません")
    return gzip.decompress(blobs.get(digest)).decode()


def events_kept(material: list[dict[str, Any]], resource_id: int) -> dict[tuple[str, int, str], SlotEvent]:
    """The events of one resource by day, slot and kind."""
    rows = next((each["events"] for each in material if each["id"] == resource_id), [])
    return {(on, slot, event): event_of([on, slot, event, inputs]) for on, slot, event, inputs in rows}


def gather_again(session: Session, folder: Path, blobs: BlobStore, run: FleetRun) -> FleetInputs:
    """The inputs of a run as they were, whatever was corrected or imported since."""
    return _gathered(session, folder, run, read_material(blobs, run), run.last_month, dict(run.scope))


def gather_one_again(
    session: Session, folder: Path, blobs: BlobStore, result: MonthResult
) -> tuple[FleetInputs, dict[str, Any]]:
    """What the run of a result computed its months from, April to the result's; and the numbers configured then."""
    run, last_month = result.fleet_run, result.delivery_month
    row = read_material_of(blobs, run, result.resource_id)
    if row is None:
        raise NotFound("この一括算定には、この電源等の入力が残っていません")
    months = months_until(last_month)
    kept = row | {"events": [each for each in row["events"] if date.fromisoformat(each[0]).month in months]}
    if last_month != LAST_DELIVERY_MONTH:
        kept["coal"] = None
    return _gathered(
        session, folder, run, [kept], last_month, {"resource": result.resource_id}
    ), configured_then(run)


def configured_then(run: FleetRun) -> dict[str, Any]:
    """The configured numbers that a run was computed with, rule by rule."""
    kept = run.inputs.get("configuration", {})
    return {rule: settings for rule, settings in kept.items() if rule != KEY}


def _gathered(
    session: Session,
    folder: Path,
    run: FleetRun,
    material: list[dict[str, Any]],
    last_month: int,
    scope: dict[str, int],
) -> FleetInputs:
    """The inputs of these resources until a month, their slots as the run named them."""
    ids, months = [row["id"] for row in material], months_until(last_month)
    named = (SlotSource.from_json(each) for each in run.inputs["slot_sources"])
    asked = set(ids)
    sources = [
        replace(each, corrections=tuple(one for one in each.corrections if one[0] in asked))
        for each in named
        if each.delivery_month in months
    ]
    orders = slot_rows.row_orders(session, {each.file_id for each in sources if each.file_id is not None})
    return FleetInputs(
        run.fiscal_year,
        last_month,
        scope,
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
    configured = configured_then(run)
    result = assess(inputs.fiscal_year, inputs.resources, inputs.months(), parameters=configured or None)
    return computed_months(inputs, result)


def _resource(row: Mapping[str, Any]) -> FleetResource:
    return FleetResource(
        **{name: row[name] for name in _NAMES},
        periods=periods_of(row["periods"]),
        events=tuple(event_of(each) for each in row["events"]),
        coal=coal_of(row["coal"]) if row["coal"] is not None else None,
    )
