"""A line's figures: those of a plain line as notices know them, others only where there is something to say."""

from fractions import Fraction
from typing import Any

from calc_core.resource_line import EventMonth, ResourceLine, ResourceMonth

PLAIN = ["shortfall_slots", "cumulative_slots", "contract_amount_yen", "payment_yen", "penalty_yen"]


def line(coal_penalty_yen: int | None = None, **changed: Any) -> ResourceLine:
    values = {"penalty_yen": 7, "payment_yen": 5, "penalty_outage_yen": 7} | changed
    month = ResourceMonth(4, Fraction(1, 3), Fraction(1, 3), short_slots=1, contract_amount_yen=60, **values)
    return ResourceLine("R001", "発電所", 60, (month,), (), coal_penalty_yen)


def names(of: ResourceLine) -> list[str]:
    return [figure.key.removeprefix("resource.R001.") for figure in of.key_figures()]


def test_a_line_without_events_and_caps_has_the_figures_of_every_notice() -> None:
    assert names(line()) == PLAIN
    assert names(line(coal_penalty_yen=0)) == [*PLAIN, "coal_penalty_yen"]
    assert list(line().months[0].to_json()) == [
        "month",
        "shortfall_slots",
        "cumulative_slots",
        "penalty_yen",
        "payment_yen",
    ]


def test_what_events_and_caps_change_gets_figures_of_its_own() -> None:
    events = {"dispatch_order": EventMonth(Fraction(1, 2), Fraction(3, 2), 9)}
    found = line(penalty_yen=12, events=events)
    assert names(found) == [
        *PLAIN[:-1],
        "penalty_outage_yen",
        "dispatch_order_shortfall_kwh",
        "penalty_dispatch_order_yen",
        "penalty_yen",
    ]
    told = {figure.label: figure.exact for figure in found.key_figures()}
    assert told["発電所 経済的ペナルティ額（容量停止計画、上限適用前）"] == "7"
    assert told["発電所 未達成量（発動指令、当月）"] == "0.5"
    assert told["発電所 経済的ペナルティ額（発動指令、上限適用前）"] == "9"
    assert found.months[0].to_json()["events"] == {
        "dispatch_order": {"shortfall_kwh": "0.5", "cumulative_kwh": "1.5", "penalty_yen": "9"}
    }
