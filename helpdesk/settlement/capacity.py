"""容量確保契約金額・経済的ペナルティの精算: what a month comes to for each business, from fixed results of its resources.

Payments less penalties of all its resources, differences found after earlier invoices, tax once, unpaid debt of the year
set off (requirements A4.1–A4.4). A business without results has a statement where something is left to be settled.
"""

from collections.abc import Mapping, Sequence

from sqlalchemy.orm import Session

from calc_core import exact
from calc_core.configuration import Configuration
from helpdesk.errors import Problem, Refused
from helpdesk.register.month_results import number
from helpdesk.register.notices import NETTING, netted_figures, netting_inputs, resource_figures
from helpdesk.settlement.carried_debt import FAMILY, Debt, carried_debts, set_off
from helpdesk.settlement.computed import Computation, ComputedStatement
from helpdesk.settlement.fixed_results import FixedMonth, FixedResult, fixed_month
from helpdesk.settlement.items import adjustments, items_for
from helpdesk.settlement.lists import told_before
from helpdesk.settlement.models import SettlementItem

MONTH_PAYMENT, CUMULATIVE = "month_payment_yen", "cumulative_payment_yen"
AMOUNT, REMAINING = "contract_amount_yen", "remaining_payment_yen"
_TOTALS = ("net_yen", "tax_yen", "offset_yen", "total_yen")


def compute_capacity(
    session: Session,
    fiscal_year: int,
    delivery_month: int,
    *,
    business_id: int | None = None,
    parameters: Configuration | None = None,
) -> Computation:
    """The statements of a month, of everybody or one business, from what is in force now; nothing is written.

    Whose results are not all fixed is named and left out. Raises `Refused` where nothing at all can be computed.
    """
    month = (fiscal_year, delivery_month)
    fixed = fixed_month(session, *month, business_id=business_id)
    items = items_for(session, FAMILY, *month, business_id=business_id)
    debts = carried_debts(session, *month, business_id=business_id)
    told = told_before(session, FAMILY, *month, business_id)
    wanted = sorted({*fixed.results, *items, *told} - fixed.stopped)
    if not wanted:
        raise Refused(fixed.problems or [_nothing_there(fiscal_year, delivery_month)])
    statements = [
        _statement(month, each, fixed, items.get(each, ()), debts.get(each, ()), parameters)
        for each in wanted
    ]
    totals = {name: exact.text(sum(getattr(each, name) for each in statements)) for name in _TOTALS}
    counts = {
        "results": sum(len(fixed.results.get(each, ())) for each in wanted),
        "items": sum(len(items.get(each, ())) for each in wanted),
        "invoices": sum(len(debts.get(each, ())) for each in wanted),
    }
    return Computation(statements, counts, totals, fixed.warnings, fixed.problems)


def _statement(
    month: tuple[int, int],
    business_id: int,
    fixed: FixedMonth,
    items: Sequence[SettlementItem],
    debts: Sequence[Debt],
    parameters: Configuration | None,
) -> ComputedStatement:
    results = fixed.results.get(business_id, [])
    carried_debt_yen = sum(debt.yen for debt in debts)
    inputs = netting_inputs(
        month[1],
        [(each.code, each.figures) for each in results],
        adjustments=adjustments(items),
        carried_debt_yen=carried_debt_yen,
    )
    netted = netted_figures(month[0], inputs, parameters)
    yen = {key: int(text) for key, _, _, text in netted}
    figures = [figure for each in results for figure in resource_figures(each, each)]
    figures += netted + _over_the_year(results, fixed.paid_until_yen.get(business_id, 0))
    sources = {
        "results": [each.id for each in results],
        "items": [each.id for each in items],
        "invoices": [debt.invoice_id for debt in debts],
        "set_off": set_off(debts, yen["offset_yen"]),
    }
    amounts: Mapping[str, int] = {name: yen[name] for name in _TOTALS}
    return ComputedStatement(
        business_id,
        NETTING,
        inputs,
        carried_debt_yen=carried_debt_yen,
        figures=figures,
        sources=sources,
        **amounts,
    )


def _over_the_year(results: Sequence[FixedResult], paid_until_yen: int) -> list[list[str]]:
    """今月分・累計・残額 of the contract amounts, before penalties, netting and tax."""
    month_yen = sum(each.payment_yen for each in results)
    contract_yen, coal_yen = (
        sum(number(each.figures[name]) for each in results)
        for name in ("contract_amount_yen", "coal_penalty_yen")
    )
    figures = [
        [MONTH_PAYMENT, "容量確保契約金額（今月分）", "yen", exact.text(month_yen)],
        [CUMULATIVE, "容量確保契約金額（4月からの累計）", "yen", exact.text(paid_until_yen)],
    ]
    if results:  # without any it is not known
        left_yen = contract_yen - coal_yen - paid_until_yen  # coal: taken off the last month's payment
        figures.append([AMOUNT, "容量確保契約金額（年間の合計）", "yen", exact.text(contract_yen)])
        figures.append([REMAINING, "容量確保契約金額（残額）", "yen", exact.text(left_yen)])
    return figures


def _nothing_there(fiscal_year: int, delivery_month: int) -> Problem:
    words = f"{fiscal_year}年度{delivery_month}月分には、確定した算定結果も精算項目もありません"
    return Problem("精算", f"{words}。算定結果を確定してから計算してください")
