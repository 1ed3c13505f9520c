"""調整不調による減額: how much does a contract lose when the coordination of outage plans fails?

Supplementary document on the penalty and contract amount manual, October 2024, p. 4: it lowers the contract amount. Months
in which additional capacity is used and months in which reliability is impaired each have a rate; no document at hand tells
them, and only those needed are asked.
"""

from collections.abc import Iterable, Mapping
from fractions import Fraction
from typing import Any

from calc_core import rounding
from calc_core.configuration import RuleParameters
from calc_core.explanation import Result
from calc_core.inputs import record, whole, yen
from calc_core.rule import Derivation, Output, rule

SOURCE = "意見募集補足説明資料 p.4 調整不調電源の減額"
_RATES = {"additional_capacity": "rate_additional_capacity", "reliability": "rate_reliability"}


def _needs(inputs: Mapping[str, Any]) -> Iterable[str]:
    return (rate for kind, rate in _RATES.items() if inputs.get("months", {}).get(kind))


@rule(
    "settlement/coordination_reduction",
    title="調整不調による減額",
    inputs=(
        yen("gross_yen", "減額の基礎とする金額"),
        record(
            "months",
            "調整不調の月数",
            whole("additional_capacity", "追加設備量を利用する月数", "months", default=0, highest=12),
            whole("reliability", "供給信頼度に影響する月数", "months", default=0, highest=12),
        ),
    ),
    results=(Output("reduction_yen", "調整不調による減額", "yen"),),
    terms={"reduction_ratio": "減額率の合計"},
    needs=_needs,
)
def coordination_reduction(
    *, fiscal_year: int, gross_yen: int, months: Mapping[str, int], parameters: RuleParameters
) -> Result:
    """減額 = floor(gross × Σ months of a kind × the kind's rate), floored once; it lowers the contract amount."""
    derivation = Derivation(SOURCE)
    rates = {kind: parameters.number(rate) for kind, rate in _RATES.items() if months[kind]}
    reduction_ratio = Fraction(0)
    if rates:
        reduction_ratio = derivation.step(
            "減額率の合計（月数×月当たりの率）",
            " + ".join(f"{kind} * {rate.name}" for kind, rate in rates.items()),
            sum((months[kind] * rate.value for kind, rate in rates.items()), start=Fraction(0)),
            "ratio",
            *rates.values(),
            **{kind: months[kind] for kind in rates},
        )
    reduction_yen = derivation.step(
        "調整不調による減額（円未満切り捨て）",
        "floor(gross_yen * reduction_ratio)",
        rounding.floor(gross_yen * reduction_ratio),
        "yen",
        parameters.policy("rounding"),
        gross_yen=gross_yen,
        reduction_ratio=reduction_ratio,
    )
    if reduction_yen > gross_yen:
        derivation.warn("減額が基礎とする金額を上回っています。月数と率を確かめてください")
    return derivation.result(coordination_reduction.rule, fiscal_year, reduction_yen=reduction_yen)
