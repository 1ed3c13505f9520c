"""導出: the results of a stored statement for pages and letters: each with its heading, its steps, what it is about."""

import re
from dataclasses import dataclass
from typing import Any

from calc_core import narration

_ENGLISH_MARK = re.compile("（(?:policy|configured), not published）")


@dataclass(frozen=True, slots=True)
class Derivation:
    """導出の一節: one rule's result; `resource` is the code of the 電源等 it is about, None for the business's total."""

    heading: str
    resource: str | None
    result: dict[str, Any]

    def steps(self) -> list[dict[str, Any]]:
        """The steps, each with `words` (the formula with Japanese names) and `numbers` (with its figures)."""
        told = []
        for step in self.result["steps"]:
            words, numbers = narration.formulas(self.result["rule"], step)
            policy = narration.policy_text(step["policy"]) if step["policy"] else None
            told.append(step | {"words": words, "numbers": numbers, "policy": policy})
        return told

    def lines(self) -> list[str]:
        """The derivation as lines of a letter, in Japanese only."""
        told = (_ENGLISH_MARK.sub("", line) for line in narration.lines(self.result))
        return [f"◆ {self.heading}", *(f"  {line}" for line in told)]


def derivations(statement: dict[str, Any]) -> list[Derivation]:
    """Every result of a statement: the business's total first, then resource by resource."""
    business = statement["business"]
    found = [Derivation(narration.title(business["rule"]), None, business)]
    for resource in statement["resources"]:
        for result in resource["results"]:
            heading = f"{resource['name']}：{narration.title(result['rule'])}"
            found.append(Derivation(heading, resource["resource"], result))
    return found


def remarks(statement: dict[str, Any]) -> list[str]:
    """The warnings of a statement that no result of it tells: of earlier months, or of what nobody has metered."""
    told = {warning for each in derivations(statement) for warning in each.result["warnings"]}
    return [
        each
        for each in statement.get("warnings", ())
        if each not in told and each.partition(": ")[2] not in told
    ]
