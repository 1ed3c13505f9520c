"""発動指令の条件: how many slots has one order, and how many orders may a fiscal year have before someone should look?

Both follow from the dated numbers of `assessment/dispatch_order`.
"""

from dataclasses import dataclass

from calc_core import parameter_files
from calc_core.configuration import RuleParameters

RULE = "assessment/dispatch_order"


@dataclass(frozen=True, slots=True)
class DispatchOrderTerms:
    """What the documents say of the orders of one fiscal year."""

    slots_per_order: int
    orders_per_year: int

    def warning(self, orders: int) -> str | None:
        """What to tell of that many orders to one resource in the year; nothing up to the number that is agreed."""
        if orders <= self.orders_per_year:
            return None
        return (
            f"発動指令が年{orders}回あります（年{self.orders_per_year}回まで）。指令の記録を確かめてください"
        )


def dispatch_order_terms(fiscal_year: int) -> DispatchOrderTerms:
    """The terms of a fiscal year. Raises `InputRefused` before the first year of the rule."""
    parameters = RuleParameters(parameter_files.load(RULE), fiscal_year)
    slots = parameters.number("hours_per_order").value / parameters.number("hours_per_slot").value
    return DispatchOrderTerms(int(slots), int(parameters.number("orders_per_year").value))
