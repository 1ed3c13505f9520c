"""The catalogue: worked examples hold, refusals name everything at once, what is not published must be configured."""

from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest

from calc_core import catalogue, parameter_files
from calc_core.configuration import RuleParameters
from calc_core.errors import InputRefused
from calc_core.explanation import Result
from calc_core.inputs import quantity, yen
from calc_core.rule import Derivation, Output, rule
from calc_core.worked_example import WorkedExample, all_examples


def refused(rule_id: str, year: object, inputs: dict[str, Any], **more: Any) -> dict[str, str]:
    """The problems of a refused evaluation, by place."""
    with pytest.raises(InputRefused) as caught:
        catalogue.evaluate(rule_id, year, inputs, **more)
    return {problem.where: problem.message for problem in caught.value.problems}


@pytest.mark.parametrize("example", all_examples(), ids=lambda example: f"{example.rule}: {example.name}")
def test_a_rule_gives_what_its_worked_example_expects(example: WorkedExample) -> None:
    result = catalogue.evaluate(
        example.rule, example.fiscal_year, example.inputs, example.configuration
    ).to_json()
    assert result["values"] == example.expected
    assert list(result) == [
        "rule",
        "fiscal_year",
        "value",
        "unit",
        "values",
        "decimals",
        "steps",
        "warnings",
    ]
    if example.printed is not None:
        assert result["values"] != example.printed, "the slip of the document was copied"


def test_all_problems_of_an_input_are_reported_at_once() -> None:
    problems = refused(
        "assessment/coal_curtailment",
        2024,
        {"metered_kwh": "-1", "low_reserve_kwh": "1,000", "contract_kw": 0, "capacity": 5},
    )
    assert set(problems) == {"fiscal_year", "metered_kwh", "low_reserve_kwh", "contract_kw", "capacity"}
    assert "2025年度から" in problems["fiscal_year"]
    assert "桁区切り" in problems["low_reserve_kwh"]


def test_a_missing_input_is_named() -> None:
    assert set(refused("penalty/outage_plan", 2025, {})) == {"contract_amount_yen", "shortfall_slots"}


def test_a_year_long_after_the_last_dated_value_keeps_that_value() -> None:
    inputs = {"contract_amount_yen": 12_000_000, "shortfall_slots": 8641}
    assert catalogue.evaluate("penalty/outage_plan", 2040, inputs).value == 1500


@pytest.mark.parametrize("year", ["２０２５", "2025.5", 2025.0, True, None, "99999", "abc", "-2025"])
def test_a_fiscal_year_that_is_none_is_refused(year: object) -> None:
    assert "fiscal_year" in refused("assessment/outage_plan", year, {"offered_kw": 1, "assessed_kw": 1})


def test_an_unknown_rule_is_refused_with_the_rules_there_are() -> None:
    assert "penalty/outage_plan" in refused("penalty/outage", 2025, {})["rule"]


@pytest.mark.parametrize("half", ["0.5", "1/2", "5e-1", Fraction(1, 2), Decimal("0.5")])
def test_a_number_may_be_a_decimal_a_fraction_or_an_exact_python_number(half: object) -> None:
    result = catalogue.evaluate("assessment/outage_plan", 2025, {"offered_kw": half, "assessed_kw": 1})
    assert result.value == Fraction(1, 2)


def test_a_binary_float_never_enters_a_rule() -> None:
    assert (
        "浮動小数点"
        in refused("assessment/outage_plan", 2025, {"offered_kw": 0.5, "assessed_kw": 1})["offered_kw"]
    )


def test_where_negative_amounts_make_sense_they_are_taken() -> None:
    line = {"resource": "A", "payment_yen": -5, "penalty_yen": -7}
    inputs = {"delivery_month": 4, "lines": [line], "adjustments": [{"reason": "訂正", "yen": -1}]}
    assert catalogue.evaluate("settlement/business_statement", 2025, inputs).values["net_yen"] == 1
    inputs["carried_debt_yen"] = -1
    assert set(refused("settlement/business_statement", 2025, inputs)) == {"carried_debt_yen"}


