"""発動指令への対応の経済的ペナルティ: what do shortfalls of dispatch orders cost?

Study document on systems for the delivery period, p. 14. Its printed formula lacks the closing bracket; read from left to
right it would multiply by 36 hours, so the bracketed form is computed. The amount follows the kWh accumulated since
April, floored once; what earlier months were charged is taken off.
"""

from fractions import Fraction

from calc_core import rounding
from calc_core.charged_before import CHARGED_BEFORE, TO_DATE_TERM, charge_of_month
from calc_core.configuration import RuleParameters
from calc_core.explanation import Result
from calc_core.inputs import quantity, whole, yen
from calc_core.rule import Derivation, Output, rule

SOURCE = "検討資料 p.14 ペナルティ処理の流れ（発動指令）"


@rule(
    "penalty/dispatch_order",
    title="発動指令への対応の経済的ペナルティ",
    inputs=(
        yen("contract_amount_yen", "容量確保契約金額"),
        quantity("shortfall_kwh", "4月からの未達成量の累計", "kwh"),
        whole("assessed_kw", "アセスメント対象容量", "kw", positive=True),
        CHARGED_BEFORE,
    ),
    results=(Output("penalty_yen", "経済的ペナルティ額", "yen"),),
    terms={
        "yearly_kwh": "年間の発動で供給すべき電力量",
        **TO_DATE_TERM,
    },
)
def dispatch_order(
    *,
    fiscal_year: int,
    contract_amount_yen: int,
    shortfall_kwh: Fraction,
    assessed_kw: int,
    charged_before_yen: int,
    parameters: RuleParameters,
) -> Result:
    """ペナルティ額 = floor(amount × 110 % × kWh / (assessed kW × 3 h × 12)) − charged before."""
    derivation = Derivation(SOURCE)
    ratio = parameters.number("penalty_ratio")
    hours = parameters.number("hours_per_order")
    orders = parameters.number("orders_per_year")
    yearly_kwh = derivation.step(
        "年間の発動で供給すべき電力量",
        "assessed_kw * hours_per_order * orders_per_year",
        assessed_kw * hours.value * orders.value,
        "kwh",
        hours,
        orders,
        assessed_kw=assessed_kw,
    )
    penalty_to_date_yen = derivation.step(
        "4月からのペナルティ額の累計（円未満切り捨て）",
        "floor(contract_amount_yen * penalty_ratio * shortfall_kwh / yearly_kwh)",
        rounding.floor(contract_amount_yen * ratio.value * shortfall_kwh / yearly_kwh),
        "yen",
        ratio,
        contract_amount_yen=contract_amount_yen,
        shortfall_kwh=shortfall_kwh,
        yearly_kwh=yearly_kwh,
    )
    penalty_yen = charge_of_month(
        derivation, penalty_to_date_yen=penalty_to_date_yen, charged_before_yen=charged_before_yen
    )
    return derivation.result(dispatch_order.rule, fiscal_year, penalty_yen=penalty_yen)
