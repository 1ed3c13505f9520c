"""変わった出来事: which offers, instructions and orders of a resource were others between two runs, slot by slot.

Both runs kept all their events (`fleet_material`); what was and what is stands beside each other, input by input.
"""

from collections.abc import Iterator

from calc_core import catalogue, exact
from calc_core.fiscal_year import months_until
from calc_core.slot_event import SlotEvent
from helpdesk.blobs import BlobStore
from helpdesk.register.fleet_material import MATERIAL, events_kept, read_material
from helpdesk.register.models import FleetRun, MonthResult

EVENT_NAMES = {"market_offer": "市場応札", "supply_instruction": "供給指示", "dispatch_order": "発動指令"}
MOST_TOLD = 50

_Events = dict[tuple[str, int, str], SlotEvent]


def event_changes(blobs: BlobStore, old: MonthResult, new: MonthResult) -> list[str] | None:
    """In Japanese, in the order of days and slots up to this month; None where a run kept no events."""
    runs = (old.fleet_run, new.fleet_run)
    if any(MATERIAL not in run.inputs for run in runs):
        return None
    if runs[0].inputs[MATERIAL] == runs[1].inputs[MATERIAL]:
        return []
    before, after = (_events(blobs, run, new) for run in runs)
    told = []
    for place in sorted(before.keys() | after.keys()):
        on, slot, event = place
        words = "、".join(_differences(event, before.get(place), after.get(place)))
        if words:
            told.append(f"{on} コマ{slot} の{EVENT_NAMES[event]}: {words}")
    more = len(told) - MOST_TOLD
    return [*told[:MOST_TOLD], f"ほか {more:,} コマ"] if more > 0 else told


def _events(blobs: BlobStore, run: FleetRun, result: MonthResult) -> _Events:
    months = months_until(result.delivery_month)
    kept = events_kept(read_material(blobs, run), result.resource_id)
    return {place: event for place, event in kept.items() if event.date.month in months}


def _differences(event: str, old: SlotEvent | None, new: SlotEvent | None) -> Iterator[str]:
    labels = catalogue.labels(f"assessment/{event}")
    before, after = (_inputs(each) for each in (old, new))
    names = [name for name in labels if name in before or name in after]  # in the rule's own order
    if old is None or new is None:
        values = before if new is None else after
        told = "、".join(f"{labels[name]} {values[name]}" for name in names)
        yield f"なくなった（{told}）" if new is None else f"加わった（{told}）"
        return
    for name in names:
        if before.get(name) != after.get(name):
            yield f"{labels[name]} {before.get(name, 'なし')} → {after.get(name, 'なし')}"


def _inputs(event: SlotEvent | None) -> dict[str, str]:
    inputs = event.inputs if event else {}
    return {name: value if isinstance(value, str) else exact.text(value) for name, value in inputs.items()}
