"""発電余力の市場応札のアセスメント: how much spare capacity was not offered to the market in one low-reserve slot?

Study document on systems for the delivery period, p. 13: it names upper limit, plan, spare capacity, offered volume and
the shortfall (リクワイアメント未達成量), not the formula; the formula is a policy.
"""

from calc_core.configuration import RuleParameters
from calc_core.explanation import Result
from calc_core.inputs import whole
from calc_core.rule import Derivation, Output, rule

SOURCE = "検討資料 p.13 30分コマ毎リクワイアメント未達成コマ算出（市場応札）"


@rule(
    "assessment/market_offer",
    title="発電余力の市場応札のアセスメント（1コマの未達成量）",
    inputs=(
        whole("assessed_kw", "アセスメント対象容量", "kw", positive=True),
        whole("limit_kw", "発電上限", "kw"),
        whole("planned_kw", "発電計画", "kw"),
        whole("offered_kw", "市場応札量", "kw"),
        whole("surplus_kw", "発電余力（省略可。発電上限−発電計画と照合）", "kw", default=None),
    ),
    results=(Output("shortfall_kwh", "リクワイアメント未達成量", "kwh"),),
    terms={"required_kw": "応札すべき量"},
)
def market_offer(
    *,
    fiscal_year: int,
    assessed_kw: int,
    limit_kw: int,
    planned_kw: int,
    offered_kw: int,
    surplus_kw: int | None,
    parameters: RuleParameters,
) -> Result:
    """未達成量 = max(min(assessed, limit) − planned − offered, 0) × 0.5 h, of one low-reserve slot."""
    derivation = Derivation(SOURCE)
    if surplus_kw is not None and surplus_kw != limit_kw - planned_kw:
        derivation.warn(
            f"発電余力（{surplus_kw} kW）が発電上限−発電計画（{limit_kw - planned_kw} kW）と一致しません。"
            "提出された値を確かめてください（算定は発電上限と発電計画によります）"
        )
    basis = parameters.policy("required_offer")
    hours = parameters.number("hours_per_slot")
    within_assessed = basis.value == "within_assessed"
    highest_kw = min(assessed_kw, limit_kw) if within_assessed else limit_kw
    required_kw = derivation.step(
        "応札すべき量",
        "min(assessed_kw, limit_kw) - planned_kw" if within_assessed else "limit_kw - planned_kw",
        highest_kw - planned_kw,
        "kw",
        basis,
        assessed_kw=assessed_kw,
        limit_kw=limit_kw,
        planned_kw=planned_kw,
    )
    shortfall_kwh = derivation.step(
        "リクワイアメント未達成量",
        "max(required_kw - offered_kw, 0) * hours_per_slot",
        max(required_kw - offered_kw, 0) * hours.value,
        "kwh",
        hours,
        basis,
        required_kw=required_kw,
        offered_kw=offered_kw,
    )
    return derivation.result(market_offer.rule, fiscal_year, shortfall_kwh=shortfall_kwh)
