"""容量確保契約金額（各月）: what is paid for one delivery month, before penalties, netting and tax?

Contract terms article 8 and the supplementary document of October 2024, p. 4 and p. 7; study document p. 15: the last
month (3月分, paid in August) takes the remainder of the amount. Inefficient coal has 20 % withheld until then.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from calc_core import rounding
from calc_core.configuration import RuleParameters
from calc_core.errors import Problem
from calc_core.explanation import Result
from calc_core.fiscal_year import FIRST_DELIVERY_MONTH, LAST_DELIVERY_MONTH
from calc_core.inputs import delivery_month as month_input
from calc_core.inputs import flag, yen
from calc_core.rule import Derivation, Output, rule

SOURCE = "意見募集補足説明資料 p.4（約款第8条）"
SOURCE_LAST_MONTH = "検討資料 p.15（最終月は既払額を差し引く）；意見募集補足説明資料 p.7"


def _refuse(inputs: Mapping[str, Any]) -> Iterable[Problem]:
    month = inputs.get("delivery_month", LAST_DELIVERY_MONTH)
    if inputs.get("coal_penalty_yen") and month != LAST_DELIVERY_MONTH:
        yield Problem(
            "coal_penalty_yen", "稼働抑制のペナルティ額は3月分だけに指定できます。他の月では省いてください"
        )


@rule(
    "settlement/monthly_payment",
    title="容量確保契約金額（各月）",
    inputs=(
        yen("contract_amount_yen", "容量確保契約金額"),
        month_input(),
        yen("paid_before_yen", "前月分までの交付額の累計（既払額）"),
        flag("inefficient_coal", "稼働抑制の対象（非効率石炭火力）", default=False),
        yen("coal_penalty_yen", "稼働抑制の経済的ペナルティ額（3月分のみ）", default=0),
    ),
    results=(Output("payment_yen", "容量確保契約金額（各月）", "yen"),),
    terms={"payable_ratio": "交付の割合"},
    refuse=_refuse,
)
def monthly_payment(
    *,
    fiscal_year: int,
    contract_amount_yen: int,
    delivery_month: int,
    paid_before_yen: int,
    inefficient_coal: bool,
    coal_penalty_yen: int,
    parameters: RuleParameters,
) -> Result:
    """4月分…2月分: floor(amount × (1, or 0.8 for inefficient coal) / 12); 3月分: amount − paid − coal penalty."""
    derivation = Derivation(SOURCE)
    if delivery_month == LAST_DELIVERY_MONTH:
        payment_yen = derivation.step(
            "3月分の容量確保契約金額（各月）",
            "contract_amount_yen - paid_before_yen - coal_penalty_yen",
            contract_amount_yen - paid_before_yen - coal_penalty_yen,
            "yen",
            source=SOURCE_LAST_MONTH,
            contract_amount_yen=contract_amount_yen,
            paid_before_yen=paid_before_yen,
            coal_penalty_yen=coal_penalty_yen,
        )
        if payment_yen < 0:
            derivation.warn(
                "既払額と稼働抑制のペナルティ額の合計が容量確保契約金額を超えるため、3月分が負の額になりました。"
                "契約金額・既払額・ペナルティ額を確かめてください"
            )
        return derivation.result(monthly_payment.rule, fiscal_year, payment_yen=payment_yen)
    if delivery_month == FIRST_DELIVERY_MONTH and paid_before_yen:
        derivation.warn("4月分より前に交付はありませんが、既払額が指定されています。既払額を確かめてください")
    withheld = parameters.number("withheld_ratio")
    payments = parameters.number("payments_per_year")
    payable_ratio = 1
    if inefficient_coal:
        payable_ratio = derivation.step(
            "交付の割合（非効率石炭火力の控除後）",
            "1 - withheld_ratio",
            1 - withheld.value,
            "ratio",
            withheld,
        )
    payment_yen = derivation.step(
        f"{delivery_month}月分の容量確保契約金額（各月、円未満切り捨て）",
        "floor(contract_amount_yen * payable_ratio / payments_per_year)",
        rounding.floor(contract_amount_yen * payable_ratio / payments.value),
        "yen",
        payments,
        contract_amount_yen=contract_amount_yen,
        payable_ratio=payable_ratio,
    )
    return derivation.result(monthly_payment.rule, fiscal_year, payment_yen=payment_yen)
