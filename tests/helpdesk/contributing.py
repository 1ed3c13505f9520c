"""Retailers, utilities and the inputs of contributions, and months settled and billed without any worker."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from calc_core.areas import CAPACITY_AREAS
from calc_core.fiscal_year import DELIVERY_MONTHS
from cases.history import SYSTEM
from cases.models import Business
from helpdesk.ledger.models import Allocation, Invoice, Receipt
from helpdesk.register.models import AreaDemand, AreaUtility, AuctionResult, RetailerShare
from helpdesk.settlement.families import compute
from helpdesk.settlement.lists import newest_statements
from helpdesk.settlement.models import BusinessStatement
from helpdesk.settlement.statement_versions import Recorded, record_statements
from tests.helpdesk.settling import bill, new_run

YEAR = 2026
AREAS = CAPACITY_AREAS
KW = {
    "peak_kw_summer": "100",
    "peak_kw_winter": "90",
    "contract_kw_at_peak": "120",
    "contract_kw": "120",
    "substitute_kw": "",
}
OVERDUE = date(2026, 12, 1)  # after the due day of every invoice here


@dataclass(frozen=True)
class Retail:
    """Ids by code, and the time that stands still."""

    businesses: Mapping[str, int]
    now: datetime

    def share(
        self,
        session: Session,
        months: Sequence[int],
        kw: Mapping[tuple[str, str], Mapping[str, str]],
        *,
        version: int = 1,
    ) -> None:
        """Shares by area and code: what differs from `KW`."""
        session.add_all(
            RetailerShare(
                fiscal_year=YEAR,
                delivery_month=month,
                area=area,
                business_id=self.businesses[code],
                version=version,
                recorded_at=self.now,
                **(KW | of),
            )
            for month in months
            for (area, code), of in kw.items()
        )
        session.flush()

    def settle(
        self, session: Session, family: str, month: int = 0, *, business: str | None = None, **more: Any
    ) -> Recorded:
        """One computation, recorded as a run hands it over."""
        wanted = None if business is None else self.businesses[business]
        computed = compute(session, family, YEAR, month, business_id=wanted, on=OVERDUE, **more)
        run = new_run(family, YEAR, month, now=self.now)
        run.totals, run.inputs = dict(computed.totals), dict(computed.inputs)
        return record_statements(session, run, computed.statements, by=SYSTEM, now=self.now)

    def newest(self, session: Session, family: str, month: int, code: str) -> BusinessStatement:
        """The statement that is acted upon."""
        [found] = newest_statements(session, family, YEAR, month, business_id=self.businesses[code])
        return found


def build_retail(session: Session, *, now: datetime, retailers: Sequence[str] = ("R1", "R2", "R3")) -> Retail:
    """Retailers, a utility for each area, auction and demand of nine areas; no shares yet."""
    utilities = {area: f"T{number}" for number, area in enumerate(AREAS, 1)}
    made = {code: Business(code=code, name=f"{code}電力", kind="retailer") for code in retailers}
    made |= {
        code: Business(code=code, name=f"{area}送配電", kind="utility") for area, code in utilities.items()
    }
    session.add_all(made.values())
    session.flush()
    for number, area in enumerate(AREAS, 1):
        of = {"area": area, "version": 1, "recorded_at": now}
        session.add(
            AuctionResult(
                fiscal_year=YEAR, auction="main", quantity_kw=number * 1_001, price_yen_per_kw=5_832, **of
            )
        )
        session.add(
            AreaDemand(fiscal_year=YEAR, h3_demand_kw=number * 1_003, transitional_deduction_yen=7, **of)
        )
        session.add(AreaUtility(valid_from=date(YEAR, 4, 1), business_id=made[utilities[area]].id, **of))
    session.flush()
    return Retail({code: each.id for code, each in made.items()}, now)


def bill_months(session: Session, family: str, months: Sequence[int] = DELIVERY_MONTHS) -> None:
    """As billing leaves the newest statements of these months."""
    for month in months:
        for statement in newest_statements(session, family, YEAR, month):
            bill(session, statement)


def everywhere(of: Mapping[str, Mapping[str, str]]) -> dict[tuple[str, str], Mapping[str, str]]:
    """The same retailers in every area."""
    return {(area, code): kw for area in AREAS for code, kw in of.items()}


def figure(statement: BusinessStatement, key: str) -> str:
    """The exact text of one figure."""
    [text] = [each[3] for each in statement.figures if each[0] == key]
    return text


def owe(session: Session, retail: Retail, statement: BusinessStatement, *, paid_yen: int = 0) -> Invoice:
    """The invoice that asks for a statement, with so much of it paid."""
    invoice = Invoice(
        number=f"I{statement.id}",
        business_id=statement.business_id,
        kind="statement" if statement.family == "capacity" else statement.family,
        fiscal_year=statement.fiscal_year,
        delivery_month=statement.delivery_month,
        amount_yen=-statement.total_yen,
        issued_on=date(YEAR, 9, 1),
        due_on=date(YEAR, 9, 21),
        statement_id=statement.id,
        recorded_at=retail.now,
    )
    session.add(invoice)
    session.flush()
    if paid_yen:
        pay(session, retail, invoice, paid_yen)
    return invoice


def pay(session: Session, retail: Retail, invoice: Invoice, yen: int) -> None:
    """Money that came in for an invoice."""
    receipt = Receipt(
        reference=f"{invoice.number}-{yen}",
        business_id=invoice.business_id,
        amount_yen=yen,
        received_on=date(YEAR, 9, 30),
        recorded_at=retail.now,
    )
    session.add(receipt)
    session.flush()
    session.add(
        Allocation(receipt_id=receipt.id, invoice_id=invoice.id, amount_yen=yen, allocated_at=retail.now)
    )
    session.flush()
