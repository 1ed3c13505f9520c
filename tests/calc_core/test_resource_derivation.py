"""One resource's months: equal to a slow calculation slot by slot, each step explained, nothing asked without need."""

import ast
import hashlib
import json
from dataclasses import replace
from datetime import date
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings

from calc_core import catalogue, narration
from calc_core.coal_year import CoalYear
from calc_core.contract_period import ContractPeriod
from calc_core.errors import InputRefused
from calc_core.explanation import Result
from calc_core.fiscal_year import days_in_month, months_until
from calc_core.resource_derivation import compute_line
from calc_core.resource_input import ResourceInput
from calc_core.resource_line import ResourceLine
from calc_core.slot_event import SlotEvent
from calc_core.statement import compute_statement
from tests.architecture.test_parameters import FUNCTIONS, evaluated, exact
from tests.calc_core.slow_assessment import Case, Month, as_input, cases, slow_year

YEAR = 2026
TIGHT = {"tight_hours": {"2026": "30"}}
CONFIGURED = {"penalty/market_offer": TIGHT, "penalty/supply_instruction": TIGHT}


def check_steps(results: tuple[Result, ...]) -> None:
    for result in results:
        told = result.to_json()
        assert told["steps"]
        labels = catalogue.labels(result.rule)
        for step in told["steps"]:
            assert evaluated(step) == exact(step["value"]), step["label"]
            assert step["source"]
            names = {node.id for node in ast.walk(ast.parse(step["formula"])) if isinstance(node, ast.Name)}
            assert names <= labels.keys() | FUNCTIONS.keys()


@settings(max_examples=60)
@given(cases())
def test_a_line_equals_the_slow_calculation_slot_by_slot(case: Case) -> None:
    holds_equal(case)


def holds_equal(case: Case) -> None:
    line = compute_line(case.year, case.until, as_input(case), case.parameters())
    expected = slow_year(case)
    assert [figures_of(line, number) for number in range(len(line.months))] == [
        expected_figures(case, expected, number) for number in range(len(expected))
    ]
    check_steps(line.results)


def figures_of(line: ResourceLine, number: int) -> dict[str, Any]:
    month = line.months[number]
    return {
        "slots": month.shortfall_slots,
        "cumulative": month.cumulative_slots,
        "short": month.short_slots,
        "amount": month.contract_amount_yen,
        "outage": month.penalty_outage_yen,
        "total": month.penalty_yen,
        "payment": month.payment_yen,
        "events": {kind: (each.shortfall_kwh, each.penalty_yen) for kind, each in month.events.items()},
        "coal": (line.coal_penalty_yen or 0) if number == len(line.months) - 1 else 0,
    }


def expected_figures(case: Case, months: list[Month], number: int) -> dict[str, Any]:
    month = months[number]
    names = ("slots", "cumulative", "short", "amount", "outage", "total", "payment", "coal")
    standing = {
        each.event
        for each in case.events
        if any(
            (p.first or (each.date, each.slot))
            <= (each.date, each.slot)
            <= (p.last or (each.date, each.slot))
            for p in case.periods
        )
    }
    events = {kind: (month.kwh[kind], month.penalty[kind]) for kind in month.kwh if kind in standing}
    return {name: getattr(month, name) for name in names} | {"events": events}


def resource(until: int = 8, **changed: Any) -> ResourceInput:
    """A resource whose slots follow from their number alone: the same, whatever draws random numbers."""
    months = months_until(until)
    values = {
        "contract_kw": 100_000,
        "assessed_kw": 99_999,
        "price_yen_per_kw": 3_495,
        "transitional_deduction_yen": 7,
        "inefficient_coal": False,
        "offered_kw_by_month": {month: _table(month, 120_000, 7_919).astype(np.int32) for month in months},
        "multiplier_by_month": {month: _table(month, 100, 37).astype(np.int8) for month in months},
    }
    return ResourceInput("R001", "発電所R001", **(values | changed))


def _table(month: int, below: int, step: int) -> np.ndarray:
    slots = days_in_month(YEAR, month) * 48
    return (np.arange(slots, dtype=np.int64) * step % below).reshape(-1, 48)


@pytest.mark.parametrize(
    ("year", "month", "changed", "digest"),
    [
        (2024, 4, {}, "d2d630eb3f4bf20b0bc74aba0cc4abe09703e66d0ab22b4c63e2629fb9c562e8"),
        (
            2025,
            5,
            {"coordination_reduction_yen": 1_200_000},
            "695bab8d28ad67b4aa028069ab3c3b4d912ad9631b1c4386dc5db933f2eebb2b",
        ),
        (
            2025,
            3,
            {"inefficient_coal": True, "coal_metered_kwh": "438000001", "coal_low_reserve_kwh": "0.5"},
            "e98d29bd04a30967e16caa15ad281ccf252371d4d3f320253db019944b535d4c",
        ),
        (
            2025,
            3,
            {"inefficient_coal": True},
            "1c5bf2a6da83b8f6ccc42de567630269122499c08fe04831385ea035a6e517ab",
        ),
    ],
)
def test_a_statement_without_periods_and_events_is_what_runs_kept_before_there_were_any(
    year: int, month: int, changed: dict[str, Any], digest: str
) -> None:
    """Computed before periods, events and caps existed; a stored run must repeat equal, to the last character."""
    statement = compute_statement(
        fiscal_year=year, delivery_month=month, resources=[resource(month, **changed)]
    )
    kept = json.dumps(statement.to_json(), ensure_ascii=False)
    assert hashlib.sha256(kept.encode()).hexdigest() == digest


