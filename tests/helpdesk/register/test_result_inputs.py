from datetime import date
from fractions import Fraction

from calc_core.fleet import FleetMonth
from calc_core.slot_event import SlotEvent
from helpdesk.register.month_results import FIGURES
from helpdesk.register.result_inputs import event_marks, figures_of

ORDER = {"baseline_kwh": Fraction(1, 3), "metered_kwh": 0, "kind": "generation"}


def test_figures_are_kept_in_exact_text_in_the_order_of_the_table() -> None:
    month = FleetMonth(
        "R-1",
        4,
        Fraction(1, 3),
        1,
        Fraction(5, 2),
        100,
        7,
        -3,
        8,
        shortfall_kwh={"market_offer": Fraction(1, 4)},
        penalty_yen={"market_offer": -10},
    )
    kept = figures_of(month)
    assert list(kept) == list(FIGURES)
    assert [kept[name] for name in ("shortfall_slots", "cumulative_slots", "market_offer_shortfall_kwh")] == [
        "1/3",
        "2.5",
        "0.25",
    ]
    assert (kept["penalty_market_offer_yen"], kept["penalty_total_yen"], kept["coal_penalty_yen"]) == (
        "-10",
        "-3",
        "0",
    )


def test_events_are_counted_by_month_and_told_apart_by_their_inputs() -> None:
    events = [SlotEvent(date(2026, 5, day), 1, "dispatch_order", ORDER) for day in (1, 2)]
    (kind, marks), *others = event_marks(events, [4, 5]).items()
    assert (kind, others) == ("dispatch_order", [])
    assert marks[0] == [0, ""]
    assert marks[1][0] == 2
    changed = [events[0], SlotEvent(date(2026, 5, 2), 1, "dispatch_order", ORDER | {"metered_kwh": 1})]
    assert event_marks(changed, [4, 5])["dispatch_order"][1] != marks[1]
    assert event_marks(events, [4])["dispatch_order"] == [[0, ""]]
