"""A rule documents itself: purpose, formulas, settings and worked examples, without a word written for it elsewhere."""

import json

import pytest

from calc_core import catalogue
from calc_core.errors import InputRefused
from calc_core.rule_document import computed_examples, document, in_force_choice, settings
from calc_core.worked_example import MARKS, examples_of

RULES = catalogue.rule_ids()


@pytest.mark.parametrize("rule_id", RULES)
def test_every_rule_has_a_purpose_formulas_and_its_examples_as_they_come_out(rule_id: str) -> None:
    told = json.loads(json.dumps(document(rule_id)))
    assert told["purpose"].endswith("。")
    assert {output["unit"] for output in told["results"]} & {each["unit"] for each in told["formulas"]}
    assert len({(each["label"], each["formula"]) for each in told["formulas"]}) == len(told["formulas"])
    assert [each["name"] for each in told["examples"]] == [each.name for each in examples_of(rule_id)]
    for each in told["examples"]:
        assert (
            each["result"]["values"] == each["expected"]
            or each["expected"].items() <= each["result"]["values"].items()
        )
        assert each["mark_label"] == MARKS[each["mark"]]
        assert (each["printed"] is not None) == (each["mark"] == "disputed")


def test_what_only_one_example_is_about_is_no_part_of_a_formula() -> None:
    labels = [each["label"] for each in document("penalty/effectiveness_test")["formulas"]]
    assert labels.count("リクワイアメントの達否") == 1
    assert not [label for label in labels if "2025" in label]


def test_settings_say_what_is_configured_of_each_and_whether_a_calculation_needs_it() -> None:
    configured = {
        "penalty/market_offer": {"tight_hours": {"2026": "30", "source": "試行"}},
        "assessment/market_offer": {"required_offer": "whole_surplus"},
    }
    [hours] = settings("penalty/market_offer", configured)
    assert (hours["configured"], hours["source"], hours["needed"]) == ({"2026": "30"}, "試行", True)
    assert hours["key"] == '["penalty/market_offer"] tight_hours'
    [offer] = settings("assessment/market_offer", configured)
    assert (offer["configured"], offer["kind"], offer["needed"]) == ({"": "whole_surplus"}, "policy", False)
    assert in_force_choice("assessment/market_offer", "required_offer", 2026, configured) == "whole_surplus"
    assert in_force_choice("assessment/market_offer", "required_offer", 2026) == "within_assessed"
    assert [each["needed"] for each in settings("penalty/caps")[:2]] == [False, False]


def test_a_rule_that_is_not_there_and_a_setting_that_cannot_be_used_are_refused() -> None:
    for rule_id, configured in (
        ("penalty/nothing", None),
        ("penalty/caps", {"penalty/caps": {"monthly_ratio": {"2026": "1/0"}}}),
    ):
        with pytest.raises(InputRefused):
            document(rule_id, parameters=configured)


def test_examples_are_computed_once() -> None:
    assert computed_examples(RULES[0]) is computed_examples(RULES[0])
