"""容量確保契約金額: what is a contract worth in a fiscal year, after its deductions?

Supplementary document on the penalty and contract amount manual, October 2024, p. 4.
"""

from calc_core.configuration import RuleParameters
from calc_core.explanation import Result
from calc_core.inputs import whole, yen
from calc_core.rule import Derivation, Output, rule

SOURCE = "意見募集補足説明資料 p.4 容量確保契約金額"


@rule(
    "settlement/contract_amount",
    title="容量確保契約金額",
    inputs=(
        whole("price_yen_per_kw", "契約価格", "yen_per_kw"),
        whole("contract_kw", "契約容量", "kw", positive=True),
        yen("transitional_deduction_yen", "経過措置控除額"),
        yen("coordination_reduction_yen", "調整不調による減額", default=0),
    ),
    results=(Output("contract_amount_yen", "容量確保契約金額", "yen"),),
    terms={"gross_yen": "契約価格に契約容量を乗じた金額", "before_reduction_yen": "経過措置控除後の金額"},
)
def contract_amount(
    *,
    fiscal_year: int,
    price_yen_per_kw: int,
    contract_kw: int,
    transitional_deduction_yen: int,
    coordination_reduction_yen: int,
    parameters: RuleParameters,
) -> Result:
    """容量確保契約金額 = price × kW − transitional deduction − coordination reduction (p. 4)."""
    derivation = Derivation(SOURCE)
    gross_yen = derivation.step(
        "契約価格に契約容量を乗じた金額",
        "price_yen_per_kw * contract_kw",
        price_yen_per_kw * contract_kw,
        "yen",
        price_yen_per_kw=price_yen_per_kw,
        contract_kw=contract_kw,
    )
    amount_yen = derivation.step(
        "経過措置控除後の容量確保契約金額",
        "gross_yen - transitional_deduction_yen",
        gross_yen - transitional_deduction_yen,
        "yen",
        gross_yen=gross_yen,
        transitional_deduction_yen=transitional_deduction_yen,
    )
    if coordination_reduction_yen:
        amount_yen = derivation.step(
            "調整不調による減額後の容量確保契約金額",
            "before_reduction_yen - coordination_reduction_yen",
            amount_yen - coordination_reduction_yen,
            "yen",
            parameters.policy("penalty_basis"),
            before_reduction_yen=amount_yen,
            coordination_reduction_yen=coordination_reduction_yen,
        )
    if amount_yen < 0:
        derivation.warn("控除額が契約価格×契約容量を上回り、容量確保契約金額が負になっています")
    return derivation.result(contract_amount.rule, fiscal_year, contract_amount_yen=amount_yen)
