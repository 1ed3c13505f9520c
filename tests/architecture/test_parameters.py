"""Rules and their numbers: every number has unit and source, every rule its examples and test, no formula drifts."""

import ast
import inspect
import math
import operator
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from calc_core import catalogue, parameter_files
from calc_core.explanation import Step
from calc_core.inputs import REQUIRED
from calc_core.worked_example import FOLDER, MARKS, WorkedExample, all_examples, examples_of

ROOT = Path(__file__).parents[2]
RULES = catalogue.rule_ids()


class Each(list):
    """A list in a formula: arithmetic with it is arithmetic with each of its figures."""

    def _with(self, other: Any, compute: Callable[[Any, Any], Any]) -> "Each":
        others = other if isinstance(other, list) else [other] * len(self)
        return Each(compute(mine, theirs) for mine, theirs in zip(self, others, strict=True))

    def __mul__(self, other: Any) -> "Each":
        return self._with(other, operator.mul)

    def __sub__(self, other: Any) -> "Each":
        return self._with(other, operator.sub)

    def __truediv__(self, other: Any) -> "Each":
        return self._with(other, operator.truediv)

    __rmul__ = __mul__


def of_each(function: Callable[..., Any]) -> Callable[..., Any]:
    def found(*values: Any) -> Any:
        if not isinstance(values[0], Each) or (len(values) == 1 and function in (max, min)):
            return function(*values)
        return Each(function(*of_one) for of_one in zip(*values, strict=True))

    return found


def largest_remainder(amount: Fraction, weights: list[Fraction]) -> Each:
    exact_shares = [amount * weight / sum(weights) for weight in weights]
    shares = Each(math.floor(share) for share in exact_shares)
    for _ in range(int(amount) - sum(shares)):
        fractions = [share - whole for share, whole in zip(exact_shares, shares, strict=True)]
        shares[fractions.index(max(fractions))] += 1
    return shares


FUNCTIONS = {
    "max": of_each(max),
    "min": of_each(min),
    "sum": sum,
    "product": math.prod,
    "floor": of_each(math.floor),
    "ceil": of_each(math.ceil),
    "cut": of_each(math.trunc),
    "largest_remainder": largest_remainder,
}


def evaluated(step: dict[str, Any]) -> object:
    """A step's formula over its inputs as they are printed."""
    inputs = {name: exact(value) for name, value in step["inputs"].items()}
    return eval(step["formula"], {"__builtins__": {}}, FUNCTIONS | inputs)  # noqa: S307


def exact(value: Any) -> Any:
    if isinstance(value, dict):  # by area or business
        value = list(value.values())
    if isinstance(value, list):
        return Each(exact(each) for each in value)
    try:
        return Fraction(value)
    except ValueError:
        return value


@pytest.mark.parametrize("example", all_examples(), ids=lambda example: f"{example.rule}: {example.name}")
def test_every_step_of_every_worked_example_says_what_was_computed(example: WorkedExample) -> None:
    result = catalogue.evaluate(
        example.rule, example.fiscal_year, example.inputs, example.configuration
    ).to_json()
    assert result["steps"]
    known = catalogue.labels(example.rule)
    for step in result["steps"]:
        assert evaluated(step) == exact(step["value"]), step["label"]
        assert step["label"]
        assert step["source"]
        names = {node.id for node in ast.walk(ast.parse(step["formula"])) if isinstance(node, ast.Name)}
        assert names <= step["inputs"].keys() | FUNCTIONS.keys()
        assert names <= known.keys() | FUNCTIONS.keys(), "a name in a formula has no Japanese label"


def test_a_step_that_says_something_else_would_be_found() -> None:
    step = Step("差", "a - b", {"a": 5, "b": Fraction(1, 3)}, 5, "yen", "source").to_json()
    assert evaluated(step) != exact(step["value"])


@pytest.mark.parametrize("rule", RULES)
def test_every_rule_says_what_it_is_for_and_its_numbers_have_unit_source_and_first_year(rule: str) -> None:
    file = parameter_files.load(rule)
    assert file.source
    assert file.purpose
    for parameter in file.parameters.values():
        assert parameter.unit
        assert parameter.source
        if not parameter.unpublished and parameter.by_fiscal_year:
            assert parameter.in_fiscal_year(file.in_force_from) is not None
    for policy in file.policies.values():
        assert policy.source
        assert policy.in_fiscal_year(file.in_force_from) in policy.choices


@pytest.mark.parametrize("rule", RULES)
def test_a_rule_its_numbers_its_examples_and_its_test_share_one_stem(rule: str) -> None:
    topic, stem = rule.split("/")
    assert (parameter_files.FOLDER / f"{rule}.toml").is_file()
    assert examples_of(rule)
    assert (ROOT / "tests" / "calc_core" / topic / f"test_{stem}.py").is_file()


def test_no_parameter_file_and_no_worked_example_stands_without_its_rule() -> None:
    for folder in (parameter_files.FOLDER, FOLDER):
        found = {path.relative_to(folder).with_suffix("").as_posix() for path in folder.rglob("*.toml")}
        assert found == set(RULES)


@pytest.mark.parametrize("rule", RULES)
def test_a_rule_is_one_module_with_one_public_function_that_takes_what_it_declares(rule: str) -> None:
    declared = catalogue.find(rule)
    module = inspect.getmodule(declared.function)
    public = [
        name
        for name, each in vars(module).items()
        if inspect.isfunction(each) and each.__module__ == module.__name__ and not name.startswith("_")
    ]
    assert public == [rule.split("/")[1]]
    taken = inspect.signature(declared.function).parameters
    assert all(each.kind is inspect.Parameter.KEYWORD_ONLY for each in taken.values())
    assert set(taken) == {"fiscal_year", "parameters", *(each.name for each in declared.inputs)}
    assert declared.id == rule


@pytest.mark.parametrize("rule", RULES)
def test_no_rule_asks_which_year_it_is(rule: str) -> None:
    function = catalogue.find(rule).function
    for node in ast.walk(ast.parse(Path(inspect.getfile(function)).read_text(encoding="utf-8"))):
        if isinstance(node, ast.Compare):
            names = {each.id for each in ast.walk(node) if isinstance(each, ast.Name)}
            assert "fiscal_year" not in names


def test_worked_examples_are_complete_and_told_apart() -> None:
    for example in all_examples():
        assert example.mark in MARKS, example.name
        assert example.source
        assert (example.printed is not None) == (example.mark == "disputed"), example.name
        required = {each.name for each in catalogue.find(example.rule).inputs if each.default is REQUIRED}
        assert required <= example.inputs.keys()
        outputs = {each.name for each in catalogue.find(example.rule).results}
        assert set(example.expected) == outputs
