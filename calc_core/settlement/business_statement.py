"""事業者ごとの交付・請求: what is one business paid or invoiced for one delivery month, over all its resources?

Supplementary document of October 2024, p. 5: payments and penalties of all resources of a business are netted; note 1:
consumption tax on the net, fraction cut off; an unpaid debt of the same fiscal year is set off against later months.
"""

from collections import Counter
from typing import Any

from calc_core import rounding
from calc_core.configuration import RuleParameters, Setting
from calc_core.explanation import Result
from calc_core.fiscal_year import calendar_month, last_day_of_month, payment_month
from calc_core.inputs import delivery_month as month_input
from calc_core.inputs import rows, text, yen
from calc_core.rule import Derivation, Output, rule

SOURCE = "意見募集補足説明資料 p.5"
SOURCE_TAX = "意見募集補足説明資料 p.5 ※1"
SOURCE_DEBT = "意見募集補足説明資料 p.5（未払の債務と翌月以降の精算）、※2"


@rule(
    "settlement/business_statement",
    title="事業者ごとの月次の交付・請求",
    inputs=(
        month_input(),
        rows(
            "lines",
            "電源等ごとの金額",
            text("resource", "電源等"),
            yen("payment_yen", "容量確保契約金額（各月）", negative=True),
            yen("penalty_yen", "経済的ペナルティ額", negative=True),
        ),
        rows(
            "adjustments",
            "調整",
            text("reason", "調整の理由"),
            yen("yen", "調整額", negative=True),
            default=(),
        ),
        yen("carried_debt_yen", "前月までの未払の債務（税込、同じ年度）", default=0),
    ),
    results=(
        Output("net_yen", "差引額（税抜）", "yen"),
        Output("tax_yen", "消費税額", "yen"),
        Output("offset_yen", "未払の債務に充てる額", "yen"),
        Output("total_yen", "交付額または請求額（税込）", "yen"),
        Output("direction", "交付・請求の別", ""),
        Output("debt_left_yen", "残る未払の債務", "yen"),
    ),
    terms={
        "payments_yen": "容量確保契約金額（各月）の合計",
        "penalties_yen": "経済的ペナルティ額の合計",
        "adjustments_yen": "調整額の合計",
    },
)
def business_statement(
    *,
    fiscal_year: int,
    delivery_month: int,
    lines: tuple[dict[str, Any], ...],
    adjustments: tuple[dict[str, Any], ...],
    carried_debt_yen: int,
    parameters: RuleParameters,
) -> Result:
    """合計 = net + tax − offset; net = Σ payments − Σ penalties + Σ adjustments, tax = cut(net × rate), once a business.

    The debt is set off only against a payment, at most up to it, and is never invoiced a second time.
    """
    derivation = Derivation(SOURCE)
    resources = [line["resource"] for line in lines]
    repeated = sorted(name for name, times in Counter(resources).items() if times > 1)
    if repeated:
        derivation.warn(f"同じ電源等が2回以上あります（{'、'.join(repeated)}）。重複でないか確かめてください")
    payments_yen = _sum(derivation, "容量確保契約金額（各月）の合計", "payment_yen", resources, lines)
    penalties_yen = _sum(derivation, "経済的ペナルティ額の合計", "penalty_yen", resources, lines)
    adjustments_yen = 0
    if adjustments:
        reasons = [each["reason"] for each in adjustments]
        adjustments_yen = _sum(derivation, "調整額の合計", "yen", reasons, adjustments)
    net_yen = derivation.step(
        "差引額（税抜）",
        "payments_yen - penalties_yen + adjustments_yen",
        payments_yen - penalties_yen + adjustments_yen,
        "yen",
        payments_yen=payments_yen,
        penalties_yen=penalties_yen,
        adjustments_yen=adjustments_yen,
    )
    tax_rate, basis = _tax_rate(parameters, fiscal_year, delivery_month)
    tax_yen = derivation.step(
        "消費税額（小数点以下切り捨て）",
        "cut(net_yen * tax_rate)",
        rounding.cut(net_yen * tax_rate.value),
        "yen",
        tax_rate,
        basis,
        source=SOURCE_TAX,
        net_yen=net_yen,
    )
    values = {"net_yen": net_yen, "tax_yen": tax_yen} | _settle(
        derivation, net_yen, tax_yen, carried_debt_yen
    )
    return derivation.result(business_statement.rule, fiscal_year, value="total_yen", **values)


def _sum(
    derivation: Derivation, label: str, name: str, of: list[str], rows_: tuple[dict[str, Any], ...]
) -> int:
    amounts = [row[name] for row in rows_]
    named = "reason" if name == "yen" else "resource"
    return derivation.step(label, f"sum({name})", sum(amounts), "yen", **{named: of, name: amounts})


def _tax_rate(parameters: RuleParameters, year: int, month: int) -> tuple[Setting, Setting]:
    basis = parameters.policy("tax_rate_date")
    in_month = payment_month if basis.value == "last_day_of_payment_month" else calendar_month
    return parameters.number_on("tax_rate", last_day_of_month(*in_month(year, month))), basis


def _settle(derivation: Derivation, net_yen: int, tax_yen: int, carried_debt_yen: int) -> dict[str, Any]:
    net = {"net_yen": net_yen, "tax_yen": tax_yen}
    offset_yen = derivation.step(
        "未払の債務に充てる額",
        "min(carried_debt_yen, net_yen + tax_yen) if net_yen + tax_yen > 0 else 0",
        min(carried_debt_yen, net_yen + tax_yen) if net_yen + tax_yen > 0 else 0,
        "yen",
        source=SOURCE_DEBT,
        carried_debt_yen=carried_debt_yen,
        **net,
    )
    total_yen = derivation.step(
        "交付額または請求額（税込、負は請求）",
        "net_yen + tax_yen - offset_yen",
        net_yen + tax_yen - offset_yen,
        "yen",
        offset_yen=offset_yen,
        **net,
    )
    direction = derivation.step(
        "交付・請求の別",
        "'pay' if total_yen > 0 else 'invoice' if total_yen < 0 else 'none'",
        "pay" if total_yen > 0 else "invoice" if total_yen < 0 else "none",
        "",
        total_yen=total_yen,
    )
    debt_left_yen = derivation.step(
        "残る未払の債務（翌月以降に繰り越し、重ねて請求しない）",
        "carried_debt_yen - offset_yen",
        carried_debt_yen - offset_yen,
        "yen",
        source=SOURCE_DEBT,
        carried_debt_yen=carried_debt_yen,
        offset_yen=offset_yen,
    )
    return {
        "offset_yen": offset_yen,
        "total_yen": total_yen,
        "direction": direction,
        "debt_left_yen": debt_left_yen,
    }
