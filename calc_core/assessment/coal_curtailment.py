"""稼働抑制のアセスメント: the yearly utilisation (年間設備利用率) of an inefficient coal resource, in whole per cent.

Supplementary document on the penalty and contract amount manual, October 2024, p. 6, notes 2 (rounded up) and 8 (hours).
"""

from fractions import Fraction

from calc_core import fiscal_year as calendar
from calc_core import rounding
from calc_core.configuration import RuleParameters
from calc_core.explanation import Result
from calc_core.inputs import quantity
from calc_core.rule import Derivation, Output, rule

SOURCE = "意見募集補足説明資料 p.6 年間設備利用率"


@rule(
    "assessment/coal_curtailment",
    title="稼働抑制のアセスメント（年間設備利用率）",
    inputs=(
        quantity("metered_kwh", "計量値（送電端）", "kwh"),
        quantity("low_reserve_kwh", "需給ひっ迫時の計量値（送電端）", "kwh"),
        quantity("contract_kw", "契約容量（混在時は按分後）", "kw", positive=True),
    ),
    results=(Output("utilisation_percent", "年間設備利用率", "percent"),),
    terms={
        "counted_kwh": "稼働抑制の対象となる電力量",
        "hours": "年間の時間数",
        "capacity_kwh": "契約容量×時間数",
    },
)
def coal_curtailment(
    *,
    fiscal_year: int,
    metered_kwh: Fraction,
    low_reserve_kwh: Fraction,
    contract_kw: Fraction,
    parameters: RuleParameters,
) -> Result:
    """年間設備利用率 = ceil(100 × (metered − low reserve) / (contract kW × hours of the year)), whole per cent."""
    derivation = Derivation(SOURCE)
    if low_reserve_kwh > metered_kwh:
        derivation.warn("需給ひっ迫時の計量値が計量値を上回っています。計量値を確かめてください")
    counted_kwh = derivation.step(
        "稼働抑制の対象となる電力量",
        "metered_kwh - low_reserve_kwh",
        metered_kwh - low_reserve_kwh,
        "kwh",
        source="意見募集補足説明資料 p.6 ※6",
        metered_kwh=metered_kwh,
        low_reserve_kwh=low_reserve_kwh,
    )
    hours = calendar.hours(fiscal_year)
    capacity_kwh = derivation.step(
        "契約容量に年間の時間数を乗じた電力量",
        "contract_kw * hours",
        contract_kw * hours,
        "kwh",
        source="意見募集補足説明資料 p.6 ※8（閏年は8,784時間）",
        contract_kw=contract_kw,
        hours=hours,
    )
    utilisation_percent = derivation.step(
        "年間設備利用率（小数点以下切り上げ）",
        "ceil(100 * counted_kwh / capacity_kwh)",
        rounding.ceil(100 * counted_kwh / capacity_kwh),
        "percent",
        source="意見募集補足説明資料 p.6 ※2",
        counted_kwh=counted_kwh,
        capacity_kwh=capacity_kwh,
    )
    return derivation.result(coal_curtailment.rule, fiscal_year, utilisation_percent=utilisation_percent)
