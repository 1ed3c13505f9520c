"""稼働抑制の経済的ペナルティ: what does a utilisation above the limit cost an inefficient coal resource?

Supplementary document on the penalty and contract amount manual, October 2024, p. 6 (20 %; note 10: units mixed in one
metering are weighted by their installed kW) and p. 7. It is taken off the payment of the last month (3月分).
"""

from collections.abc import Iterable, Mapping
from fractions import Fraction
from typing import Any

from calc_core import rounding
from calc_core.configuration import RuleParameters
from calc_core.errors import Problem
from calc_core.explanation import Result
from calc_core.inputs import quantity, yen
from calc_core.rule import Derivation, Output, rule

SOURCE = "意見募集補足説明資料 p.6 ペナルティ"


def _refuse(inputs: Mapping[str, Any]) -> Iterable[Problem]:
    coal_kw, total_kw = inputs.get("coal_kw"), inputs.get("total_kw")
    if total_kw is not None and "coal_kw" in inputs and coal_kw is None:
        yield Problem(
            "coal_kw", "total_kw を指定するときは、石炭ユニットの設備容量 coal_kw も指定してください"
        )
    if coal_kw is not None and total_kw is not None and coal_kw > total_kw:
        yield Problem(
            "coal_kw", "石炭ユニットの設備容量は全ユニットの設備容量 total_kw 以下で指定してください"
        )
    if coal_kw == 0 and total_kw is None and "total_kw" in inputs:
        yield Problem("total_kw", "coal_kw が0のときは、全ユニットの設備容量 total_kw を指定してください")


@rule(
    "penalty/coal_curtailment",
    title="稼働抑制の経済的ペナルティ",
    inputs=(
        yen("contract_amount_yen", "容量確保契約金額"),
        quantity("utilisation_percent", "年間設備利用率", "percent"),
        quantity("coal_kw", "非効率石炭ユニットの設備容量（省略時はすべて）", "kw", default=None),
        quantity("total_kw", "全ユニットの設備容量（省略時はすべて石炭）", "kw", positive=True, default=None),
    ),
    results=(Output("penalty_yen", "経済的ペナルティ額", "yen"),),
    terms={"coal_share": "非効率石炭ユニットの割合"},
    refuse=_refuse,
)
def coal_curtailment(
    *,
    fiscal_year: int,
    contract_amount_yen: int,
    utilisation_percent: Fraction,
    coal_kw: Fraction | None,
    total_kw: Fraction | None,
    parameters: RuleParameters,
) -> Result:
    """ペナルティ額 = 0 up to 50 %, else floor(amount × 20 % × coal kW / total kW); without kW all is coal."""
    derivation = Derivation(SOURCE)
    allowed = parameters.number("allowed_utilisation_percent")
    ratio = parameters.number("penalty_ratio")
    coal_share = _coal_share(derivation, coal_kw, total_kw)
    exceeds = utilisation_percent > allowed.value
    penalty_yen = derivation.step(
        "経済的ペナルティ額（円未満切り捨て）",
        "floor(contract_amount_yen * penalty_ratio * coal_share)"
        " if utilisation_percent > allowed_utilisation_percent else 0",
        rounding.floor(contract_amount_yen * ratio.value * coal_share) if exceeds else 0,
        "yen",
        ratio,
        allowed,
        contract_amount_yen=contract_amount_yen,
        utilisation_percent=utilisation_percent,
        coal_share=coal_share,
    )
    return derivation.result(coal_curtailment.rule, fiscal_year, penalty_yen=penalty_yen)


def _coal_share(derivation: Derivation, coal_kw: Fraction | None, total_kw: Fraction | None) -> Fraction:
    source = "意見募集補足説明資料 p.6 ※10"
    if coal_kw is None:
        return derivation.step(
            "非効率石炭ユニットの割合（すべて非効率石炭）", "1", Fraction(1), "ratio", source=source
        )
    total_kw = coal_kw if total_kw is None else total_kw
    return derivation.step(
        "非効率石炭ユニットの割合（設備容量による加重）",
        "coal_kw / total_kw",
        coal_kw / total_kw,
        "ratio",
        source=source,
        coal_kw=coal_kw,
        total_kw=total_kw,
    )
