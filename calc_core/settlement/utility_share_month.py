"""一般送配電事業者の各月の負担額: what is a utility invoiced for one delivery month of its yearly share?

Study document p.16 (the yearly share of an area). A twelfth of it each month, the last month takes the remainder: as
the monthly claims of the retailers are twelfths.
"""

from calc_core import rounding
from calc_core.configuration import RuleParameters
from calc_core.explanation import Result
from calc_core.fiscal_year import FIRST_DELIVERY_MONTH, LAST_DELIVERY_MONTH
from calc_core.inputs import delivery_month as month_input
from calc_core.inputs import yen
from calc_core.rule import Derivation, Output, rule

SOURCE = "検討資料 p.16（エリア別の一般送配電事業者の負担総額）"


@rule(
    "settlement/utility_share_month",
    title="容量拠出金（一般送配電事業者）の各月の額",
    inputs=(
        yen("utility_share_yen", "エリアの一般送配電事業者の負担総額"),
        month_input(),
        yen("billed_before_yen", "前月分までの請求額の累計"),
    ),
    results=(Output("month_yen", "当月分の請求額", "yen"),),
)
def utility_share_month(
    *,
    fiscal_year: int,
    utility_share_yen: int,
    delivery_month: int,
    billed_before_yen: int,
    parameters: RuleParameters,
) -> Result:
    """4月分…2月分: floor(share / 12); 3月分: share − billed before."""
    derivation = Derivation(SOURCE)
    last = parameters.policy("last_month")
    if delivery_month == LAST_DELIVERY_MONTH:
        month_yen = derivation.step(
            "3月分の請求額（年間の残り）",
            "utility_share_yen - billed_before_yen",
            utility_share_yen - billed_before_yen,
            "yen",
            last,
            utility_share_yen=utility_share_yen,
            billed_before_yen=billed_before_yen,
        )
        if month_yen < 0:
            derivation.warn(
                "請求額の累計が年間の負担額を超えるため、3月分が負になりました。値を確かめてください"
            )
        return derivation.result(utility_share_month.rule, fiscal_year, month_yen=month_yen)
    if delivery_month == FIRST_DELIVERY_MONTH and billed_before_yen:
        derivation.warn(
            "4月分より前に請求はありませんが、請求額の累計が指定されています。値を確かめてください"
        )
    payments = parameters.number("payments_per_year")
    month_yen = derivation.step(
        f"{delivery_month}月分の請求額（円未満切り捨て）",
        "floor(utility_share_yen / payments_per_year)",
        rounding.floor(utility_share_yen / payments.value),
        "yen",
        payments,
        last,
        utility_share_yen=utility_share_yen,
    )
    return derivation.result(utility_share_month.rule, fiscal_year, month_yen=month_yen)
