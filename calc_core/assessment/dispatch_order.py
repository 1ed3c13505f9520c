"""発動指令への対応のアセスメント: how much did a dispatch-order resource fall short in one slot of an order?

Study document on systems for the delivery period, p. 13: it names output or baseline and the shortfall
(リクワイアメント未達成量), not the formula; the formula and its bounds are a policy. How many slots an order has and how
many orders a year may have is asked of `calc_core.dispatch_order_terms`.
"""

from fractions import Fraction

from calc_core.configuration import RuleParameters
from calc_core.explanation import Result
from calc_core.inputs import quantity, text, whole
from calc_core.rule import Derivation, Output, rule

KINDS = ("demand_response", "generation")
SOURCE = "検討資料 p.13 30分コマ毎リクワイアメント未達成コマ算出（発動指令）"


@rule(
    "assessment/dispatch_order",
    title="発動指令への対応のアセスメント（1コマの未達成量）",
    inputs=(
        whole("assessed_kw", "アセスメント対象容量", "kw", positive=True),
        quantity("baseline_kwh", "ベースライン", "kwh"),
        quantity("metered_kwh", "計量値（発電実績・需要実績）", "kwh"),
        text("kind", "供給力の種別", choices=KINDS),
    ),
    results=(Output("shortfall_kwh", "リクワイアメント未達成量", "kwh"),),
    terms={"delivered_kwh": "供給力として認められる電力量", "required_kwh": "供給すべき電力量"},
)
def dispatch_order(
    *,
    fiscal_year: int,
    assessed_kw: int,
    baseline_kwh: Fraction,
    metered_kwh: Fraction,
    kind: str,
    parameters: RuleParameters,
) -> Result:
    """未達成量 = assessed × 0.5 h − delivered, kept within 0 … assessed × 0.5 h, of one slot of an order."""
    derivation = Derivation(SOURCE)
    bounds = parameters.policy("shortfall_bounds")
    hours = parameters.number("hours_per_slot")
    reduces = kind == "demand_response"
    delivered_kwh = derivation.step(
        "供給力として認められる電力量",
        "baseline_kwh - metered_kwh" if reduces else "metered_kwh - baseline_kwh",
        baseline_kwh - metered_kwh if reduces else metered_kwh - baseline_kwh,
        "kwh",
        bounds,
        kind=kind,
        baseline_kwh=baseline_kwh,
        metered_kwh=metered_kwh,
    )
    required_kwh = derivation.step(
        "供給すべき電力量",
        "assessed_kw * hours_per_slot",
        assessed_kw * hours.value,
        "kwh",
        hours,
        assessed_kw=assessed_kw,
    )
    missing_kwh = max(required_kwh - delivered_kwh, Fraction(0))
    within_slot = bounds.value == "within_slot"
    shortfall_kwh = derivation.step(
        "リクワイアメント未達成量",
        "min(max(required_kwh - delivered_kwh, 0), required_kwh)"
        if within_slot
        else "max(required_kwh - delivered_kwh, 0)",
        min(missing_kwh, required_kwh) if within_slot else missing_kwh,
        "kwh",
        bounds,
        required_kwh=required_kwh,
        delivered_kwh=delivered_kwh,
    )
    return derivation.result(dispatch_order.rule, fiscal_year, shortfall_kwh=shortfall_kwh)
