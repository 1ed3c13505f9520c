"""エリア別の容量拠出金の総額: what do utilities and retailers of each area bear in a fiscal year, by what is in force now?"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from calc_core import catalogue, exact
from calc_core.configuration import Configuration
from calc_core.errors import InputRefused
from helpdesk.errors import Problem, Refused
from helpdesk.register.contribution_inputs import area_inputs

RULE = "settlement/contribution_area"


@dataclass(frozen=True, slots=True)
class AreaContributions:
    """エリア別の総額: yen by area in the order of the areas' codes, deductions, H3 demand, and what a person should look at."""

    totals: Mapping[str, int]
    utility_shares: Mapping[str, int]
    retailers_totals: Mapping[str, int]
    deductions: Mapping[str, int]
    demands: Mapping[str, Any]
    warnings: Sequence[str]

    def rows(self) -> list[dict[str, Any]]:
        """Area by area as exact text: what a run keeps."""
        return [
            {
                "area": area,
                "h3_demand_kw": exact.text(self.demands[area]),
                "area_total_yen": exact.text(self.totals[area]),
                "utility_share_yen": exact.text(self.utility_shares[area]),
                "transitional_deduction_yen": exact.text(self.deductions[area]),
                "retailers_total_yen": exact.text(self.retailers_totals[area]),
            }
            for area in self.totals
        ]


def area_contributions(
    session: Session, fiscal_year: int, parameters: Configuration | None
) -> AreaContributions:
    """The totals of a year. Raises `Refused` with everything that is missing or does not fit."""
    inputs = area_inputs(session, fiscal_year)
    missing = {"auction": "オークション結果", "areas": "H3需要"}
    problems = [
        Problem(f"{fiscal_year}年度 {label}", "ありません。ファイルを取り込んでから計算してください")
        for name, label in missing.items()
        if not inputs[name]
    ]
    if problems:
        raise Refused(problems)
    try:
        result = catalogue.evaluate(RULE, fiscal_year, inputs, parameters)
    except InputRefused as refused:
        raise Refused([_problem(fiscal_year, missing, each) for each in refused.problems]) from refused
    values: Mapping[str, Any] = result.values
    negative = [area for area, yen in values["retailers_total_yen"].items() if yen < 0]
    if negative:
        words = "小売電気事業者の負担総額が負になります。約定、H3需要、控除額を確かめてください"
        raise Refused([Problem(f"{fiscal_year}年度 {area}", words) for area in negative])
    return AreaContributions(
        values["area_total_yen"],
        values["utility_share_yen"],
        values["retailers_total_yen"],
        {row["area"]: row["transitional_deduction_yen"] for row in inputs["areas"]},
        {row["area"]: row["h3_demand_kw"] for row in inputs["areas"]},
        result.warnings,
    )


def _problem(fiscal_year: int, labels: Mapping[str, str], each: Any) -> Problem:
    label = labels.get(each.where.partition("[")[0], each.where)
    return Problem(f"{fiscal_year}年度 {label}", each.message)
