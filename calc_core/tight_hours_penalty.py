"""需給ひっ迫のおそれがある時間によるペナルティ: what does a shortfall in kWh cost by the hours in which it is expected?

`penalty/market_offer` and `penalty/supply_instruction` share this formula (study document, p. 14). The hours are not
published. The amount follows the kWh accumulated since April, floored once; what earlier months were charged is taken
off.
"""

from fractions import Fraction

from calc_core import rounding
from calc_core.charged_before import CHARGED_BEFORE, TO_DATE_TERM, charge_of_month
from calc_core.configuration import RuleParameters
from calc_core.explanation import Result
from calc_core.inputs import quantity, whole, yen
from calc_core.rule import Derivation, Output, Rule

INPUTS = (
    yen("contract_amount_yen", "容量確保契約金額"),
    quantity("shortfall_kwh", "4月からの未達成量の累計", "kwh"),
    whole("contract_kw", "容量確保契約容量", "kw", positive=True),
    CHARGED_BEFORE,
)
RESULTS = (Output("penalty_yen", "経済的ペナルティ額", "yen"),)
TERMS = {
    "yearly_kwh": "契約容量に想定される時間を乗じた電力量",
    **TO_DATE_TERM,
}


def charge_by_tight_hours(
    declared: Rule,
    source: str,
    *,
    fiscal_year: int,
    contract_amount_yen: int,
    shortfall_kwh: Fraction,
    contract_kw: int,
    charged_before_yen: int,
    parameters: RuleParameters,
) -> Result:
    """ペナルティ額 = floor(amount × kWh / (contract kW × tight hours)) − charged before; negative is a correction."""
    derivation = Derivation(source)
    hours = parameters.number("tight_hours")
    yearly_kwh = derivation.step(
        "契約容量に想定される時間を乗じた電力量",
        "contract_kw * tight_hours",
        contract_kw * hours.value,
        "kwh",
        hours,
        contract_kw=contract_kw,
    )
    penalty_to_date_yen = derivation.step(
        "4月からのペナルティ額の累計（円未満切り捨て）",
        "floor(contract_amount_yen * shortfall_kwh / yearly_kwh)",
        rounding.floor(contract_amount_yen * shortfall_kwh / yearly_kwh),
        "yen",
        contract_amount_yen=contract_amount_yen,
        shortfall_kwh=shortfall_kwh,
        yearly_kwh=yearly_kwh,
    )
    penalty_yen = charge_of_month(
        derivation, penalty_to_date_yen=penalty_to_date_yen, charged_before_yen=charged_before_yen
    )
    return derivation.result(declared, fiscal_year, penalty_yen=penalty_yen)
