"""精算の導出: how did a statement come to its figures? Computed anew from its rule, its inputs and its run's parameters.

A statement of one netting keeps the rule's own inputs. One that adds several computations (areas) keeps them as
`{"areas": [{"area", "inputs", "name", "of", "yen"}], "adjustments": [{"reason", "yen"}]}`: each area is computed by the
statement's rule (or by its own `rule`), `name` and `of` say which of its values is the business's own, `yen` what it was.
Of these steps only the business's own are told.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy.orm import Session

from calc_core import catalogue
from calc_core.configuration import Configuration
from calc_core.explanation import Result, Step
from helpdesk.register.models import ParameterSet
from helpdesk.register.parameter_sets import taken_apart
from helpdesk.settlement.models import BusinessStatement

GIVEN = ("refund",)  # families whose areas are paid to the business; of the others they are invoiced
AMOUNTS = {
    "net_yen": "差引額（税抜）",
    "tax_yen": "消費税額",
    "offset_yen": "未払の債務に充てる額",
    "total_yen": "交付額または請求額（税込）",
}


@dataclass(frozen=True, slots=True)
class Part:
    """導出の一部: one computation with its steps; `area` is empty where it is the whole."""

    area: str
    result: Result
    own_yen: int | None = None  # what of it is the business's; none: the result is the statement


@dataclass(frozen=True, slots=True)
class Explained:
    """導出: the computations, and where they no longer come to what the statement says (nowhere: reproduced)."""

    parts: tuple[Part, ...]
    differences: tuple[str, ...]

    @property
    def result(self) -> Result:
        """The computation of a statement that has only one."""
        return self.parts[0].result

    @property
    def is_reproduced(self) -> bool:
        """Whether every figure came out as it stands."""
        return not self.differences


def explain(session: Session, statement: BusinessStatement) -> Explained:
    """Compute a statement again from what it kept. Raises the rule's `InputRefused` where it no longer takes it."""
    parameters = _parameters(session, statement)
    if "areas" not in statement.inputs:
        return _whole(statement, parameters)
    return _of_areas(statement, parameters)


def _parameters(session: Session, statement: BusinessStatement) -> Configuration | None:
    set_id = statement.settlement_run.parameter_set_id
    if set_id is None:
        return None
    return taken_apart(session.get_one(ParameterSet, set_id).content).configuration or None


def _whole(statement: BusinessStatement, parameters: Configuration | None) -> Explained:
    result = catalogue.evaluate(statement.rule, statement.fiscal_year, statement.inputs, parameters)
    differences = [
        _difference(label, getattr(statement, name), result.values[name])
        for name, label in AMOUNTS.items()
        if name in result.values and result.values[name] != getattr(statement, name)
    ]
    return Explained((Part("", result),), tuple(differences))


def _of_areas(statement: BusinessStatement, parameters: Configuration | None) -> Explained:
    parts, differences = [], []
    for area in statement.inputs["areas"]:
        rule = area.get("rule", statement.rule)
        result = catalogue.evaluate(rule, statement.fiscal_year, area["inputs"], parameters)
        own, kept = _own(result, area), int(area["yen"])
        parts.append(Part(area["area"], replace(result, steps=_own_steps(result, area.get("of"))), own))
        if own != kept:
            differences.append(_difference(area["area"], kept, own))
    net_yen = sum(part.own_yen or 0 for part in parts) * (1 if statement.family in GIVEN else -1)
    net_yen += sum(int(each["yen"]) for each in statement.inputs.get("adjustments", ()))
    if net_yen != statement.net_yen:
        differences.append(_difference(AMOUNTS["net_yen"], statement.net_yen, net_yen))
    return Explained(tuple(parts), tuple(differences))


def _own(result: Result, area: Mapping[str, Any]) -> int:
    value = result.values[area["name"]]
    if area.get("of") is not None:
        value = value[area["of"]]  # type: ignore[call-overload, index]
    return int(value)  # type: ignore[arg-type]


def _own_steps(result: Result, of: str | None) -> tuple[Step, ...]:
    """The steps that lead to a business's own amount.

    The others stand in its inputs as one row: what is only theirs, and what is added up over all (a sum, the remainder
    of the month), is not what it is in the whole area and is left out.
    """
    if of is None:
        return result.steps
    return tuple(step for step in result.steps if _is_own(step, of))


def _is_own(step: Step, of: str) -> bool:
    """Whether it is of nobody in particular, or has a figure of this business by its name."""
    return "business" not in step.inputs or (isinstance(step.value, Mapping) and of in step.value)


def _difference(label: str, kept: int, now: Any) -> str:
    return f"{label}: 精算では {kept:,}円、再計算では {now:,}円"
