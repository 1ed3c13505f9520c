"""容量停止計画の経済的ペナルティ: what do shortfall slots beyond the yearly allowance cost?

Study document on systems for the delivery period, p. 14. The amount follows the slots accumulated since April and is
floored once; what earlier months were charged is taken off, so that a corrected month flows into the next notice.
"""

from fractions import Fraction

from calc_core import rounding
from calc_core.charged_before import CHARGED_BEFORE, TO_DATE_TERM, charge_of_month
from calc_core.configuration import RuleParameters
from calc_core.explanation import Result
from calc_core.inputs import quantity, yen
from calc_core.rule import Derivation, Output, rule

SOURCE = "検討資料 p.14 ペナルティ処理の流れ（容量停止計画）"


@rule(
    "penalty/outage_plan",
    title="容量停止計画の経済的ペナルティ",
    inputs=(
        yen("contract_amount_yen", "容量確保契約金額"),
        quantity("shortfall_slots", "4月からの未達成コマの累計", "slots"),
        CHARGED_BEFORE,
    ),
    results=(Output("penalty_yen", "経済的ペナルティ額", "yen"),),
    terms={
        "excess_slots": "認められるコマ数を超えるコマ",
        **TO_DATE_TERM,
    },
)
def outage_plan(
    *,
    fiscal_year: int,
    contract_amount_yen: int,
    shortfall_slots: Fraction,
    charged_before_yen: int,
    parameters: RuleParameters,
) -> Result:
    """ペナルティ額 = floor(amount × max(slots − 8,640, 0) × 0.0125 %) − charged before; negative is a correction."""
    derivation = Derivation(SOURCE)
    allowed = parameters.number("allowed_outage_slots")
    rate = parameters.number("penalty_rate_per_slot")
    excess_slots = derivation.step(
        "認められるコマ数を超えるコマ",
        "max(shortfall_slots - allowed_outage_slots, 0)",
        max(shortfall_slots - allowed.value, Fraction(0)),
        "slots",
        allowed,
        shortfall_slots=shortfall_slots,
    )
    penalty_to_date_yen = derivation.step(
        "4月からのペナルティ額の累計（円未満切り捨て）",
        "floor(contract_amount_yen * excess_slots * penalty_rate_per_slot)",
        rounding.floor(contract_amount_yen * excess_slots * rate.value),
        "yen",
        rate,
        contract_amount_yen=contract_amount_yen,
        excess_slots=excess_slots,
    )
    penalty_yen = charge_of_month(
        derivation, penalty_to_date_yen=penalty_to_date_yen, charged_before_yen=charged_before_yen
    )
    return derivation.result(outage_plan.rule, fiscal_year, penalty_yen=penalty_yen)
