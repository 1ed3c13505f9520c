"""容量停止計画のアセスメント: how many shortfall slots (未達成コマ) does one slot count, multiplier included?

Study document on systems for the delivery period, p. 13. The document prints 0.55 → 2.75 beside a supply of 55 of 100;
its own clause gives 0.45 → 2.25. The clause is computed; the printed figure is kept as a disputed example.
"""

from fractions import Fraction

from calc_core.configuration import RuleParameters
from calc_core.explanation import Result
from calc_core.inputs import quantity, whole
from calc_core.rule import Derivation, Output, rule

HIGHEST_MULTIPLIER = 127
SOURCE = "検討資料 p.13 30分コマ毎リクワイアメント未達成コマ算出（容量停止計画）"


@rule(
    "assessment/outage_plan",
    title="容量停止計画のアセスメント（1コマの未達成コマ）",
    inputs=(
        quantity("offered_kw", "提供できる供給力の最大値", "kw"),
        whole("assessed_kw", "アセスメント対象容量", "kw", positive=True),
        whole("multiplier", "ペナルティの倍率", "times", highest=HIGHEST_MULTIPLIER, default=1),
    ),
    results=(Output("shortfall_slots", "リクワイアメント未達成コマ（倍率考慮後）", "slots"),),
    terms={"missing_kw": "不足する供給力", "weighted_shortfall_kw": "不足する供給力×倍率の合計"},
)
def outage_plan(
    *,
    fiscal_year: int,
    offered_kw: Fraction,
    assessed_kw: int,
    multiplier: int,
    parameters: RuleParameters,
) -> Result:
    """未達成コマ = multiplier × max(assessed − offered, 0) / assessed, exact, of one slot (p. 13)."""
    derivation = Derivation(SOURCE)
    missing_kw = derivation.step(
        "不足する供給力",
        "max(assessed_kw - offered_kw, 0)",
        max(assessed_kw - offered_kw, Fraction(0)),
        "kw",
        assessed_kw=assessed_kw,
        offered_kw=offered_kw,
    )
    shortfall_slots = derivation.step(
        "リクワイアメント未達成コマ（倍率考慮後）",
        "multiplier * missing_kw / assessed_kw",
        multiplier * missing_kw / assessed_kw,
        "slots",
        multiplier=multiplier,
        missing_kw=missing_kw,
        assessed_kw=assessed_kw,
    )
    return derivation.result(outage_plan.rule, fiscal_year, shortfall_slots=shortfall_slots)
