"""計算した精算: what a computation hands over to be recorded as a statement, whatever its family."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from helpdesk.errors import Problem


@dataclass(frozen=True, slots=True)
class ComputedStatement:
    """計算した精算: one business's amounts in whole yen, signed as the business sees them (positive is paid to it).

    `rule` and `inputs` are what `catalogue.evaluate` takes to explain them; `figures` are [key, label, unit, exact
    text]; `sources` names by id what they were made from (`{"results": […], "items": […], "invoices": […]}`).
    """

    business_id: int
    rule: str
    inputs: Mapping[str, Any]
    net_yen: int
    tax_yen: int
    offset_yen: int
    total_yen: int
    carried_debt_yen: int
    figures: Sequence[Sequence[str]]
    sources: Mapping[str, Any] = field(default_factory=dict)

    @property
    def direction(self) -> str:
        """交付・請求の別, by the sign of the total."""
        return "pay" if self.total_yen > 0 else "invoice" if self.total_yen < 0 else "none"


@dataclass(frozen=True, slots=True)
class Computation:
    """精算の計算: what a family's computation of a month hands over to be recorded.

    `inputs` is what all businesses have in common, `totals` are named exact texts (remainders among them, by names
    that end in `remainder_yen`), `warnings` and `refused` are for a person to look at: who is named in `refused` has no
    statement in `statements`, the others do.
    """

    statements: Sequence[ComputedStatement]
    inputs: Mapping[str, Any] = field(default_factory=dict)
    totals: Mapping[str, str] = field(default_factory=dict)
    warnings: Sequence[str] = ()
    refused: Sequence[Problem] = ()
