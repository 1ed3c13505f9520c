"""延滞利息の計算: what late payments of an invoice cost, part by part to its day of payment, and what is still open to today.

Only where `annual_rate` is configured for the invoice's fiscal year; never on interest itself. The due day is the one
that bank holidays moved (`due_days`): what came by it was in time.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from calc_core import catalogue
from calc_core.errors import InputRefused
from calc_core.explanation import Result
from cases.business_calendar import Holidays
from helpdesk.ledger.balances import in_force, whole_yen
from helpdesk.ledger.due_days import BankDays
from helpdesk.ledger.models import Allocation, Invoice, Receipt
from helpdesk.register.parameter_sets import parameters_in_force

RULE = "settlement/late_interest"
KIND = "late_interest"
_ROWS_ASKED = 10_000  # every database takes so many at once


@dataclass(frozen=True, slots=True)
class LatePart:
    """延滞した部分: so many yen paid on a day after the due day, or open on the day of asking, and what that costs."""

    amount_yen: int
    until: date
    is_paid: bool
    result: Result

    @property
    def interest_yen(self) -> int:
        """延滞利息 of this part."""
        return int(self.result.values["interest_yen"])  # type: ignore[call-overload]


@dataclass(frozen=True, slots=True)
class LateInterest:
    """延滞利息: of one invoice, part by part, the earliest first."""

    parts: Sequence[LatePart]

    @property
    def interest_yen(self) -> int:
        """All of it so far."""
        return sum(each.interest_yen for each in self.parts)


def late_interest(
    session: Session, invoices: Sequence[Invoice], *, today: date, holidays: Holidays
) -> dict[int, LateInterest]:
    """Of each of these invoices as of today; one without a configured rate is left out. Two statements."""
    configuration = parameters_in_force(session).configuration
    asked = [each for each in invoices if each.kind != KIND and _is_configured(each, configuration)]
    paid = _paid(session, [each.id for each in asked]) if asked else {}
    days = BankDays(today, holidays)
    return {each.id: LateInterest(_parts(each, paid.get(each.id, {}), days, configuration)) for each in asked}


def _is_configured(invoice: Invoice, configuration: Mapping[str, Any]) -> bool:
    rates = configuration.get(RULE, {}).get("annual_rate", {})
    return str(invoice.fiscal_year) in {str(year) for year in rates}


def _paid(session: Session, invoice_ids: Sequence[int]) -> dict[int, dict[date, int]]:
    """What came in for each invoice by the day it came."""
    found: dict[int, dict[date, int]] = defaultdict(dict)
    for start in range(0, len(invoice_ids), _ROWS_ASKED):
        rows = session.execute(
            select(Allocation.invoice_id, Receipt.received_on, whole_yen(Allocation.amount_yen))
            .join(Receipt, Receipt.id == Allocation.receipt_id)
            .where(Allocation.invoice_id.in_(invoice_ids[start : start + _ROWS_ASKED]), in_force())
            .group_by(Allocation.invoice_id, Receipt.received_on)
            .order_by(Receipt.received_on)
        )
        for invoice_id, received_on, amount_yen in rows:
            found[invoice_id][received_on] = amount_yen
    return found


def _parts(
    invoice: Invoice, paid: Mapping[date, int], days: BankDays, configuration: Mapping[str, Any]
) -> list[LatePart]:
    due_on = days.effective(invoice.due_on)
    late = [(amount, on, True) for on, amount in paid.items() if on > due_on]
    open_yen = invoice.amount_yen - sum(paid.values())
    if open_yen and days.today > due_on:
        late.append((open_yen, days.today, False))
    return [
        LatePart(amount, on, is_paid, _computed(invoice, amount, due_on, on, configuration))
        for amount, on, is_paid in late
    ]


def _computed(
    invoice: Invoice, amount_yen: int, due_on: date, until: date, configuration: Mapping[str, Any]
) -> Result:
    inputs = {"amount_yen": amount_yen, "due_on": due_on, "paid_on": until}
    try:
        return catalogue.evaluate(RULE, invoice.fiscal_year, inputs, configuration)
    except InputRefused as refused:  # a set is checked before it is put in force
        raise AssertionError(f"{RULE}: {refused}") from refused