def test_problems_inside_a_list_name_the_row() -> None:
    inputs = {
        "delivery_month": 13,
        "lines": [{"resource": "A", "payment_yen": 1, "penalty_yen": 0}, {"resource": "", "x": 1}],
    }
    problems = refused("settlement/business_statement", 2025, inputs)
    assert set(problems) == {
        "delivery_month",
        "lines[1].resource",
        "lines[1].payment_yen",
        "lines[1].penalty_yen",
        "lines[1].x",
    }


def test_a_published_number_cannot_be_replaced_by_configuration() -> None:
    settings = {"penalty/outage_plan": {"allowed_outage_slots": {"2025": "1"}}}
    inputs = {"contract_amount_yen": 1, "shortfall_slots": 1}
    problems = refused("penalty/outage_plan", 2025, inputs, parameters=settings)
    assert set(problems) == {"penalty/outage_plan.allowed_outage_slots"}


def test_a_policy_can_be_exchanged_and_is_marked_in_the_explanation() -> None:
    inputs = {"delivery_month": 4, "lines": []}
    chosen = {"settlement/business_statement": {"tax_rate_date": "last_day_of_payment_month"}}
    for parameters, choice in ((None, "last_day_of_delivery_month"), (chosen, "last_day_of_payment_month")):
        result = catalogue.evaluate("settlement/business_statement", 2025, inputs, parameters)
        marks = [step.policy for step in result.steps if step.policy]
        assert len(marks) == 1
        assert marks[0].startswith("policy, not published")
        assert choice in marks[0]
    wrong = {"settlement/business_statement": {"tax_rate_date": "yesterday"}}
    problems = refused("settlement/business_statement", 2025, inputs, parameters=wrong)
    assert set(problems) == {"settlement/business_statement.tax_rate_date"}


TIGHT = """
[rule]
in_force_from = 2024
source = "検討資料 p.14"
[parameters.tight_hours]
label = "需給ひっ迫のおそれがあると想定される時間"
unit = "hours"
source = "検討資料 p.14（値の記載なし）"
unpublished = true
[parameters.loss_rate]
label = "損失率"
unit = "ratio"
source = "資料なし"
unpublished = true
keys = ["area", "voltage"]
"""


@rule(
    "penalty/market_offer_trial",
    title="市場応札の試行",
    inputs=(yen("contract_amount_yen", "容量確保契約金額"), quantity("shortfall_kwh", "未達成量", "kwh")),
    results=(Output("per_hour_yen", "1時間当たり", "yen"),),
)
def market_offer_trial(
    *, fiscal_year: int, contract_amount_yen: int, shortfall_kwh: Fraction, parameters: RuleParameters
) -> Result:
    """A rule with an unpublished number, as later rules have it."""
    hours = parameters.number("tight_hours")
    derivation = Derivation("検討資料 p.14")
    value = derivation.step(
        "1時間当たり",
        "contract_amount_yen * shortfall_kwh / tight_hours",
        contract_amount_yen * shortfall_kwh / hours.value,
        "yen",
        hours,
        contract_amount_yen=contract_amount_yen,
        shortfall_kwh=shortfall_kwh,
    )
    return derivation.result(market_offer_trial.rule, fiscal_year, per_hour_yen=value)


def trial(settings: Any, year: int = 2025, **inputs: Any) -> Result:
    file = parameter_files.parse("penalty/market_offer_trial", TIGHT)
    inputs = {"contract_amount_yen": "60", "shortfall_kwh": "1"} | inputs
    return catalogue.evaluate_rule(market_offer_trial.rule, file, year, inputs, settings)


def test_what_no_document_publishes_is_refused_until_it_is_configured_with_all_other_problems() -> None:
    with pytest.raises(InputRefused) as caught:
        trial(None, contract_amount_yen="-1")
    problems = {problem.where: problem.message for problem in caught.value.problems}
    assert set(problems) == {"penalty/market_offer_trial.tight_hours", "contract_amount_yen"}
    message = problems["penalty/market_offer_trial.tight_hours"]
    assert "not configured" in message
    assert '["penalty/market_offer_trial"] tight_hours = {2025 = "…"}' in message


