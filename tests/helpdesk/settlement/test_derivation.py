"""A statement computed anew from what it kept, and told where it no longer comes to the same."""

import pytest

from calc_core.errors import InputRefused
from cases.history import SYSTEM
from helpdesk.register.models import ParameterSet
from helpdesk.settlement.derivation import explain
from helpdesk.settlement.statement_versions import record_statements
from tests.helpdesk.settling import YEAR, Market, computed_statement, new_run

INPUTS = {
    "delivery_month": 4,
    "lines": [{"resource": "R-1", "payment_yen": "1000", "penalty_yen": "100"}],
    "adjustments": [],
    "carried_debt_yen": 0,
}
AMOUNTS = {"tax_yen": 90, "total_yen": 990, "inputs": INPUTS}
AREA = {"price_yen_per_kw": 10, "contract_kw": 100, "transitional_deduction_yen": 0}
IN_AREA = {"rule": "settlement/contract_amount", "name": "contract_amount_yen", "of": None}

pytestmark = pytest.mark.any_database


@pytest.fixture
def session(database, market: Market):
    with database.open_session(writes=True) as session:
        yield session


def kept(session, market: Market, net_yen: int, family: str = "capacity", **changed):
    computed = computed_statement(market.businesses["P001"], net_yen, **changed)
    [made] = market.record(session, [computed], family=family).new
    return made


def test_steps_are_computed_anew_and_come_to_the_same(session, market: Market) -> None:
    told = explain(session, kept(session, market, 900, **AMOUNTS))
    assert (told.is_reproduced, told.differences) == (True, ())
    assert (told.result.value, told.parts[0].area, told.parts[0].own_yen) == (990, "", None)
    assert [step.label for step in told.result.steps][-1].startswith("残る未払の債務")


def test_what_comes_out_otherwise_is_said(session, market: Market) -> None:
    told = explain(session, kept(session, market, 900, **AMOUNTS | {"tax_yen": 91}))
    assert told.differences == ("消費税額: 精算では 91円、再計算では 90円",)


def test_what_the_rule_no_longer_takes_is_refused(session, market: Market) -> None:
    with pytest.raises(InputRefused):
        explain(session, kept(session, market, 900))


def test_the_parameters_of_the_run_count_not_those_of_today(session, market: Market) -> None:
    content = '["settlement/business_statement"]\ntax_rate_date = "last_day_of_payment_month"\n'
    asked = ParameterSet(
        version=1, content=content, reason="検証", proposed_at=market.now, proposed_by_name="石川"
    )
    session.add(asked)
    session.flush()
    run = new_run("capacity", YEAR, 4, now=market.now)
    run.parameter_set_id = asked.id
    computed = computed_statement(market.businesses["P001"], 900, **AMOUNTS)
    [made] = record_statements(session, run, [computed], by=SYSTEM, now=market.now).new
    told = explain(session, made)
    assert told.is_reproduced
    [taxed] = [step for step in told.result.steps if step.label.startswith("消費税額")]
    assert "支払月の末日に施行されている税率" in (taxed.policy or "")


@pytest.mark.parametrize(("family", "net_yen"), [("contribution", -2_990), ("refund", 3_010)])
def test_areas_are_explained_each_and_added_up_with_what_was_left(session, market, family, net_yen) -> None:
    areas = [
        {"area": "東京", "inputs": AREA, "yen": "1000", **IN_AREA},
        {"area": "関西", "inputs": AREA | {"contract_kw": 200}, "yen": "2000", **IN_AREA},
    ]
    inputs = {"areas": areas, "adjustments": [{"reason": "差額", "yen": 10}]}
    told = explain(session, kept(session, market, net_yen, family, inputs=inputs))
    assert told.differences == ()
    assert [(part.area, part.own_yen) for part in told.parts] == [("東京", 1_000), ("関西", 2_000)]
    areas[1]["yen"] = "1999"
    other = explain(session, kept(session, market, net_yen + 1, family, inputs=inputs))
    assert other.differences[0] == "関西: 精算では 1,999円、再計算では 2,000円"
    assert other.differences[1].startswith("差引額（税抜）")


def test_a_retailers_steps_are_its_own_and_no_remainder_of_an_area_with_the_others_as_one(
    session, market
) -> None:
    peaks = {"peak_kw_summer": "300", "peak_kw_winter": "0", "contract_kw_at_peak": "2", "contract_kw": "1"}
    nothing = dict.fromkeys(peaks, "0")
    retailers = [{"business": "R1", **peaks}, {"business": "他（2者）", **nothing, "substitute_kw": "850"}]
    inputs = {"retailers_total_yen": 120_000, "delivery_month": 4, "retailers": retailers}
    areas = [{"area": "東京", "inputs": inputs, "yen": "1500", "name": "month_yen", "of": "R1"}]
    made = kept(
        session,
        market,
        -1_500,
        "contribution",
        rule="settlement/contribution_share",
        inputs={"areas": areas, "adjustments": []},
    )
    [part] = explain(session, made).parts
    assert [step.label for step in part.result.steps] == [
        "シェア変動考慮後の kW（前年度のピーク×契約電力の増減）",
        "4月分の請求額（円未満切り捨て）",
    ]
    assert part.result.steps[-1].value == {"R1": 1_500, "他（2者）": 8_500}
