"""One resource's months: equal to a slow calculation slot by slot, each step explained, nothing asked without need."""

import ast
from typing import Any

from hypothesis import given, settings

from calc_core import catalogue
from calc_core.explanation import Result
from calc_core.resource_derivation import compute_line
from calc_core.resource_line import ResourceLine
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
