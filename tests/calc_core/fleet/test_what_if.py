"""One day otherwise: the same twelve months as computing the changed year anew, and an explanation that says the same."""

from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from calc_core.errors import InputRefused
from calc_core.fleet import FleetSlots, assess
from calc_core.fleet.what_if import prepare
from tests.calc_core.fleet.small_fleets import HOURS, YEAR, fleets
from tests.calc_core.fleet.test_assessing import one, slots

PARAMETERS = {
    "penalty/market_offer": {"tight_hours": {"2026": str(HOURS)}},
    "penalty/supply_instruction": {"tight_hours": {"2026": str(HOURS)}},
    "penalty/caps": {"monthly_ratio": {"2026": "0.18"}},
}


def first_alone(fleet) -> tuple:
    resources, months = fleet
    alone = {
        month: FleetSlots(each.offered_kw[:1].copy(), each.multiplier[:1].copy())
        for month, each in months.items()
    }
    return resources[0], alone


@settings(max_examples=10)
@given(
    fleets(),
    st.integers(0, 364),
    st.lists(st.integers(0, 90_000), min_size=48, max_size=48),
    st.integers(0, 127),
)
def test_a_changed_day_gives_what_the_changed_year_gives(fleet, offset, offered_kw, multiplier) -> None:
    resource, months = first_alone(fleet)
    day = date(YEAR, 4, 1) + timedelta(offset)
    prepared = prepare(YEAR, resource, months, parameters=PARAMETERS)
    assert prepared.sums.months() == list(assess(YEAR, [resource], months, parameters=PARAMETERS).months)
    if day.month not in months:
        with pytest.raises(InputRefused, match="算定した月ではありません"):
            prepared.change({day.month: slots(day.month, 9_000)})
        return
    table = months[day.month]
    otherwise = FleetSlots(table.offered_kw.copy(), table.multiplier.copy())
    otherwise.offered_kw[0, day.day - 1] = offered_kw
    otherwise.multiplier[0, day.day - 1] = multiplier
    changed = prepared.change({day.month: otherwise})
    months[day.month] = otherwise
    expected = list(assess(YEAR, [resource], months, parameters=PARAMETERS).months)
    assert changed.months() == expected
    for month in expected:
        results = changed.explain(month.delivery_month)
        by_rule = {each.rule: each.value for each in results}
        assert by_rule["assessment/outage_plan"] == month.shortfall_slots
        assert by_rule["penalty/outage_plan"] == month.penalty_outage_yen
        assert by_rule["settlement/monthly_payment"] == month.payment_yen
        assert by_rule.get("penalty/caps", 0) == month.penalty_total_yen
        assert by_rule.get("penalty/coal_curtailment", 0) == month.coal_penalty_yen
        assert all(each.steps for each in results)


def test_slots_that_cannot_be_are_refused_by_slot() -> None:
    prepared = prepare(YEAR, one(), {4: slots(4, 9_000)})
    impossible = slots(4, 9_000)
    impossible.offered_kw[0, 1, 0], impossible.multiplier[0, 1, 0] = -1, -1
    with pytest.raises(InputRefused) as refused:
        prepared.change({4: impossible})
    assert [each.where for each in refused.value.problems] == ["R001 2026-04-02 00:30"] * 2
    with pytest.raises(InputRefused) as refused:
        prepared.change({4: FleetSlots(np.ones((1, 30, 47), np.int32), np.ones((1, 30, 48)))})
    assert [each.where for each in refused.value.problems] == ["months[4].offered_kw", "months[4].multiplier"]
    with pytest.raises(InputRefused, match="months"):
        prepare(YEAR, one(), {5: slots(5, 9_000)})
    with pytest.raises(InputRefused, match="multiplier"):
        prepare(YEAR, one(), {4: replace(slots(4, 1), multiplier=np.ones((1, 30, 48)))})
