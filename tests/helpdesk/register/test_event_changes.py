from datetime import date
from fractions import Fraction

from calc_core.contract_period import ContractPeriod
from calc_core.fleet.resource import FleetResource
from calc_core.slot_event import SlotEvent
from helpdesk.blobs import BlobStore
from helpdesk.register import event_changes as module
from helpdesk.register.event_changes import event_changes
from helpdesk.register.fleet_inputs import FleetInputs
from helpdesk.register.fleet_material import MATERIAL, keep_material
from helpdesk.register.models import FleetRun, MonthResult
from helpdesk.register.result_comparison import compare
from tests.helpdesk.assessed import PLAIN


def offer(day: int, offered_kw: int, slot: int = 5) -> SlotEvent:
    inputs = {"limit_kw": 900, "planned_kw": 100, "offered_kw": offered_kw}
    return SlotEvent(date(2026, 4, day), slot, "market_offer", inputs)


def order(metered_kwh: Fraction) -> SlotEvent:
    inputs = {"baseline_kwh": 0, "metered_kwh": metered_kwh, "kind": "generation"}
    return SlotEvent(date(2026, 5, 1), 7, "dispatch_order", inputs)


def result(blobs: BlobStore, number: int, *events: SlotEvent, kept: bool = True) -> MonthResult:
    """A version of April of the resource with id 3, of a run with these events."""
    resource = FleetResource("R-1", "P001", "関西", "安定電源", (ContractPeriod(1, 1, 1),), events)
    gathered = FleetInputs(2026, 5, {}, [resource], [3], [1], [], {}, blobs.path_of("0" * 64), {}, {})
    inputs = {MATERIAL: keep_material(blobs, gathered)} if kept else {}
    run = FleetRun(id=number, fiscal_year=2026, inputs=inputs, code_version="1")
    return MonthResult(
        resource_id=3, delivery_month=4, figures=PLAIN, inputs={}, fleet_run_id=1, fleet_run=run, reason=""
    )


def test_events_are_told_slot_by_slot_with_what_was_and_what_is(tmp_path) -> None:
    blobs = BlobStore(tmp_path)
    old = result(blobs, 1, offer(1, 500), offer(2, 500), order(Fraction(1, 3)))
    new = result(blobs, 2, offer(1, 700), offer(3, 0), order(Fraction(2, 3)))
    told = event_changes(blobs, old, new)
    assert told == [
        "2026-04-01 コマ5 の市場応札: 市場応札量 500 → 700",
        "2026-04-02 コマ5 の市場応札: なくなった（発電上限 900、発電計画 100、市場応札量 500）",
        "2026-04-03 コマ5 の市場応札: 加わった（発電上限 900、発電計画 100、市場応札量 0）",
    ]
    new.fleet_run.id = old.fleet_run.id  # no files to look for
    assert [cause.text for cause in compare(None, old, new, blobs=blobs).causes] == told
    old.delivery_month = new.delivery_month = 5
    assert (
        event_changes(blobs, old, new)[-1]
        == "2026-05-01 コマ7 の発動指令: 計量値（発電実績・需要実績） 1/3 → 2/3"
    )


def test_the_same_events_are_no_change_and_those_not_kept_are_not_known(tmp_path, monkeypatch) -> None:
    blobs = BlobStore(tmp_path)
    old = result(blobs, 1, offer(1, 500))
    assert event_changes(blobs, old, result(blobs, 2, offer(1, 500))) == []
    assert event_changes(blobs, old, result(blobs, 2, kept=False)) is None
    monkeypatch.setattr(module, "MOST_TOLD", 1)
    many = result(blobs, 2, *(offer(day, 1) for day in (1, 2, 3)))
    assert event_changes(blobs, old, many)[1:] == ["ほか 2 コマ"]
