"""Each resource of a statement is derived from the results it was made of and the months fixed before it."""

from datetime import timedelta

import pytest
from sqlalchemy import update

from calc_core.contract_period import ContractPeriod
from helpdesk.register.kept_inputs import periods_json
from helpdesk.register.models import MonthResult
from helpdesk.settlement import resource_derivations
from helpdesk.settlement.resource_derivations import derive_resources
from tests.helpdesk.assessed import month as computed_month
from tests.helpdesk.assessed import record
from tests.helpdesk.settling import Market

CONTRACT = {"contract": periods_json([ContractPeriod(1_000, 1_000, 5_832)])}
PAID = {"contract_amount_yen": "5832000", "payment_yen": "486000"}


def short(slots: int, yen: int) -> dict[str, str]:
    """So many slots since April, and what they cost this month."""
    penalty = dict.fromkeys(("penalty_outage_yen", "penalty_total_yen"), str(yen))
    return PAID | penalty | {"cumulative_slots": str(slots)}


def fix(session, market: Market, number: int, figures: dict[str, dict[str, str]], *, later: int = 0) -> None:
    """Results with a kept contract, fixed so many hours after everything else."""
    made = [
        computed_month(market.resources[code], market.owners[code], number, inputs=CONTRACT, **each)
        for code, each in figures.items()
    ]
    record(session, made, now=market.now, scope={"these": number})
    at = market.now + timedelta(hours=later)
    waiting = MonthResult.newest, MonthResult.state == "computed"
    session.execute(update(MonthResult).where(*waiting).values(state="fixed", fixed_at=at))


def statement_of(session, market: Market, number: int = 4):
    [made] = market.settle(session, number, business="P001").new
    return made


def test_every_resource_has_its_amount_penalty_and_payment(session, market: Market) -> None:
    fix(session, market, 4, {"R-1": short(8_700, 43_740), "R-2": PAID})
    fix(session, market, 5, {"R-1": short(9_000, 218_700), "R-2": PAID})
    derived = derive_resources(session, statement_of(session, market, 5))
    assert derived.left_out == 0
    first, second = derived.resources
    assert (first.code, first.name) == ("R-1", "発電所R-1")
    assert first.results is not None
    assert [each.rule for each in first.results] == [
        "settlement/contract_amount",
        "penalty/outage_plan",
        "penalty/caps",
        "settlement/monthly_payment",
    ]
    assert first.results[1].steps[-1].inputs["charged_before_yen"] == 43_740
    assert second.results is not None
    assert len(second.results) == 2


def test_the_months_that_were_fixed_then_count_not_those_of_today(session, market: Market) -> None:
    fix(session, market, 4, {"R-1": short(8_700, 43_740), "R-2": PAID})
    fix(session, market, 5, {"R-1": short(9_000, 218_700), "R-2": PAID})
    made = statement_of(session, market, 5)
    fix(session, market, 4, {"R-1": short(8_640, 0)}, later=1)
    [first, _] = derive_resources(session, made).resources
    assert first.results is not None
    assert first.results[1].steps[-1].inputs["charged_before_yen"] == 43_740


def test_a_corrected_month_before_does_not_hide_what_was_computed_from(session, market: Market) -> None:
    fix(session, market, 4, {"R-1": short(8_700, 43_740), "R-2": PAID})
    fix(session, market, 5, {"R-1": short(9_000, 218_700), "R-2": PAID})
    corrected = short(8_700, 5_000)
    session.execute(
        update(MonthResult)
        .where(MonthResult.resource_id == market.resources["R-1"], MonthResult.delivery_month == 4)
        .values(figures=corrected, inputs=CONTRACT | {"computed": short(8_700, 43_740)})
    )
    [first, _] = derive_resources(session, statement_of(session, market, 5)).resources
    assert first.results is not None
    fix(session, market, 6, {"R-1": short(9_100, 12_345), "R-2": PAID})
    [other, _] = derive_resources(session, statement_of(session, market, 6)).resources
    assert other.results is None


@pytest.mark.any_database
def test_of_many_only_those_with_a_penalty_are_derived(session, market: Market, monkeypatch) -> None:
    monkeypatch.setattr(resource_derivations, "DERIVED_AT_MOST", 1)
    fix(session, market, 4, {"R-1": short(8_700, 43_740), "R-2": PAID})
    derived = derive_resources(session, statement_of(session, market))
    assert ([each.code for each in derived.resources], derived.left_out) == (["R-1"], 1)