def orders(*days: int) -> tuple[SlotEvent, ...]:
    inputs = {"baseline_kwh": 0, "metered_kwh": 45_000, "kind": "generation"}
    return tuple(
        SlotEvent(date(YEAR, 7, day), slot, "dispatch_order", inputs)
        for day in days
        for slot in range(30, 36)
    )


OFFER = SlotEvent(
    date(YEAR, 6, 3), 35, "market_offer", {"limit_kw": 90_000, "planned_kw": 0, "offered_kw": 0}
)
INSTRUCTION = SlotEvent(date(YEAR, 8, 3), 35, "supply_instruction", {"instructed_kw": 9, "delivered_kwh": 0})


def test_every_setting_that_the_events_need_is_asked_for_at_once_and_only_where_they_fell_short() -> None:
    with pytest.raises(InputRefused) as refused:
        compute_line(YEAR, 8, resource(events=(OFFER, INSTRUCTION)))
    assert [each.where for each in refused.value.problems] == [
        "penalty/market_offer.tight_hours",
        "penalty/supply_instruction.tight_hours",
    ]
    answered = replace(OFFER, inputs={"limit_kw": 90_000, "planned_kw": 0, "offered_kw": 90_000})
    line = compute_line(YEAR, 8, resource(events=(answered,)))
    assert line.months[-1].events["market_offer"].penalty_yen == 0


def test_penalties_without_configured_caps_are_pointed_out_once_whichever_month_had_them() -> None:
    line = compute_line(YEAR, 8, resource(events=(OFFER, INSTRUCTION)), CONFIGURED)
    assert [each for each in line.warnings if "上限は未設定" in each] == [
        "月間の上限は未設定のため適用していません（penalty/caps.monthly_ratio に設定すると適用されます）",
        "年間の上限は未設定のため適用していません（penalty/caps.annual_ratio に設定すると適用されます）",
    ]


def test_a_configured_cap_holds_for_a_plain_resource_too() -> None:
    capped = compute_line(YEAR, 8, resource(), {"penalty/caps": {"annual_ratio": {"2026": "0.01"}}})
    assert sum(month.penalty_yen for month in capped.months) == (3_495 * 100_000 - 7) // 100
    assert {"penalty_outage_yen", "penalty_yen"} <= {
        figure.key.rpartition(".")[2] for figure in capped.key_figures()
    }


def test_more_orders_than_agreed_in_a_year_are_pointed_out() -> None:
    twelve = compute_line(YEAR, 8, resource(events=orders(*range(1, 13))))
    thirteen = compute_line(YEAR, 8, resource(events=orders(*range(1, 14))))
    assert not [each for each in twelve.warnings if "発動指令" in each]
    [told] = [each for each in thirteen.results if each.rule == "assessment/dispatch_order"]
    assert told.warnings[0].startswith("発動指令が年13回あります（年12回まで）")
    assert told.warnings[0] in thirteen.warnings


def test_a_substitution_away_leaves_no_amount_and_says_why() -> None:
    until_july = ContractPeriod(100_000, 99_999, 3_495, last=(date(YEAR, 7, 31), 47))
    line = compute_line(YEAR, 7, resource(7, periods=(until_july,)))
    assert [month.contract_amount_yen for month in line.months] == [349_500_000] * 3 + [0]
    assert (line.payment_yen, line.penalty_yen, line.contract_amount_yen) == (0, 0, 0)
    assert line.months[-1].shortfall_slots > 0
    amount = next(each for each in line.results if each.rule == "settlement/contract_amount")
    assert "月の末コマに契約がない" in amount.steps[0].label
    before = compute_line(YEAR, 6, resource(6, periods=(until_july,)))
    amount = next(each for each in before.results if each.rule == "settlement/contract_amount")
    assert amount.steps[0].label == "月の末コマに有効な契約の契約容量（2026年7月31日コマ47までの契約）"


def test_the_whole_explanation_of_events_and_periods_reads_in_japanese() -> None:
    cut = date(YEAR, 8, 13)
    periods = (
        ContractPeriod(100_000, 99_999, 3_495, last=(cut, 20)),
        ContractPeriod(80_000, 70_000, 3_495, first=(cut, 21)),
    )
    given_resource = resource(periods=periods, events=(OFFER, INSTRUCTION, *orders(1)))
    statement = compute_statement(
        fiscal_year=YEAR, delivery_month=8, resources=[given_resource], parameters=CONFIGURED
    ).to_json()
    told = narration.statement_lines(statement)
    assert not [line for line in told if line.startswith("   ") and "※" not in line and "_" in line]
    assert any("8月1日コマ1〜8月13日コマ20の596コマのうち" in line for line in told)
    assert [each["rule"] for each in statement["resources"][0]["results"]] == [
        "assessment/outage_plan",
        "penalty/outage_plan",
        "assessment/market_offer",
        "penalty/market_offer",
        "assessment/supply_instruction",
        "penalty/supply_instruction",
        "assessment/dispatch_order",
        "penalty/dispatch_order",
        "penalty/caps",
        "settlement/contract_amount",
        "settlement/monthly_payment",
    ]
    assert {"penalty/market_offer", "penalty/caps"} <= statement["settings"].keys()


def test_coal_that_is_none_at_the_end_of_march_is_paid_without_its_penalty_and_pointed_out() -> None:
    metered = CoalYear(100_000 * 8_760)
    charged = compute_line(YEAR, 3, resource(3, inefficient_coal=True, coal=metered))
    assert charged.coal_penalty_yen == 349_499_993 // 5
    left = compute_line(YEAR, 3, resource(3, coal=metered))
    assert left.coal_penalty_yen is None
    assert any("稼働抑制の対象でない" in each for each in left.warnings)


@pytest.mark.long
@settings(max_examples=1_000)
@given(cases())
def test_many_more_lines_equal_the_slow_calculation(case: Case) -> None:
    holds_equal(case)
