"""未回収分負担額の精算: what do the other retailers bear of a year's contributions that were not paid?

Issue A5.3, once a year when every month is billed: what is open and overdue of the year's contribution invoices on the day
of the computation is shared among the retailers that owe none of it, by what they bore of the contribution (policy: no
formula is published). What is not due yet is not uncollected.
"""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from calc_core.configuration import Configuration
from helpdesk.errors import Problem, Refused
from helpdesk.ledger.balances import paid_yen
from helpdesk.ledger.models import Invoice
from helpdesk.settlement.area_statements import area_statement
from helpdesk.settlement.billed_parts import months_not_billed
from helpdesk.settlement.computed import Computation
from helpdesk.settlement.items import items_for
from helpdesk.settlement.lists import told_before
from helpdesk.settlement.models import FAMILIES, WHOLE_YEAR
from helpdesk.settlement.yearly_shares import burdens, shared_out

FAMILY, RULE = "surcharge", "settlement/uncollected_surcharge"
TOTAL = ("surcharge_total_yen", "未回収分負担額")
INVOICES = "contribution"


@dataclass(frozen=True, slots=True)
class Uncollected:
    """未回収: what is open of one contribution invoice that is overdue."""

    invoice_id: int
    number: str
    business_id: int
    yen: int


def uncollected(session: Session, fiscal_year: int, *, on: date) -> list[Uncollected]:
    """What is open on this day of the contribution invoices of a year that were due before it, the longest due first."""
    open_yen = Invoice.amount_yen - paid_yen()
    rows = session.execute(
        select(Invoice.id, Invoice.number, Invoice.business_id, open_yen)
        .where(
            Invoice.kind == INVOICES,
            Invoice.fiscal_year == fiscal_year,
            Invoice.due_on < on,
            open_yen > 0,
        )
        .order_by(Invoice.due_on, Invoice.id)
    )
    return [Uncollected(*row) for row in rows]


def compute_surcharge(
    session: Session,
    fiscal_year: int,
    delivery_month: int = WHOLE_YEAR,
    *,
    business_id: int | None = None,
    parameters: Configuration | None = None,
    on: date,
) -> Computation:
    """The surcharges of a year as of this day in Japan. Raises `Refused` while a month is not billed, and where nothing is open or nobody is left."""
    problems = months_not_billed(session, "contribution", FAMILIES["contribution"], fiscal_year)
    if problems:
        raise Refused(problems)
    items = items_for(session, FAMILY, fiscal_year, WHOLE_YEAR, business_id=business_id)
    told = told_before(session, FAMILY, fiscal_year, WHOLE_YEAR, business_id)
    unpaid = uncollected(session, fiscal_year, on=on)
    place = f"{fiscal_year}年度 {FAMILIES[FAMILY]}"
    if not unpaid and not items and not told:
        raise Refused([Problem(place, "支払期限を過ぎた未回収の容量拠出金がないため、負担額はありません")])
    amount_yen, debtors = sum(each.yen for each in unpaid), {each.business_id for each in unpaid}
    of = burdens(session, fiscal_year)
    if not any(each.yen > 0 and each.business_id not in debtors for each in of):
        raise Refused(
            [Problem(place, "未回収のない小売電気事業者がないため配分できません。入金を確かめてください")]
        )
    figures = [["amount_yen", "未回収分の総額", "yen", str(amount_yen)]]
    result = ("surcharge_yen", "未回収分負担額")
    parts = shared_out(
        RULE, result, fiscal_year, amount_yen, of, parameters, figures=figures, without=debtors
    )
    wanted = [each for each in sorted({*parts, *items, *told}) if business_id in (None, each)]
    statements = [
        area_statement(each, RULE, [parts[each]] if each in parts else (), items.get(each, ()), total=TOTAL)
        for each in wanted
    ]
    inputs = {
        "on": on.isoformat(),
        "invoices": [[each.invoice_id, each.number, each.yen] for each in unpaid],
        "debtors": len(debtors),
        "retailers": len(parts),
    }
    return Computation(statements, inputs, {"amount_yen": str(amount_yen), "remainder_yen": "0"})
