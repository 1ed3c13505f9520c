"""Worked examples load as data: in the order of their file, with what they configure."""

from calc_core.worked_example import MARKS, all_examples, examples_of


def test_an_example_says_what_it_configures_and_nothing_else() -> None:
    examples = examples_of("penalty/market_offer")
    assert examples[0].configuration["penalty/market_offer"]["tight_hours"]["2025"] == "30"
    assert all(example.configuration is None for example in examples_of("penalty/outage_plan"))


def test_a_rule_without_examples_has_none() -> None:
    assert examples_of("penalty/nowhere") == ()


def test_no_two_examples_of_a_rule_share_their_name() -> None:
    names = [(example.rule, example.name) for example in all_examples()]
    assert len(names) == len(set(names))
    assert {example.mark for example in all_examples()} <= MARKS.keys()
