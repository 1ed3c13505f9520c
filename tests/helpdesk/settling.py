"""A small market whose fixed results a test writes down, and a month settled without any worker."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import update
from sqlalchemy.orm import Session

from cases.history import SYSTEM
from cases.models import Business
from helpdesk.register.models import Contract, MonthResult, Resource
from helpdesk.settlement.capacity import compute_capacity
from helpdesk.settlement.computed import ComputedStatement
from helpdesk.settlement.models import BusinessStatement, SettlementRun
from helpdesk.settlement.statement_versions import Recorded, record_statements
from tests.helpdesk.assessed import month as computed_month
from tests.helpdesk.assessed import record

YEAR = 2026
PLANTS = {"P001": ("R-1", "R-2"), "P002": ("R-3",)}


@dataclass(frozen=True)
class Market:
    """Ids by code, and the time that stands still."""

    businesses: Mapping[str, int]
    resources: Mapping[str, int]
    owners: Mapping[str, int]
    now: datetime

    def fix(
        self,
        session: Session,
        months: Mapping[tuple[str, int], tuple[int, int]],
        *,
        year: int = YEAR,
        fixed: bool = True,
        **figures: str,
    ) -> None:
        """Results by resource and month as (payment, penalty): computed, and fixed."""
        made = [
            computed_month(
                self.resources[code],
                self.owners[code],
                number,
                payment_yen=str(payment),
                penalty_total_yen=str(penalty),
                penalty_outage_yen=str(penalty),
                **figures,
            )
            for (code, number), (payment, penalty) in months.items()
        ]
        record(session, made, now=self.now, fiscal_year=year, scope={"these": 1})
        if fixed:
            session.execute(
                update(MonthResult)
                .where(MonthResult.newest, MonthResult.state == "computed", MonthResult.fiscal_year == year)
                .values(state="fixed", fixed_at=self.now)
            )

    def settle(
        self, session: Session, number: int = 4, *, year: int = YEAR, business: str | None = None
    ) -> Recorded:
        """One month computed and recorded."""
        wanted = None if business is None else self.businesses[business]
        computed = compute_capacity(session, year, number, business_id=wanted)
        return self.record(session, computed.statements, number, year=year)

    def record(
        self,
        session: Session,
        computed: Sequence[ComputedStatement],
        number: int = 4,
        *,
        year: int = YEAR,
        family: str = "capacity",
    ) -> Recorded:
        """Statements recorded as a run hands them over."""
        run = new_run(family, year, number, now=self.now)
        return record_statements(session, run, computed, by=SYSTEM, now=self.now)


def build_market(
    session: Session, *, now: datetime, plants: Mapping[str, Sequence[str]] = PLANTS, years: Any = (YEAR,)
) -> Market:
    """Businesses with resources and contracts of these years."""
    businesses = {code: Business(code=code, name=f"{code}発電", kind="capacity_provider") for code in plants}
    session.add_all(businesses.values())
    session.flush()
    resources = {
        code: Resource(
            code=code,
            name=f"発電所{code}",
            business_id=businesses[owner].id,
            area="関西",
            category="安定電源",
            installed_kw=1_000,
            contracts=[
                Contract(fiscal_year=year, contract_kw=1_000, assessed_kw=1_000, price_yen_per_kw=5_832)
                for year in years
            ],
        )
        for owner, codes in plants.items()
        for code in codes
    }
    session.add_all(resources.values())
    session.flush()
    return Market(
        {code: each.id for code, each in businesses.items()},
        {code: each.id for code, each in resources.items()},
        {code: each.business_id for code, each in resources.items()},
        now,
    )


def new_run(family: str, year: int, number: int, *, now: datetime) -> SettlementRun:
    """A run before anything is recorded."""
    return SettlementRun(
        family=family,
        fiscal_year=year,
        delivery_month=number,
        code_version="test",
        inputs={},
        totals={},
        warnings=[],
        created_at=now,
        created_by_name="システム",
    )


def computed_statement(business_id: int, net_yen: int, **changed: Any) -> ComputedStatement:
    """A statement that comes to so much, whatever made it."""
    values: dict[str, Any] = {
        "rule": "settlement/business_statement",
        "inputs": {"net": net_yen},
        "net_yen": net_yen,
        "tax_yen": 0,
        "offset_yen": 0,
        "total_yen": net_yen,
        "carried_debt_yen": 0,
        "figures": [["net_yen", "差引額（税抜）", "yen", str(net_yen)]],
    }
    return ComputedStatement(business_id, **(values | changed))


def bill(session: Session, statement: BusinessStatement) -> None:
    """As billing leaves it."""
    statement.state = "billed"
    statement.number = f"第{statement.id}号"
    session.flush()