def test_a_configured_number_counts_in_its_year_and_is_marked() -> None:
    settings = {"penalty/market_offer_trial": {"tight_hours": {2025: "30", "source": "実証の仮定"}}}
    result = trial(settings)
    assert result.value == 2
    assert result.steps[0].policy.startswith("configured, not published")
    assert "実証の仮定" in result.steps[0].source
    with pytest.raises(InputRefused, match="not configured"):
        trial(settings, year=2026)


@pytest.mark.parametrize(
    ("settings", "place"),
    [
        ({"tight_hours": "30"}, "tight_hours"),
        ({"tight_hours": {"2025": 0.5}}, "tight_hours.2025"),
        ({"tight_hours": {"2025": "-3"}}, "tight_hours.2025"),
        ({"tight_hours": {"2025": "30", "FY26": "30"}}, "tight_hours.FY26"),
        ({"tight_hours": {"2025": "30", "source": 5}}, "tight_hours.source"),
        ({"tight_hours": {"2025": "30"}, "tigth_hours": {"2025": "30"}}, "tigth_hours"),
        (
            {"tight_hours": {"2025": "30"}, "loss_rate": {"東京": {"低圧": {"2025": "x"}}}},
            "loss_rate.東京.低圧.2025",
        ),
    ],
)
def test_a_faulty_setting_is_named_by_its_place(settings: Any, place: str) -> None:
    with pytest.raises(InputRefused) as caught:
        trial({"penalty/market_offer_trial": settings})
    assert f"penalty/market_offer_trial.{place}" in {problem.where for problem in caught.value.problems}


def test_a_number_keyed_by_area_and_voltage_is_looked_up_by_its_keys() -> None:
    file = parameter_files.parse("settlement/trial", TIGHT)
    settings = {"settlement/trial": {"loss_rate": {"東京": {"低圧": {"2025": "0.071"}}}}}
    parameters = RuleParameters(file, 2025, settings)
    assert parameters.number("loss_rate", "東京", "低圧").value == Fraction(71, 1000)
    with pytest.raises(InputRefused, match=r"loss_rate\.東京\.高圧"):
        parameters.number("loss_rate", "東京", "高圧")


def test_a_rule_is_described_with_the_numbers_of_a_year() -> None:
    described = catalogue.describe("penalty/outage_plan", 2026)
    assert [each["name"] for each in described["inputs"]] == [
        "contract_amount_yen",
        "shortfall_slots",
        "charged_before_yen",
    ]
    assert described["inputs"][2]["default"] == "0"
    assert {each["name"]: each["value"] for each in described["in_force"]} == {
        "allowed_outage_slots": "8640",
        "penalty_rate_per_slot": "0.000125",
    }
    assert all(each["unit"] and each["source"] for each in described["parameters"])


def test_a_rule_that_begins_later_has_no_numbers_before() -> None:
    assert not catalogue.in_force("assessment/coal_curtailment", 2024)
    assert catalogue.settings_in_force("penalty/coal_curtailment", 2024) == []
    assert catalogue.settings_in_force("penalty/coal_curtailment", 2025)


def test_a_number_that_changes_within_a_year_is_kept_with_both_its_days() -> None:
    content = """
[rule]
in_force_from = 2014
source = "資料"
[parameters.tax_rate]
label = "税率"
unit = "ratio"
source = "法"
by_date = { "2014-04-01" = "0.08", "2019-10-01" = "0.1", "2030-01-01" = "0.12" }
"""
    file = parameter_files.parse("settlement/trial", content)
    standing = {
        year: [str(each.value) for each in RuleParameters(file, year).in_force()] for year in (2019, 2020)
    }
    assert standing == {2019: ["2/25", "1/10"], 2020: ["1/10"]}
