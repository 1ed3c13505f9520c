"""容量拠出金（小売電気事業者）の精算: what is each retailer invoiced for a month, over all areas?

Issue A5.1: the retailers' total of each area by kW after the change of shares. What flooring leaves is the month's
remainder, of all areas together in the run's totals. A retailer without kW has a statement where something is left to
be settled.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from sqlalchemy.orm import Session

from calc_core import catalogue, exact
from calc_core.areas import by_area_code
from calc_core.configuration import Configuration, RuleParameters
from calc_core.contribution_shares import AT_PEAK, CONTRACT, SUMMER, WINTER, AreaShares, month_shares
from calc_core.errors import InputRefused
from helpdesk.errors import Problem, Refused
from helpdesk.register.contribution_inputs import Retailer, retailers_by_area
from helpdesk.settlement.area_contributions import AreaContributions, area_contributions
from helpdesk.settlement.area_statements import OTHERS, Part, area_statement
from helpdesk.settlement.computed import Computation
from helpdesk.settlement.items import items_for
from helpdesk.settlement.lists import told_before
from helpdesk.settlement.own_share import others_text, percent_text, shares_or_refusal

FAMILY, RULE = "contribution", "settlement/contribution_share"
TOTAL = ("contribution_yen", "容量拠出金（当月分）")
_MONTHS = 12
_NOTHING = dict.fromkeys((SUMMER, WINTER, AT_PEAK, CONTRACT), "0")


@dataclass
class _Month:
    business_id: int | None  # whose parts are wanted; none: everybody's
    parts: dict[int, list[Part]] = field(default_factory=dict)
    areas: list[dict[str, Any]] = field(default_factory=list)
    remainder_yen: int = 0
    month_yen: int = 0


def compute_contribution(
    session: Session,
    fiscal_year: int,
    delivery_month: int,
    *,
    business_id: int | None = None,
    parameters: Configuration | None = None,
) -> Computation:
    """The statements of a month. Every area is computed whole, also for one retailer. Raises `Refused` with all problems."""
    of_year = area_contributions(session, fiscal_year, parameters)
    retailers = by_area_code(retailers_by_area(session, fiscal_year, delivery_month))
    month, problems = _Month(business_id), []
    place = f"{fiscal_year}年度{delivery_month}月分"
    settings = _settings(fiscal_year, place, parameters)
    for area, total_yen in of_year.retailers_totals.items():
        own = retailers.get(area, [])
        inputs = {"retailers_total_yen": total_yen, "delivery_month": delivery_month}
        if not own:
            if total_yen:
                words = "負担割合がありません。ファイルを取り込んでから計算してください"
                problems.append(Problem(f"{place} {area}", words))
            continue
        by_rule = partial(_ask_the_rule, fiscal_year, inputs, own, parameters)
        kw = [each.kw for each in own]
        try:
            shares = shares_or_refusal(
                partial(month_shares, total_yen, delivery_month, kw, settings), by_rule
            )
        except InputRefused as refused:
            problems += [Problem(f"{place} 負担割合 {area}", each.message) for each in refused.problems]
            continue
        _add(month, area, inputs, own, shares)
    problems += [
        Problem(
            f"{place} 負担割合 {area}",
            "エリアの総額がありません。H3需要を取り込むか、負担割合を除いてください",
        )
        for area in retailers
        if area not in of_year.retailers_totals
    ]
    if problems:
        raise Refused(problems)
    items = items_for(session, FAMILY, fiscal_year, delivery_month, business_id=business_id)
    told = told_before(session, FAMILY, fiscal_year, delivery_month, business_id)
    wanted = sorted({*month.parts, *items, *told})
    if business_id is not None:
        wanted = [each for each in wanted if each == business_id]
    if not wanted:
        raise Refused([Problem(place, "請求する小売電気事業者がありません。負担割合を確かめてください")])
    statements = [
        area_statement(each, RULE, month.parts.get(each, ()), items.get(each, ()), total=TOTAL)
        for each in wanted
    ]
    return Computation(
        statements,
        {"areas": _areas(of_year, month)},
        {
            "retailers_total_yen": str(sum(of_year.retailers_totals.values())),
            "month_yen": str(month.month_yen),
            "remainder_yen": str(month.remainder_yen),
        },
        list(of_year.warnings),
    )


def _settings(fiscal_year: int, place: str, parameters: Configuration | None) -> RuleParameters:
    try:
        return catalogue.settings_of(RULE, fiscal_year, parameters)
    except InputRefused as refused:
        raise Refused(
            [Problem(f"{place} {each.where}", each.message) for each in refused.problems]
        ) from refused


def _ask_the_rule(
    fiscal_year: int, inputs: Mapping[str, Any], own: Sequence[Retailer], parameters: Configuration | None
) -> None:
    rows = [{"business": each.code, **each.kw} for each in own]
    catalogue.evaluate(RULE, fiscal_year, {**inputs, "retailers": rows}, parameters)


def _add(
    month: _Month, area: str, inputs: Mapping[str, Any], retailers: Sequence[Retailer], shares: AreaShares
) -> None:
    """The parts of an area's retailers, and what is left of it."""
    whole, total_yen = sum(shares.scaled), inputs["retailers_total_yen"]
    area_kw, total, count = str(whole // shares.scale), str(total_yen), len(retailers)
    for at, each in enumerate(retailers):
        if month.business_id not in (None, each.business_id):
            continue
        own, yen = shares.scaled[at], shares.yen[at]
        rows = [{"business": each.code, **each.kw}]
        if own < whole:
            kw = others_text(own, whole, shares.scale, total_yen, _MONTHS)
            name = OTHERS.format(count=count - 1)
            rows.append({"business": name, **_NOTHING, "substitute_kw": kw})
        figures = (
            ("retailers_total_yen", "小売電気事業者の負担総額（年間）", "yen", total),
            ("kw_after_change", "シェア変動考慮後の kW", "kw", exact.ratio_text(*shares.kw[at])),
            ("area_kw", "エリアの kW の合計", "kw", area_kw),
            ("share_percent", "配分比率", "percent", percent_text(own, whole)),
            ("month_yen", "当月分の請求額", "yen", str(yen)),
        )
        part = Part(area, {**inputs, "retailers": rows}, "month_yen", yen, each.code, figures=figures)
        month.parts.setdefault(each.business_id, []).append(part)
    of_area_yen = sum(shares.yen)
    month.month_yen += of_area_yen
    month.remainder_yen += shares.remainder_yen
    month.areas.append(
        {
            "area": area,
            "retailers": count,
            "kw": area_kw,
            "month_yen": str(of_area_yen),
            "remainder_yen": str(shares.remainder_yen),
        }
    )


def _areas(of_year: AreaContributions, month: _Month) -> list[dict[str, Any]]:
    """Area by area what the year comes to and what the month took of it."""
    of_month = {row["area"]: row for row in month.areas}
    return [row | of_month.get(row["area"], {}) for row in of_year.rows()]
