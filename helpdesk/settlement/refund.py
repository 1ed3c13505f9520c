"""還元額の精算: what does each retailer receive of a year's penalties that came in?

Issue A5.4, once a year when every month is billed: penalties received less penalties given back (`penalty_receipts`), shared
by what each retailer bore of the contribution (policy: no formula is published). It is paid to the retailers.
"""

from typing import Any

from sqlalchemy.orm import Session

from calc_core import catalogue
from calc_core.configuration import Configuration
from helpdesk.errors import Problem, Refused
from helpdesk.settlement.area_statements import area_statement
from helpdesk.settlement.billed_parts import months_not_billed
from helpdesk.settlement.computed import Computation
from helpdesk.settlement.items import items_for
from helpdesk.settlement.lists import told_before
from helpdesk.settlement.models import FAMILIES, WHOLE_YEAR
from helpdesk.settlement.penalty_receipts import PenaltyReceipts, penalty_receipts
from helpdesk.settlement.yearly_shares import burdens, shared_out

FAMILY, RULE, POOL_RULE = "refund", "settlement/refund", "settlement/refund_pool"
TOTAL = ("refund_total_yen", "還元額")


def compute_refund(
    session: Session,
    fiscal_year: int,
    delivery_month: int = WHOLE_YEAR,
    *,
    business_id: int | None = None,
    parameters: Configuration | None = None,
) -> Computation:
    """The refunds of a year. Raises `Refused` while a month is not billed, and where there is nothing to give back."""
    problems = [
        problem
        for family in ("capacity", "contribution")
        for problem in months_not_billed(session, family, FAMILIES[family], fiscal_year)
    ]
    if problems:
        raise Refused(problems)
    receipts = penalty_receipts(session, fiscal_year)
    pool_yen = _pool_yen(receipts, fiscal_year, parameters)
    items = items_for(session, FAMILY, fiscal_year, WHOLE_YEAR, business_id=business_id)
    told = told_before(session, FAMILY, fiscal_year, WHOLE_YEAR, business_id)
    place = f"{fiscal_year}年度 {FAMILIES[FAMILY]}"
    if pool_yen < 0 or (not pool_yen and not items and not told):
        words = f"経済的ペナルティの入金 {receipts.received_yen:,}円、返金 {receipts.repaid_yen:,}円"
        raise Refused([Problem(place, f"{words} のため、還元する額がありません")])
    of = burdens(session, fiscal_year)
    if not any(each.yen > 0 for each in of):
        raise Refused([Problem(place, "容量拠出金を負担した小売電気事業者がないため配分できません")])
    figures = [["pool_yen", "還元総額", "yen", str(pool_yen)]]
    parts = shared_out(RULE, ("refund_yen", "還元額"), fiscal_year, pool_yen, of, parameters, figures=figures)
    wanted = [each for each in sorted({*parts, *items, *told}) if business_id in (None, each)]
    statements = [
        area_statement(
            each,
            RULE,
            [parts[each]] if each in parts else (),
            items.get(each, ()),
            total=TOTAL,
            given=True,
            figures=_pool_figures(receipts),
        )
        for each in wanted
    ]
    totals = {
        "penalty_receipts_yen": str(receipts.received_yen),
        "repayments_yen": str(receipts.repaid_yen),
        "pool_yen": str(pool_yen),
        "remainder_yen": "0",
    }
    inputs = {
        "netted_yen": str(receipts.netted_yen),
        "paid_yen": str(receipts.paid_yen),
        "other_invoices_yen": str(receipts.other_invoices_yen),
        "repaid_yen": str(receipts.repaid_yen),
        "retailers": len(parts),
    }
    return Computation(statements, inputs, totals)


def _pool_yen(receipts: PenaltyReceipts, fiscal_year: int, parameters: Configuration | None) -> int:
    inputs: dict[str, Any] = {
        "penalty_receipts_yen": receipts.received_yen,
        "repayments_yen": receipts.repaid_yen,
    }
    return int(catalogue.evaluate(POOL_RULE, fiscal_year, inputs, parameters).values["pool_yen"])  # type: ignore[arg-type]


def _pool_figures(receipts: PenaltyReceipts) -> list[list[str]]:
    """Where the pool comes from: what every retailer is told."""
    return [
        ["penalty_netted_yen", "経済的ペナルティの入金（交付額との差引き）", "yen", str(receipts.netted_yen)],
        ["penalty_paid_yen", "経済的ペナルティの入金（差引請求、税抜）", "yen", str(receipts.paid_yen)],
        [
            "penalty_other_yen",
            "経済的ペナルティの入金（その他の請求）",
            "yen",
            str(receipts.other_invoices_yen),
        ],
        ["penalty_repaid_yen", "経済的ペナルティの返金", "yen", str(receipts.repaid_yen)],
    ]
