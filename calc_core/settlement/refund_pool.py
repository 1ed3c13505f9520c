"""還元総額: how much of the penalties that came in is there to be given back to the retailers?

Study document, example of claim and payment work (1/2): 経済的ペナルティ要素に基づく算定額の入金結果 and its 返金額
after the decision on the additional auction lead to 還元総額.
"""

from calc_core.configuration import RuleParameters
from calc_core.explanation import Result
from calc_core.inputs import yen
from calc_core.rule import Derivation, Output, rule

SOURCE = "検討資料 請求・交付業務の業務例（1/2）①-5 還元総額（入金結果、経済的ペナルティ要素に基づく算定額の返金額）"


@rule(
    "settlement/refund_pool",
    title="還元総額",
    inputs=(
        yen("penalty_receipts_yen", "経済的ペナルティ額の入金額"),
        yen("repayments_yen", "返金額（追加オークションの実施判断の後）"),
    ),
    results=(Output("pool_yen", "還元総額", "yen"),),
)
def refund_pool(
    *, fiscal_year: int, penalty_receipts_yen: int, repayments_yen: int, parameters: RuleParameters
) -> Result:
    """還元総額 = receipts − repayments."""
    derivation = Derivation(SOURCE)
    pool_yen = derivation.step(
        "還元総額",
        "penalty_receipts_yen - repayments_yen",
        penalty_receipts_yen - repayments_yen,
        "yen",
        penalty_receipts_yen=penalty_receipts_yen,
        repayments_yen=repayments_yen,
    )
    if pool_yen < 0:
        derivation.warn(
            "返金額が入金額を上回るため、還元総額が負になりました。入金額と返金額を確かめてください"
        )
    return derivation.result(refund_pool.rule, fiscal_year, pool_yen=pool_yen)
