"""通知の作成: what a business is told of a month, made from fixed results of all its resources (requirements A2.6, A4.4).

The figures have the keys and labels of a computed statement, so that notice, recomputation and objection compare.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any, Protocol

from sqlalchemy import select
from sqlalchemy.orm import Session

from calc_core import catalogue, exact
from calc_core.configuration import Configuration
from calc_core.fiscal_year import calendar_month
from calc_core.slot_event import EVENTS
from cases.models import Business
from cases.numbering import next_value
from helpdesk.register.corrections import issue_next_version
from helpdesk.register.lookups import notified_in_force
from helpdesk.register.models import MonthResult, NotifiedResult
from helpdesk.register.month_results import FIGURES, number

NETTING = "settlement/business_statement"
TITLE = "交付額通知書"
_TOTALS = ("net_yen", "tax_yen", "offset_yen", "total_yen", "debt_left_yen")
_FIRST = ("shortfall_slots", "cumulative_slots", "contract_amount_yen", "payment_yen")
_PENALTY = "経済的ペナルティ額"


class Named(Protocol):
    """電源等: anything with a code and a name."""

    @property
    def code(self) -> str: ...

    @property
    def name(self) -> str: ...


class OfMonth(Protocol):
    """算定結果: anything with the figures of a month and what they were computed from."""

    @property
    def figures(self) -> Mapping[str, str]: ...

    @property
    def inputs(self) -> Mapping[str, Any]: ...


def notice_figures(
    results: Sequence[MonthResult],
    *,
    adjustments: Sequence[Mapping[str, Any]] = (),
    carried_debt_yen: int = 0,
    parameters: Configuration | None = None,
) -> list[list[str]]:
    """The figures of a notice of one business and month, [key, label, unit, exact text]; resources by their codes.

    Raises the netting rule's `InputRefused`.
    """
    first, of_resources = results[0], [(result.resource.code, result.figures) for result in results]
    inputs = netting_inputs(
        first.delivery_month, of_resources, adjustments=adjustments, carried_debt_yen=carried_debt_yen
    )
    figures = [figure for each in results for figure in resource_figures(each.resource, each)]
    return figures + netted_figures(first.fiscal_year, inputs, parameters)


def netting_inputs(
    delivery_month: int,
    of_resources: Iterable[tuple[str, Mapping[str, str]]],
    *,
    adjustments: Sequence[Mapping[str, Any]] = (),
    carried_debt_yen: int = 0,
) -> dict[str, Any]:
    """What the netting rule takes, from the figures of each resource (by code)."""
    return {
        "delivery_month": delivery_month,
        "lines": [
            {
                "resource": code,
                "payment_yen": figures["payment_yen"],
                "penalty_yen": figures["penalty_total_yen"],
            }
            for code, figures in of_resources
        ],
        "adjustments": [dict(each) for each in adjustments],
        "carried_debt_yen": carried_debt_yen,
    }


def netted_figures(
    fiscal_year: int, inputs: Mapping[str, Any], parameters: Configuration | None = None
) -> list[list[str]]:
    """The figures of a business over its resources: sums of payments and penalties, then what the rule makes of them."""
    netted = catalogue.evaluate(NETTING, fiscal_year, inputs, parameters)
    sums = {
        "payments_yen": sum(number(line["payment_yen"]) for line in inputs["lines"]),
        "penalties_yen": sum(number(line["penalty_yen"]) for line in inputs["lines"]),
    } | {name: netted.values[name] for name in _TOTALS}
    labels = catalogue.labels(NETTING)
    return [[name, labels[name], "yen", exact.text(value)] for name, value in sums.items()]


def issue_notice(
    session: Session,
    business: Business,
    fiscal_year: int,
    delivery_month: int,
    figures: Sequence[Sequence[str]],
    *,
    reason: str,
    on: date,
) -> NotifiedResult:
    """通知: the first version of a month, or the next one after what was told before; flushed."""
    before = notified_in_force(session, business.id, fiscal_year, delivery_month)
    if before is not None:
        return issue_next_version(session, before, figures, reason=reason, on=on)
    made = NotifiedResult(
        business_id=business.id,
        fiscal_year=fiscal_year,
        delivery_month=delivery_month,
        version=1,
        figures=[list(figure) for figure in figures],
        notified_on=on,
        document_number=_free_number(session, fiscal_year, delivery_month),
        reason=reason,
    )
    session.add(made)
    session.flush()
    return made


def resource_figures(of: Named, result: OfMonth) -> list[list[str]]:
    """A resource's figures, as a computed line has them: the parts of a penalty only where they say something."""
    figures, kept = result.figures, result.inputs
    names = list(_FIRST)
    if figures["penalty_outage_yen"] != figures["penalty_total_yen"]:
        names.append("penalty_outage_yen")
    for event in EVENTS:
        of_event = (f"{event}_shortfall_kwh", f"penalty_{event}_yen")
        if event in kept.get("events", {}) or any(figures[name] != "0" for name in of_event):
            names += of_event
    lines = [(name, *FIGURES[name], figures[name]) for name in names]
    lines.append(("penalty_yen", _PENALTY, "yen", figures["penalty_total_yen"]))
    if kept.get("coal") or figures["coal_penalty_yen"] != "0":
        lines.append(("coal_penalty_yen", *FIGURES["coal_penalty_yen"], figures["coal_penalty_yen"]))
    return [
        [f"resource.{of.code}.{key}", f"{of.name} {label}", unit, text] for key, label, unit, text in lines
    ]


def _free_number(session: Session, fiscal_year: int, delivery_month: int) -> str:
    """The next number of the month that no document has, whoever numbered the ones before."""
    year, month = calendar_month(fiscal_year, delivery_month)
    while True:
        serial = next_value(session, f"notice:{year}-{month:02d}")
        number = f"{TITLE} 第{year}-{month:02d}-{serial:04d}号"
        if not session.scalar(select(NotifiedResult.id).where(NotifiedResult.document_number == number)):
            return number
