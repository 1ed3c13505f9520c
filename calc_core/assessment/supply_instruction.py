"""電気の供給指示への対応のアセスメント: how much of an instructed supply was not delivered in one slot?

Study document on systems for the delivery period, p. 13: it names the instructed resource, its metered values and the
shortfall (リクワイアメント未達成量), not the formula; the formula is a policy.
"""

from fractions import Fraction

from calc_core.configuration import RuleParameters
from calc_core.explanation import Result
from calc_core.inputs import quantity, whole
from calc_core.rule import Derivation, Output, rule

SOURCE = "検討資料 p.13 30分コマ毎リクワイアメント未達成コマ算出（供給指示）"


@rule(
    "assessment/supply_instruction",
    title="電気の供給指示への対応のアセスメント（1コマの未達成量）",
    inputs=(
        whole("assessed_kw", "アセスメント対象容量", "kw", positive=True),
        quantity("instructed_kw", "供給指示量", "kw"),
        quantity("delivered_kwh", "供給した電力量", "kwh"),
    ),
    results=(Output("shortfall_kwh", "リクワイアメント未達成量", "kwh"),),
    terms={"required_kwh": "供給すべき電力量"},
)
def supply_instruction(
    *,
    fiscal_year: int,
    assessed_kw: int,
    instructed_kw: Fraction,
    delivered_kwh: Fraction,
    parameters: RuleParameters,
) -> Result:
    """未達成量 = max(min(instructed, assessed) × 0.5 h − delivered, 0), of one instructed slot."""
    derivation = Derivation(SOURCE)
    basis = parameters.policy("required_supply")
    hours = parameters.number("hours_per_slot")
    within_assessed = basis.value == "within_assessed"
    required_kw = min(instructed_kw, assessed_kw) if within_assessed else instructed_kw
    required_kwh = derivation.step(
        "供給すべき電力量",
        "min(instructed_kw, assessed_kw) * hours_per_slot"
        if within_assessed
        else "instructed_kw * hours_per_slot",
        required_kw * hours.value,
        "kwh",
        hours,
        basis,
        instructed_kw=instructed_kw,
        assessed_kw=assessed_kw,
    )
    shortfall_kwh = derivation.step(
        "リクワイアメント未達成量",
        "max(required_kwh - delivered_kwh, 0)",
        max(required_kwh - delivered_kwh, Fraction(0)),
        "kwh",
        basis,
        required_kwh=required_kwh,
        delivered_kwh=delivered_kwh,
    )
    return derivation.result(supply_instruction.rule, fiscal_year, shortfall_kwh=shortfall_kwh)
