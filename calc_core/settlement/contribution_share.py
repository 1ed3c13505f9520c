"""小売電気事業者の各月の容量拠出金: what is each retailer of an area invoiced for one delivery month?

Study document p.16: (retailers' total of the area / 12) × its kW after the change of shares / Σ of the area. The market
operator's calendar of contributions: 4月分…9月分 by the summer peak of the year before, 10月分…3月分 by its winter peak.
"""

from collections.abc import Iterable, Mapping
from fractions import Fraction
from typing import Any

from calc_core.configuration import RuleParameters, Setting
from calc_core.contribution_shares import SUMMER, WINTER, amount_of_month, peak_names
from calc_core.errors import Problem
from calc_core.explanation import Result
from calc_core.fiscal_year import LAST_DELIVERY_MONTH
from calc_core.inputs import delivery_month as month_input
from calc_core.inputs import quantity, rows, text, yen
from calc_core.proportion import floored_shares, floored_sum
from calc_core.proportional_sharing import repeated
from calc_core.rule import Derivation, Output, rule

SOURCE = "検討資料 p.16"
SOURCE_PEAK = (
    "検討資料 p.16；広域機関 容量拠出金（小売電気事業者）スケジュール（前年度の夏季・冬季ピーク、シェア変動）"
)


def _refuse(inputs: Mapping[str, Any]) -> Iterable[Problem]:
    yield from repeated("retailers", "business", inputs.get("retailers", ()))


def _refuse_by_settings(inputs: Mapping[str, Any], parameters: RuleParameters) -> Iterable[Problem]:
    if "retailers" not in inputs or "delivery_month" not in inputs:
        return
    names = peak_names(parameters, inputs["delivery_month"])
    before = 0
    for row in inputs["retailers"]:
        has_peak = any(row[name] for name in names)
        if has_peak and not row["contract_kw_at_peak"]:
            before += 1
            message = f"「{row['business']}」のピーク時の契約電力が0か空です。0より大きい値を指定してください"
            yield Problem("retailers", message)
        if has_peak and row["contract_kw"] is None:
            before += 1
            message = f"「{row['business']}」の対象月の契約電力がありません。contract_kw を指定してください"
            yield Problem("retailers", message)
        if not has_peak and row["substitute_kw"] is None:
            before += 1
            season = "年間" if len(names) == 2 else "夏季" if names == (SUMMER,) else "冬季"
            message = f"「{row['business']}」に{season}ピークがありません。代わりに使う kW（substitute_kw）を指定してください"
            yield Problem("retailers", message)
    if not before and not any(_has_kw(row, names) for row in inputs["retailers"]):
        yield Problem(
            "retailers", "kW の合計が0のため配分できません。0より大きい kW の事業者を指定してください"
        )


@rule(
    "settlement/contribution_share",
    title="容量拠出金（小売電気事業者）の各月の額",
    inputs=(
        yen("retailers_total_yen", "エリアの小売電気事業者の負担総額"),
        month_input(),
        rows(
            "retailers",
            "小売電気事業者",
            text("business", "事業者"),
            quantity(SUMMER, "前年度の夏季ピーク", "kw", default=None),
            quantity(WINTER, "前年度の冬季ピーク", "kw", default=None),
            quantity("contract_kw_at_peak", "ピーク時の託送契約電力", "kw", default=None),
            quantity("contract_kw", "対象月の託送契約電力", "kw", default=None),
            quantity("substitute_kw", "ピークの代わりに使う kW", "kw", default=None),
        ),
    ),
    results=(
        Output("kw_after_change", "シェア変動考慮後の kW", "kw"),
        Output("month_yen", "当月分の請求額", "yen"),
        Output("remainder_yen", "当月分の端数（どの事業者にも請求しない額）", "yen"),
    ),
    refuse=_refuse,
    refuse_by_settings=_refuse_by_settings,
)
def contribution_share(
    *,
    fiscal_year: int,
    retailers_total_yen: int,
    delivery_month: int,
    retailers: tuple[dict[str, Any], ...],
    parameters: RuleParameters,
) -> Result:
    """当月分 = floor(retailers' total × kW / (12 × Σ kW)) by business; a year's months and remainders come to the total."""
    derivation = Derivation(SOURCE)
    ordered = sorted(retailers, key=lambda row: row["business"])
    business = [row["business"] for row in ordered]
    kw_after_change = _kw_after_change(derivation, parameters, delivery_month, ordered)
    derivation.step(
        "エリアのシェア変動考慮後の kW の合計（1kW未満は省いて表示）",
        "floor(sum(kw_after_change))",
        floored_sum(kw_after_change),
        "kw",
        business=business,
        kw_after_change=kw_after_change,
    )
    payments = parameters.number("payments_per_year")
    month_yen = derivation.step(
        f"{delivery_month}月分の請求額（円未満切り捨て）",
        "floor(retailers_total_yen * kw_after_change / (payments_per_year * sum(kw_after_change)))",
        floored_shares(retailers_total_yen, kw_after_change, int(payments.value)),
        "yen",
        payments,
        parameters.policy("rounding"),
        business=business,
        retailers_total_yen=retailers_total_yen,
        kw_after_change=kw_after_change,
    )
    remainder_yen = _remainder(derivation, payments, delivery_month, retailers_total_yen, business, month_yen)
    return derivation.result(
        contribution_share.rule,
        fiscal_year,
        value="month_yen",
        kw_after_change=dict(zip(business, kw_after_change, strict=True)),
        month_yen=dict(zip(business, month_yen, strict=True)),
        remainder_yen=remainder_yen,
    )


