"""規則: how a rule is declared. One module, one public function of the module's name, its declaration beside it.

The function takes keyword arguments, all checked: the fiscal year, the declared inputs, and `parameters` (the numbers
in force). It returns a `Result`. `Derivation` collects its steps, so that each carries clause, parameters and policies.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from calc_core.configuration import RuleParameters, Setting
from calc_core.errors import Problem
from calc_core.explanation import Result, Step, Value
from calc_core.inputs import Input


@dataclass(frozen=True, slots=True)
class Output:
    """One named result of a rule."""

    name: str
    label: str
    unit: str


def _nothing_more(*_: Any) -> Iterable[Any]:
    return ()


@dataclass(frozen=True, slots=True)
class Rule:
    """What a rule takes and gives. `terms` are Japanese labels of quantities that stand only between its steps.

    `refuse` sees the inputs that were read (wrong ones are absent) and names what is wrong only in combination.
    `needs` sees the same and names the optional unpublished numbers that these inputs cannot do without.
    `refuse_by_settings` sees the settings of the year too, where they can be used: what is wrong by a policy.
    """

    id: str
    title: str
    inputs: tuple[Input, ...]
    results: tuple[Output, ...]
    terms: Mapping[str, str] = field(default_factory=dict)
    refuse: Callable[[Mapping[str, Any]], Iterable[Problem]] = _nothing_more
    needs: Callable[[Mapping[str, Any]], Iterable[str]] = _nothing_more
    refuse_by_settings: Callable[[Mapping[str, Any], RuleParameters], Iterable[Problem]] = _nothing_more
    function: Callable[..., Result] | None = None

    @property
    def value(self) -> Output:
        """The result that `Result.value` repeats: the first named one unless the rule says otherwise."""
        return self.results[0]


def rule(
    rule_id: str,
    *,
    title: str,
    inputs: Iterable[Input],
    results: Iterable[Output],
    terms: Mapping[str, str] | None = None,
    refuse: Callable[[Mapping[str, Any]], Iterable[Problem]] = _nothing_more,
    needs: Callable[[Mapping[str, Any]], Iterable[str]] = _nothing_more,
    refuse_by_settings: Callable[[Mapping[str, Any], RuleParameters], Iterable[Problem]] = _nothing_more,
) -> Callable[[Callable[..., Result]], Callable[..., Result]]:
    """Declare a function as the rule of this id: the declaration is kept on the function as `.rule`."""

    def declare(function: Callable[..., Result]) -> Callable[..., Result]:
        function.rule = Rule(  # type: ignore[attr-defined]
            rule_id,
            title,
            tuple(inputs),
            tuple(results),
            dict(terms or {}),
            refuse,
            needs,
            refuse_by_settings,
            function,
        )
        return function

    return declare


class Derivation:
    """導出: the steps of one result, in order, with the clause that each stands on."""

    def __init__(self, source: str) -> None:
        self._source = source
        self._steps: list[Step] = []
        self._warnings: list[str] = []

    def step(
        self,
        label: str,
        formula: str,
        value: Value,
        unit: str,
        *settings: Setting,
        source: str | None = None,
        **inputs: Value,
    ) -> Any:
        """Add a step and hand its value on. Settings used in the formula are inputs too, under their own names.

        A list of figures, one for each `area` or `business` among the inputs, stands in the step by their names.
        """
        numbers = {each.name: each.value for each in settings if isinstance(each.value, Fraction)}
        sources = dict.fromkeys([source or self._source, *(each.source for each in settings)])
        notes = dict.fromkeys(each.policy for each in settings if each.policy)
        policy = "；".join(notes) or None
        names = inputs.get("area", inputs.get("business"))
        shown = dict(zip(names, value, strict=True)) if names and isinstance(value, list) else value
        self._steps.append(
            Step(label, formula, {**inputs, **numbers}, shown, unit, "；".join(sources), policy)
        )
        return value

    def warn(self, message: str) -> None:
        """Add a warning: the result stands, but a person should look."""
        self._warnings.append(message)

    def result(
        self, declared: Rule, fiscal_year: int, *, value: str | None = None, **values: Value
    ) -> Result:
        """The result with all named values; `value` names the leading one where it is not the first.

        Of a result by area or business the leading value is the sum.
        """
        leading = value or declared.value.name
        unit = next(output.unit for output in declared.results if output.name == leading)
        found = values[leading]
        return Result(
            declared.id,
            fiscal_year,
            sum(found.values()) if isinstance(found, Mapping) else found,
            unit,
            values,
            tuple(self._steps),
            tuple(self._warnings),
        )
