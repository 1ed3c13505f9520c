"""エリア別の容量拠出金: what do utility and retailers of each area bear of the year's contracted capacity?

Study document p.16: the national total is shared by H3 demand; the utility bears 6 % of area price × H3 demand; the
retailers bear the rest, less the transitional deduction. With several prices the national total is Σ quantity × price.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from calc_core import rounding
from calc_core.areas import CAPACITY_AREAS, by_area_code
from calc_core.configuration import RuleParameters
from calc_core.errors import Problem
from calc_core.explanation import Result
from calc_core.inputs import quantity, rows, text, whole, yen
from calc_core.proportion import largest_remainder
from calc_core.proportional_sharing import repeated
from calc_core.rule import Derivation, Output, rule

SOURCE = "検討資料 p.16"
MAIN, ADDITIONAL = "main", "additional"


def _refuse(inputs: Mapping[str, Any]) -> Iterable[Problem]:
    if "areas" in inputs:
        yield from repeated("areas", "area", inputs["areas"])
        if not any(row["h3_demand_kw"] for row in inputs["areas"]):
            yield Problem("areas", "H3需要の合計が0のため配分できません。0より大きいH3需要を指定してください")
    if "auction" not in inputs or "areas" not in inputs:
        return
    demanded = {row["area"] for row in inputs["areas"]}
    main = [row["area"] for row in inputs["auction"] if row["auction"] == MAIN]
    for area in CAPACITY_AREAS:
        times = main.count(area)
        if area in demanded and times != 1:
            found = "ありません" if not times else f"{times}行あります"
            yield Problem("auction", f"{area}のメインオークションの行が{found}。ちょうど1行にしてください")
        if area not in demanded and any(row["area"] == area for row in inputs["auction"]):
            yield Problem("areas", f"{area}のH3需要がありません。約定のあるエリアはすべて指定してください")


@rule(
    "settlement/contribution_area",
    title="エリア別の容量拠出金",
    inputs=(
        rows(
            "auction",
            "オークション結果",
            text("auction", "オークション", choices=(MAIN, ADDITIONAL)),
            text("area", "エリア", choices=CAPACITY_AREAS),
            whole("quantity_kw", "約定容量", "kw"),
            whole("price_yen_per_kw", "約定価格", "yen_per_kw"),
        ),
        rows(
            "areas",
            "エリアごとのH3需要",
            text("area", "エリア", choices=CAPACITY_AREAS),
            quantity("h3_demand_kw", "H3需要", "kw"),
            yen("transitional_deduction_yen", "経過措置対象電源の控除額"),
        ),
    ),
    results=(
        Output("area_total_yen", "エリア別の容量拠出金総額", "yen"),
        Output("utility_share_yen", "一般送配電事業者の負担総額", "yen"),
        Output("retailers_total_yen", "小売電気事業者の負担総額", "yen"),
    ),
    terms={
        "national_total_yen": "全国の容量拠出金総額",
        "main_price_yen_per_kw": "メインオークションの約定価格",
    },
    refuse=_refuse,
)
def contribution_area(
    *,
    fiscal_year: int,
    auction: tuple[dict[str, Any], ...],
    areas: tuple[dict[str, Any], ...],
    parameters: RuleParameters,
) -> Result:
    """総額, utility's share and retailers' total by area; the area totals come to the national total, to the yen."""
    derivation = Derivation(SOURCE)
    rows_ = by_area_code({row["area"]: row for row in areas})
    national_total_yen = _national_total(derivation, auction)
    missing = [area for area in CAPACITY_AREAS if area not in rows_]
    if missing:
        derivation.warn(f"{'、'.join(missing)}がありません。指定されたエリアだけで配分しました")
    area, h3_demand_kw = list(rows_), [row["h3_demand_kw"] for row in rows_.values()]
    area_total_yen = derivation.step(
        "エリア別の容量拠出金総額（H3需要による配分、端数は最大剰余法）",
        "largest_remainder(national_total_yen, h3_demand_kw)",
        largest_remainder(national_total_yen, h3_demand_kw),
        "yen",
        parameters.policy("area_rounding"),
        area=area,
        national_total_yen=national_total_yen,
        h3_demand_kw=h3_demand_kw,
    )
    prices = {row["area"]: row["price_yen_per_kw"] for row in auction if row["auction"] == MAIN}
    ratio, price_policy = parameters.number("utility_ratio"), parameters.policy("utility_price")
    main_price = [prices[each] for each in area]
    utility_share_yen = derivation.step(
        "一般送配電事業者の負担総額（円未満切り捨て）",
        "floor(main_price_yen_per_kw * h3_demand_kw * utility_ratio)",
        [rounding.floor(p * kw * ratio.value) for p, kw in zip(main_price, h3_demand_kw, strict=True)],
        "yen",
        ratio,
        price_policy,
        area=area,
        main_price_yen_per_kw=main_price,
        h3_demand_kw=h3_demand_kw,
    )
    deduction = [row["transitional_deduction_yen"] for row in rows_.values()]
    of_area = zip(area_total_yen, utility_share_yen, deduction, strict=True)
    retailers_total_yen = derivation.step(
        "小売電気事業者の負担総額",
        "area_total_yen - utility_share_yen - transitional_deduction_yen",
        [total - share - less for total, share, less in of_area],
        "yen",
        area=area,
        area_total_yen=area_total_yen,
        utility_share_yen=utility_share_yen,
        transitional_deduction_yen=deduction,
    )
    for name, total in zip(area, retailers_total_yen, strict=True):
        if total < 0:
            derivation.warn(
                f"{name}の小売電気事業者の負担総額が負になりました。約定とH3需要、控除額を確かめてください"
            )
    return derivation.result(
        contribution_area.rule,
        fiscal_year,
        area_total_yen=dict(zip(area, area_total_yen, strict=True)),
        utility_share_yen=dict(zip(area, utility_share_yen, strict=True)),
        retailers_total_yen=dict(zip(area, retailers_total_yen, strict=True)),
    )


def _national_total(derivation: Derivation, auction: tuple[dict[str, Any], ...]) -> int:
    by_code = [(CAPACITY_AREAS.index(row["area"]), row["auction"] != MAIN, row) for row in auction]
    ordered = [row for *_, row in sorted(by_code, key=lambda each: each[:2])]
    names = [row["area"] if row["auction"] == MAIN else f"{row['area']}（追加）" for row in ordered]
    return derivation.step(
        "全国の容量拠出金総額（エリアとオークションごとの約定容量×約定価格の合計）",
        "sum(quantity_kw * price_yen_per_kw)",
        sum(row["quantity_kw"] * row["price_yen_per_kw"] for row in ordered),
        "yen",
        area=names,
        quantity_kw=[row["quantity_kw"] for row in ordered],
        price_yen_per_kw=[row["price_yen_per_kw"] for row in ordered],
    )
