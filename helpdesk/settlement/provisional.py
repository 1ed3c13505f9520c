"""容量拠出金の仮算定の精算: what will each retailer probably bear in the year to come, over all areas?

By the summer peaks that came with the shares of 4月分, without any change of shares. It announces and is never invoiced.
"""

from collections.abc import Mapping, Sequence
from functools import partial

from sqlalchemy.orm import Session

from calc_core import catalogue, exact
from calc_core.areas import by_area_code
from calc_core.configuration import Configuration
from calc_core.contribution_shares import SUBSTITUTE, SUMMER, AreaShares, year_shares
from calc_core.errors import InputRefused
from calc_core.fiscal_year import FIRST_DELIVERY_MONTH
from helpdesk.errors import Problem, Refused
from helpdesk.register.contribution_inputs import Retailer, retailers_by_area
from helpdesk.settlement.area_contributions import area_contributions
from helpdesk.settlement.area_statements import OTHERS, Part, area_statement
from helpdesk.settlement.computed import Computation
from helpdesk.settlement.lists import told_before
from helpdesk.settlement.models import WHOLE_YEAR
from helpdesk.settlement.own_share import others_text, percent_text, shares_or_refusal

FAMILY, RULE = "provisional", "settlement/contribution_provisional"
TOTAL = ("provisional_yen", "容量拠出金（仮算定の年間額）")


def compute_provisional(
    session: Session,
    fiscal_year: int,
    delivery_month: int = WHOLE_YEAR,
    *,
    business_id: int | None = None,
    parameters: Configuration | None = None,
) -> Computation:
    """The provisional statements of a year. Raises `Refused` with all problems."""
    of_year = area_contributions(session, fiscal_year, parameters)
    retailers = by_area_code(retailers_by_area(session, fiscal_year, FIRST_DELIVERY_MONTH))
    parts: dict[int, list[Part]] = {}
    problems: list[Problem] = []
    areas, remainder_yen, year_yen = [], 0, 0
    for row, (area, total_yen) in zip(of_year.rows(), of_year.retailers_totals.items(), strict=True):
        own = retailers.get(area, [])
        place = f"{fiscal_year}年度4月分 負担割合 {area}"
        if not own and total_yen:
            problems.append(
                Problem(place, "ありません。夏季ピークの入ったファイルを取り込んでから計算してください")
            )
        if not own:
            areas.append(row)
            continue
        rows = [_row(each) for each in own]
        inputs = {"retailers_total_yen": total_yen, "retailers": rows}
        by_rule = partial(catalogue.evaluate, RULE, fiscal_year, inputs, parameters)
        try:
            shares = shares_or_refusal(partial(year_shares, total_yen, rows), by_rule)
        except InputRefused as refused:
            problems += [Problem(place, each.message) for each in refused.problems]
            continue
        _add(parts, area, total_yen, list(zip(own, rows, strict=True)), shares)
        of_area_yen = sum(shares.yen)
        year_yen, remainder_yen = year_yen + of_area_yen, remainder_yen + shares.remainder_yen
        row |= {
            "retailers": len(own),
            "year_yen": str(of_area_yen),
            "remainder_yen": str(shares.remainder_yen),
        }
        areas.append(row)
    if problems:
        raise Refused(problems)
    told = told_before(session, FAMILY, fiscal_year, WHOLE_YEAR, business_id)
    wanted = [each for each in sorted({*parts, *told}) if business_id in (None, each)]
    if not wanted:
        raise Refused([Problem(f"{fiscal_year}年度", "仮算定をする小売電気事業者がありません")])
    statements = [area_statement(each, RULE, parts.get(each, ()), (), total=TOTAL) for each in wanted]
    totals = {
        "retailers_total_yen": str(sum(of_year.retailers_totals.values())),
        "year_yen": str(year_yen),
        "remainder_yen": str(remainder_yen),
    }
    return Computation(statements, {"areas": areas}, totals, list(of_year.warnings))


def _row(retailer: Retailer) -> dict[str, str]:
    return {"business": retailer.code} | {
        name: retailer.kw[name] for name in (SUMMER, SUBSTITUTE) if name in retailer.kw
    }


def _add(
    parts: dict[int, list[Part]],
    area: str,
    total_yen: int,
    retailers: Sequence[tuple[Retailer, Mapping[str, str]]],
    shares: AreaShares,
) -> None:
    whole = sum(shares.scaled)
    area_kw, total = str(whole // shares.scale), str(total_yen)
    for (each, row), own, yen in zip(retailers, shares.scaled, shares.yen, strict=True):
        listed: list[Mapping[str, str]] = [row]
        if own < whole:
            others = others_text(own, whole, shares.scale, total_yen, 1)
            listed.append({"business": OTHERS.format(count=len(retailers) - 1), SUMMER: others})
        figures = (
            ("retailers_total_yen", "小売電気事業者の負担総額（年間）", "yen", total),
            (
                "share_kw",
                "配分に使う kW",
                "kw",
                row[SUMMER] if exact.ratio(row[SUMMER])[0] else row[SUBSTITUTE],
            ),
            ("area_kw", "エリアの kW の合計", "kw", area_kw),
            ("share_percent", "配分比率", "percent", percent_text(own, whole)),
            ("year_yen", "仮算定の年間額", "yen", str(yen)),
        )
        inputs = {"retailers_total_yen": total_yen, "retailers": listed}
        parts.setdefault(each.business_id, []).append(
            Part(area, inputs, "year_yen", yen, each.code, figures=figures)
        )
