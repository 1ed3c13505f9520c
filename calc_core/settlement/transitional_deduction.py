"""経過措置控除額: what is taken off a contract of an older plant, or of a bid below the price?

Terms of the capacity contract (as quoted in domain.md §1.12): price × capacity × (1 − coefficient), where the coefficients
of the plant's age and of the bid price are multiplied. The fraction of a yen is settled by no document.
"""

from fractions import Fraction
from math import prod

from calc_core import rounding
from calc_core.configuration import RuleParameters
from calc_core.explanation import Result
from calc_core.inputs import numbers, whole
from calc_core.rule import Derivation, Output, rule

SOURCE = "容量確保契約約款（経過措置控除額）、意見募集補足説明資料 p.4"


@rule(
    "settlement/transitional_deduction",
    title="経過措置控除額",
    inputs=(
        whole("price_yen_per_kw", "契約価格", "yen_per_kw"),
        whole("contract_kw", "契約容量", "kw", positive=True),
        numbers("coefficients", "経過措置係数", "ratio", highest=1),
    ),
    results=(Output("deduction_yen", "経過措置控除額", "yen"),),
    terms={"gross_yen": "契約価格に契約容量を乗じた金額", "coefficient": "経過措置係数の積"},
)
def transitional_deduction(
    *,
    fiscal_year: int,
    price_yen_per_kw: int,
    contract_kw: int,
    coefficients: tuple[Fraction, ...],
    parameters: RuleParameters,
) -> Result:
    """控除額 = floor(price × kW × (1 − product of the coefficients)); without a coefficient nothing is taken off."""
    derivation = Derivation(SOURCE)
    gross_yen = derivation.step(
        "契約価格に契約容量を乗じた金額",
        "price_yen_per_kw * contract_kw",
        price_yen_per_kw * contract_kw,
        "yen",
        price_yen_per_kw=price_yen_per_kw,
        contract_kw=contract_kw,
    )
    coefficient = Fraction(1)
    if coefficients:
        coefficient = derivation.step(
            "経過措置係数の積",
            "product(coefficients)",
            prod(coefficients),
            "ratio",
            coefficients=coefficients,
        )
    deduction_yen = derivation.step(
        "経過措置控除額（円未満切り捨て）",
        "floor(gross_yen * (1 - coefficient))",
        rounding.floor(gross_yen * (1 - coefficient)),
        "yen",
        parameters.policy("rounding"),
        gross_yen=gross_yen,
        coefficient=coefficient,
    )
    return derivation.result(transitional_deduction.rule, fiscal_year, deduction_yen=deduction_yen)
