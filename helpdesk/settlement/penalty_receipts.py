"""経済的ペナルティの入金: how much of a year's penalties has come in, and how much of them went back?

From the ledger. Of a billed statement a penalty has come in as far as it was netted against payments, and as far as its
invoice is paid, tax left out (the tax goes with the net amount it was charged on). A negative penalty is one given back
(返金), and so is what a penalty came down to after the invoice (精算項目; what it went up by is netted in a later month). Of an invoice without a statement all that was paid counts. Coal penalties are withheld from payments and never
charged: they are not in here, as they are not in the books' 還元預り金.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from helpdesk.ledger.balances import paid_yen
from helpdesk.ledger.models import Invoice
from helpdesk.settlement.models import BusinessStatement, SettlementItem

CAPACITY = "capacity"
KINDS = ("statement", "penalty")


@dataclass(frozen=True, slots=True)
class PenaltyReceipts:
    """入金と返金: netted against payments, paid on invoices of statements, paid on other invoices, given back."""

    netted_yen: int = 0
    paid_yen: int = 0
    other_invoices_yen: int = 0
    repaid_yen: int = 0

    @property
    def received_yen(self) -> int:
        """All that came in."""
        return self.netted_yen + self.paid_yen + self.other_invoices_yen


def penalty_receipts(session: Session, fiscal_year: int) -> PenaltyReceipts:
    """What came in and went back of a year's penalties until now."""
    paid, other_invoices_yen = _paid(session, fiscal_year)
    recomputed = _recomputed(session, fiscal_year)
    netted_yen = collected_yen = repaid_yen = 0
    columns = ("id", "business_id", "delivery_month", "net_yen", "tax_yen", "inputs")
    rows = session.execute(
        select(*(getattr(BusinessStatement, name) for name in columns)).where(
            BusinessStatement.family == CAPACITY,
            BusinessStatement.fiscal_year == fiscal_year,
            BusinessStatement.newest,
            BusinessStatement.state == "billed",
        )
    )
    for row in rows:
        penalties = [int(line["penalty_yen"]) for line in row.inputs.get("lines", ())]
        netted, collected = came_in(
            sum(yen for yen in penalties if yen > 0), row.net_yen, row.tax_yen, paid.get(row.id, 0)
        )
        later_yen = recomputed.get((row.business_id, row.delivery_month), sum(penalties)) - sum(penalties)
        netted_yen += netted + max(later_yen, 0)
        repaid_yen += sum(-yen for yen in penalties if yen < 0) + max(-later_yen, 0)
        collected_yen += collected
    return PenaltyReceipts(netted_yen, collected_yen, other_invoices_yen, repaid_yen)


def came_in(charged_yen: int, net_yen: int, tax_yen: int, paid: int) -> tuple[int, int]:
    """What of a statement's penalties was netted, and what was paid of its invoice, tax left out; together at most all."""
    if net_yen >= 0:
        return charged_yen, 0
    claimed_yen = min(-net_yen, charged_yen)  # what of the claim is penalty; more of it is another adjustment
    collected_yen = paid * -net_yen // -(net_yen + tax_yen)
    return charged_yen - claimed_yen, min(collected_yen, claimed_yen)


def _paid(session: Session, fiscal_year: int) -> tuple[Mapping[int, int], int]:
    """What is paid on the year's invoices: by statement, and of those without one."""
    rows = session.execute(
        select(Invoice.statement_id, paid_yen()).where(
            Invoice.kind.in_(KINDS), Invoice.fiscal_year == fiscal_year
        )
    )
    by_statement: dict[int, int] = {}
    others_yen = 0
    for statement_id, yen in rows:
        if statement_id is None:
            others_yen += yen
        else:
            by_statement[statement_id] = by_statement.get(statement_id, 0) + yen
    return by_statement, others_yen


def _recomputed(session: Session, fiscal_year: int) -> Mapping[tuple[int, int], int]:
    """The penalties of a business's month as they were last computed after its invoice."""
    rows = session.execute(
        select(SettlementItem.business_id, SettlementItem.delivery_month, SettlementItem.figures)
        .where(SettlementItem.family == CAPACITY, SettlementItem.fiscal_year == fiscal_year)
        .order_by(SettlementItem.id)
    )
    found: dict[tuple[int, int], int] = {}
    for business_id, delivery_month, figures in rows:
        for key, _, _, text in figures:
            if key == "penalties_yen":
                found[business_id, delivery_month] = int(text)
    return found