def _has_kw(row: Mapping[str, Any], names: tuple[str, ...]) -> bool:
    return bool(row["contract_kw"] if any(row[name] for name in names) else row["substitute_kw"])


def _kw(row: Mapping[str, Any], names: tuple[str, ...]) -> Fraction:
    peak_kw = max(row[name] or 0 for name in names)
    if not peak_kw:
        return row["substitute_kw"]
    return peak_kw * row["contract_kw"] / row["contract_kw_at_peak"]


def _kw_after_change(
    derivation: Derivation, parameters: RuleParameters, delivery_month: int, ordered: list[dict[str, Any]]
) -> list[Fraction]:
    """The kW of each; two steps at most: of those with a peak and of those without."""
    names = peak_names(parameters, delivery_month)
    kw = [_kw(row, names) for row in ordered]
    has_peak = [any(row[name] for name in names) for row in ordered]
    with_peak = [row for row, has in zip(ordered, has_peak, strict=True) if has]
    without = [row for row, has in zip(ordered, has_peak, strict=True) if not has]
    if with_peak:
        peak = f"max({SUMMER}, {WINTER})" if len(names) == 2 else names[0]
        lists = (*names, "contract_kw", "contract_kw_at_peak")
        derivation.step(
            "シェア変動考慮後の kW（前年度のピーク×契約電力の増減）",
            f"{peak} * contract_kw / contract_kw_at_peak",
            [each for each, has in zip(kw, has_peak, strict=True) if has],
            "kw",
            parameters.policy("peak_basis"),
            parameters.policy("share_change"),
            source=SOURCE_PEAK,
            business=[row["business"] for row in with_peak],
            **{name: [row[name] or 0 for row in with_peak] for name in lists},
        )
    if without:
        derivation.step(
            "代わりに使う kW（前年度のピークのない事業者など）",
            "substitute_kw",
            [row["substitute_kw"] for row in without],
            "kw",
            parameters.policy("share_change"),
            source=SOURCE_PEAK,
            business=[row["business"] for row in without],
            substitute_kw=[row["substitute_kw"] for row in without],
        )
    return kw


def _remainder(
    derivation: Derivation,
    payments: Setting,
    delivery_month: int,
    retailers_total_yen: int,
    business: list[str],
    month_yen: list[int],
) -> int:
    """What flooring leaves of the month; in the last month also what a twelfth leaves of the year."""
    is_last = delivery_month == LAST_DELIVERY_MONTH
    of_month = amount_of_month(retailers_total_yen, int(payments.value), delivery_month)
    in_words = "floor(retailers_total_yen / payments_per_year)"
    if is_last:
        in_words = f"retailers_total_yen - (payments_per_year - 1) * {in_words}"
    return derivation.step(
        f"{delivery_month}月分の端数（どの事業者にも請求しない額{'、年間の端数を含む' if is_last else ''}）",
        f"{in_words} - sum(month_yen)",
        of_month - sum(month_yen),
        "yen",
        payments,
        business=business,
        retailers_total_yen=retailers_total_yen,
        month_yen=month_yen,
    )
