"""発電余力の市場応札の経済的ペナルティ: what does spare capacity that was not offered in low-reserve slots cost?

Study document on systems for the delivery period, p. 14. The formula is that of `calc_core.tight_hours_penalty`.
"""

from fractions import Fraction

from calc_core.configuration import RuleParameters
from calc_core.explanation import Result
from calc_core.rule import rule
from calc_core.tight_hours_penalty import INPUTS, RESULTS, TERMS, charge_by_tight_hours

SOURCE = "検討資料 p.14 ペナルティ処理の流れ（市場応札）"


@rule(
    "penalty/market_offer",
    title="発電余力の市場応札の経済的ペナルティ",
    inputs=INPUTS,
    results=RESULTS,
    terms=TERMS,
)
def market_offer(
    *,
    fiscal_year: int,
    contract_amount_yen: int,
    shortfall_kwh: Fraction,
    contract_kw: int,
    charged_before_yen: int,
    parameters: RuleParameters,
) -> Result:
    """ペナルティ額 = floor(amount × kWh / (contract kW × tight hours)) − charged before; negative is a correction."""
    return charge_by_tight_hours(
        market_offer.rule,
        SOURCE,
        fiscal_year=fiscal_year,
        contract_amount_yen=contract_amount_yen,
        shortfall_kwh=shortfall_kwh,
        contract_kw=contract_kw,
        charged_before_yen=charged_before_yen,
        parameters=parameters,
    )
