"""容量拠出金の仮算定: what will each retailer of an area probably bear in the year to come?

The market operator's calendar of contributions: the provisional yearly notice goes out in December before the year, by
the summer peak only and without any change of shares; study document p.16 (shares of the area's retailers' total).
"""

from collections.abc import Iterable, Mapping
from typing import Any

from calc_core.configuration import RuleParameters
from calc_core.errors import Problem
from calc_core.explanation import Result
from calc_core.inputs import quantity, rows, text, yen
from calc_core.proportion import floored_shares, floored_sum
from calc_core.proportional_sharing import repeated
from calc_core.rule import Derivation, Output, rule

SOURCE = "検討資料 p.16；広域機関 容量拠出金（小売電気事業者）スケジュール 仮請求額通知"


def _refuse(inputs: Mapping[str, Any]) -> Iterable[Problem]:
    if "retailers" not in inputs:
        return
    yield from repeated("retailers", "business", inputs["retailers"])
    missing = [row["business"] for row in inputs["retailers"] if _kw(row) is None]
    for business in missing:
        yield Problem(
            "retailers",
            f"「{business}」に夏季ピークがありません。代わりに使う kW（substitute_kw）を指定してください",
        )
    if not missing and not any(_kw(row) for row in inputs["retailers"]):
        yield Problem(
            "retailers", "kW の合計が0のため配分できません。0より大きい kW の事業者を指定してください"
        )


def _kw(row: Mapping[str, Any]) -> Any:
    return row["peak_kw_summer"] or row["substitute_kw"]


@rule(
    "settlement/contribution_provisional",
    title="容量拠出金の仮算定（小売電気事業者）",
    inputs=(
        yen("retailers_total_yen", "エリアの小売電気事業者の負担総額"),
        rows(
            "retailers",
            "小売電気事業者",
            text("business", "事業者"),
            quantity("peak_kw_summer", "夏季ピーク", "kw", default=None),
            quantity("substitute_kw", "ピークの代わりに使う kW", "kw", default=None),
        ),
    ),
    results=(
        Output("year_yen", "仮算定の年間額", "yen"),
        Output("remainder_yen", "端数（どの事業者にも請求しない額）", "yen"),
    ),
    terms={"share_kw": "配分に使う kW"},
    refuse=_refuse,
)
def contribution_provisional(
    *,
    fiscal_year: int,
    retailers_total_yen: int,
    retailers: tuple[dict[str, Any], ...],
    parameters: RuleParameters,
) -> Result:
    """年間額 = floor(retailers' total × kW / Σ kW) by business; the remainder stands beside it."""
    derivation = Derivation(SOURCE)
    ordered = sorted(retailers, key=lambda row: row["business"])
    business, share_kw = [row["business"] for row in ordered], [_kw(row) for row in ordered]
    derivation.step(
        "配分に使う kW の合計（夏季ピーク、ピークのない事業者は代わりの kW。1kW未満は省いて表示）",
        "floor(sum(share_kw))",
        floored_sum(share_kw),
        "kw",
        business=business,
        share_kw=share_kw,
    )
    year_yen = derivation.step(
        "仮算定の年間額（円未満切り捨て）",
        "floor(retailers_total_yen * share_kw / sum(share_kw))",
        floored_shares(retailers_total_yen, share_kw),
        "yen",
        parameters.policy("rounding"),
        business=business,
        retailers_total_yen=retailers_total_yen,
        share_kw=share_kw,
    )
    remainder_yen = derivation.step(
        "端数（どの事業者にも請求しない額）",
        "retailers_total_yen - sum(year_yen)",
        retailers_total_yen - sum(year_yen),
        "yen",
        business=business,
        retailers_total_yen=retailers_total_yen,
        year_yen=year_yen,
    )
    derivation.warn("仮算定です。実際の請求額は、各月のピークとシェア変動を考慮して算定します")
    return derivation.result(
        contribution_provisional.rule,
        fiscal_year,
        year_yen=dict(zip(business, year_yen, strict=True)),
        remainder_yen=remainder_yen,
    )
