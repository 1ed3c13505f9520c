"""容量拠出金（一般送配電事業者）の精算: what is each utility invoiced for a month of its areas' yearly shares?

Issue A5.2. A twelfth each month; 3月分 takes what the months before left of the year, as they were last computed. Whose
month it is follows from the last day of the month (policy).
"""

from sqlalchemy.orm import Session

from calc_core import catalogue
from calc_core.configuration import Configuration
from calc_core.fiscal_year import LAST_DELIVERY_MONTH, calendar_month, last_day_of_month, months_until
from helpdesk.errors import Problem, Refused
from helpdesk.register.area_utilities import utilities_in_force
from helpdesk.settlement.area_contributions import area_contributions
from helpdesk.settlement.area_statements import Part, area_statement
from helpdesk.settlement.billed_parts import last_figures, of_areas
from helpdesk.settlement.computed import Computation
from helpdesk.settlement.items import items_for
from helpdesk.settlement.lists import told_before

FAMILY, RULE = "utility_share", "settlement/utility_share_month"
TOTAL = ("utility_share_month_yen", "容量拠出金（一般送配電事業者、当月分）")


def compute_utility_share(
    session: Session,
    fiscal_year: int,
    delivery_month: int,
    *,
    business_id: int | None = None,
    parameters: Configuration | None = None,
) -> Computation:
    """The statements of a month. An area without a utility is named and left out; `Refused` where none is left."""
    of_year = area_contributions(session, fiscal_year, parameters)
    on = last_day_of_month(*calendar_month(fiscal_year, delivery_month))
    utilities, billed = utilities_in_force(session, on), _billed(session, fiscal_year, delivery_month)
    parts: dict[int, list[Part]] = {}
    refused, areas, month_yen = [], [], 0
    for row, (area, share_yen) in zip(of_year.rows(), of_year.utility_shares.items(), strict=True):
        areas.append(row)
        problem = _problem(area, utilities, billed.get(area, {}), fiscal_year, delivery_month)
        if problem is not None:
            refused.append(problem)
            continue
        billed_yen = sum(billed.get(area, {}).values())
        inputs = {
            "utility_share_yen": share_yen,
            "delivery_month": delivery_month,
            "billed_before_yen": billed_yen,
        }
        yen = int(catalogue.evaluate(RULE, fiscal_year, inputs, parameters).values["month_yen"])  # type: ignore[arg-type]
        figures = [
            ["utility_share_yen", "一般送配電事業者の負担総額（年間）", "yen", str(share_yen)],
            ["month_yen", "当月分の請求額", "yen", str(yen)],
            ["cumulative_yen", "請求額の累計", "yen", str(billed_yen + yen)],
            ["remaining_yen", "残額", "yen", str(share_yen - billed_yen - yen)],
        ]
        parts.setdefault(utilities[area], []).append(Part(area, inputs, "month_yen", yen, figures=figures))
        row["month_yen"] = str(yen)
        month_yen += yen
    items = items_for(session, FAMILY, fiscal_year, delivery_month, business_id=business_id)
    told = told_before(session, FAMILY, fiscal_year, delivery_month, business_id)
    stopped = {
        utilities[each]
        for each in of_year.totals
        if each in utilities and "month_yen" not in _row(areas, each)
    }
    wanted = [each for each in sorted({*parts, *items, *told} - stopped) if business_id in (None, each)]
    if not wanted:
        words = "請求する一般送配電事業者がありません。エリアの一般送配電事業者を取り込んでください"
        raise Refused(refused or [Problem(f"{fiscal_year}年度{delivery_month}月分", words)])
    statements = [
        area_statement(each, RULE, parts.get(each, ()), items.get(each, ()), total=TOTAL) for each in wanted
    ]
    totals = {"utility_share_yen": str(sum(of_year.utility_shares.values())), "month_yen": str(month_yen)}
    return Computation(statements, {"areas": areas}, totals, list(of_year.warnings), refused)


def _billed(session: Session, fiscal_year: int, delivery_month: int) -> dict[str, dict[int, int]]:
    """What the months before this one came to, by area and month."""
    before = months_until(delivery_month)[:-1]
    found: dict[str, dict[int, int]] = {}
    for (_, month), figures in last_figures(session, FAMILY, fiscal_year).items():
        if month in before:
            for area, yen in of_areas(figures, "month_yen"):
                of_area = found.setdefault(area, {})
                of_area[month] = of_area.get(month, 0) + yen
    return found


def _problem(
    area: str, utilities: dict[str, int], billed: dict[int, int], fiscal_year: int, delivery_month: int
) -> Problem | None:
    if area not in utilities:
        words = "一般送配電事業者が登録されていません。ファイルを取り込んでください"
        return Problem(f"{fiscal_year}年度{delivery_month}月分 {area}", words)
    missing = [month for month in months_until(delivery_month)[:-1] if month not in billed]
    if delivery_month == LAST_DELIVERY_MONTH and missing:
        months = "・".join(f"{month}月分" for month in missing)
        words = f"{months}をまだ計算していないため、3月分の残りが定まりません。先に計算してください"
        return Problem(f"{fiscal_year}年度3月分 {area}", words)
    return None


def _row(areas: list[dict[str, str]], area: str) -> dict[str, str]:
    return next(row for row in areas if row["area"] == area)
