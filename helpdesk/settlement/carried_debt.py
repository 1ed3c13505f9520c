"""未払の債務: which earlier invoices of the same fiscal year does a business still owe, so that its payment is set off?

Supplementary document of October 2024, p. 5: a debt that is not paid is settled with later months. Each yen once: what is
paid, and what the statement of an earlier month that is not billed yet is to settle, is not counted again. The earlier
month takes first, so that months give the same in whatever order they are computed again.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from calc_core.fiscal_year import months_until
from helpdesk.ledger.balances import paid_yen
from helpdesk.ledger.models import Invoice
from helpdesk.settlement.models import BusinessStatement

KINDS = ("statement", "penalty")
FAMILY = "capacity"


@dataclass(frozen=True, slots=True)
class Debt:
    """未払: so many yen of an invoice, tax included, that nothing else is to settle."""

    invoice_id: int
    yen: int


def carried_debts(
    session: Session, fiscal_year: int, delivery_month: int, *, business_id: int | None = None
) -> dict[int, list[Debt]]:
    """What is owed from the months of the year before this one, by business, the longest due first.

    An invoice without a month (an imported one) is of no earlier month: it is collected, not set off.
    """
    open_yen = Invoice.amount_yen - paid_yen()
    found = select(Invoice.id, Invoice.business_id, open_yen).where(
        Invoice.kind.in_(KINDS),
        Invoice.fiscal_year == fiscal_year,
        Invoice.delivery_month.in_(months_until(delivery_month)[:-1]),
        open_yen > 0,
    )
    if business_id is not None:
        found = found.where(Invoice.business_id == business_id)
    rows = session.execute(found.order_by(Invoice.due_on, Invoice.id)).all()
    taken = _taken(session, fiscal_year, delivery_month, business_id) if rows else {}
    debts: dict[int, list[Debt]] = {}
    for invoice_id, owed_by, yen in rows:
        left = yen - taken.get(invoice_id, 0)
        if left > 0:
            debts.setdefault(owed_by, []).append(Debt(invoice_id, left))
    return debts


def set_off(debts: Sequence[Debt], offset_yen: int) -> list[list[int]]:
    """相殺: what of each invoice a statement settles, [invoice id, yen], the longest due first."""
    settled = []
    for debt in debts:
        yen = min(debt.yen, offset_yen)
        offset_yen -= yen
        if yen:
            settled.append([debt.invoice_id, yen])
    return settled


def _taken(
    session: Session, fiscal_year: int, delivery_month: int, business_id: int | None
) -> Mapping[int, int]:
    """What the statements of earlier months are to settle once they are billed, by invoice."""
    found = select(BusinessStatement.sources).where(
        BusinessStatement.family == FAMILY,
        BusinessStatement.fiscal_year == fiscal_year,
        BusinessStatement.delivery_month.in_(months_until(delivery_month)[:-1]),
        BusinessStatement.newest,
        BusinessStatement.state != "billed",
        BusinessStatement.offset_yen > 0,
    )
    if business_id is not None:
        found = found.where(BusinessStatement.business_id == business_id)
    taken: dict[int, int] = {}
    for sources in session.scalars(found):
        for invoice_id, yen in sources.get("set_off", []):
            taken[invoice_id] = taken.get(invoice_id, 0) + yen
    return taken
