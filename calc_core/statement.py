"""事業者の月次明細: one business and one delivery month as one explained statement, recomputed from the slots up.

For each resource: the month's shortfall slots → the penalty of the year so far, less what earlier months were charged →
contract amount → payment of the month; then all resources of the business netted, taxed, set off. Every earlier month
of the fiscal year is recomputed too, so that a corrected April shows up in May. Sources: those of the rules.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from calc_core import catalogue
from calc_core.configuration import Configuration
from calc_core.errors import InputRefused, Problem
from calc_core.explanation import Result, exact_json
from calc_core.figures import FigureDifference, KeyFigure, compare_figures
from calc_core.fiscal_year import DELIVERY_MONTHS, payment_month
from calc_core.resource_derivation import compute_line
from calc_core.resource_input import ResourceInput
from calc_core.resource_line import ResourceLine, ResourceMonth

__all__ = [
    "FigureDifference",
    "KeyFigure",
    "ResourceInput",
    "ResourceLine",
    "ResourceMonth",
    "Statement",
    "compare_figures",
    "compute_statement",
]

_TOTALS = ("net_yen", "tax_yen", "offset_yen", "total_yen", "debt_left_yen")


@dataclass(frozen=True, slots=True)
class Statement:
    """月次明細: the lines of the resources and the netting of the business, with everything that led there."""

    fiscal_year: int
    delivery_month: int
    lines: tuple[ResourceLine, ...]
    business: Result
    settings: Mapping[str, list[dict[str, object]]] = field(default_factory=dict)

    @property
    def warnings(self) -> list[str]:
        """Every warning, with the resource it is about."""
        of_lines = [f"{line.resource} {line.name}: {each}" for line in self.lines for each in line.warnings]
        return [*of_lines, *self.business.warnings]

    def key_figures(self) -> list[KeyFigure]:
        """The figures that notices, answers and comparisons use, in the order of the statement."""
        business = catalogue.labels(self.business.rule)
        figures = [figure for line in self.lines for figure in line.key_figures()]
        sums = {
            "payments_yen": sum(line.payment_yen for line in self.lines),
            "penalties_yen": sum(line.penalty_yen for line in self.lines),
        } | {name: self.business.values[name] for name in _TOTALS}
        figures += [
            KeyFigure(name, business[name], "yen", str(exact_json(value))) for name, value in sums.items()
        ]
        return figures

    def to_json(self) -> dict[str, Any]:
        """The statement as a run keeps it: every result with its steps, the numbers in force, the key figures."""
        year, month = payment_month(self.fiscal_year, self.delivery_month)
        return {
            "fiscal_year": self.fiscal_year,
            "delivery_month": self.delivery_month,
            "payment_month": f"{year:04d}-{month:02d}",
            "resources": [line.to_json() for line in self.lines],
            "business": self.business.to_json(),
            "settings": dict(self.settings),
            "figures": [list(figure) for figure in self.key_figures()],
            "warnings": self.warnings,
        }


def compute_statement(
    *,
    fiscal_year: int,
    delivery_month: int,
    resources: Sequence[ResourceInput],
    adjustments: Iterable[Mapping[str, object]] = (),
    carried_debt_yen: int = 0,
    parameters: Configuration | None = None,
) -> Statement:
    """The statement of one business for a delivery month (4 … 12, 1 … 3), resources in the order of their codes.

    Slot tables of every month from April to this one are needed; `adjustments` are rows of reason and yen; the debt is
    tax included and of the same fiscal year. Raises `InputRefused` with every problem of every resource.
    """
    problems: list[Problem] = []
    year = catalogue.check_fiscal_year(fiscal_year, problems)
    if delivery_month not in DELIVERY_MONTHS:
        problems.append(
            Problem("delivery_month", f"対象月は 4〜12、1〜3 で指定してください（{delivery_month}）")
        )
    codes = Counter(each.resource for each in resources)
    problems += [
        Problem(f"resources[{code}]", "同じ電源等が2回以上あります。1回だけ指定してください")
        for code in sorted(codes)
        if codes[code] > 1
    ]
    if problems:
        raise InputRefused(problems)
    lines = []
    for resource in sorted(resources, key=lambda each: each.resource):
        try:
            lines.append(compute_line(year, delivery_month, resource, parameters))
        except InputRefused as refused:
            place = f"resources[{resource.resource}]"
            problems += [Problem(f"{place}.{each.where}", each.message) for each in refused.problems]
    rows = [
        {"resource": line.resource, "payment_yen": line.payment_yen, "penalty_yen": line.penalty_yen}
        for line in lines
    ]
    inputs = {
        "delivery_month": delivery_month,
        "lines": rows,
        "adjustments": list(adjustments),
        "carried_debt_yen": carried_debt_yen,
    }
    try:
        business = catalogue.evaluate("settlement/business_statement", year, inputs, parameters)
    except InputRefused as refused:
        problems += refused.problems
    if problems:
        raise InputRefused(problems)
    used = dict.fromkeys(result.rule for line in lines for result in line.results) | {business.rule: None}
    settings = {rule: catalogue.settings_in_force(rule, year, parameters) for rule in used}
    return Statement(year, delivery_month, tuple(lines), business, settings)
