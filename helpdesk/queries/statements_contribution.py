"""容量拠出金の年間: what do utilities and retailers of each area bear in a year, and how much of it was invoiced so far?

Areas as the newest computation took them; of each month its own computation. What was invoiced is read from the invoices.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from calc_core.fiscal_year import DELIVERY_MONTHS, calendar_month
from helpdesk.queries.statements import Cell, Cells, added, cells_of
from helpdesk.settlement.models import SettlementRun

FAMILIES: Final = ("contribution", "utility_share")
WIDTH, LEFT, RIGHT, BAR, ROW = 720, 60, 150, 16, 26  # of the plot
PARTS: Final = {
    "utility": "一般送配電事業者の負担",
    "deduction": "経過措置の控除",
    "retailers": "小売電気事業者の負担",
}


@dataclass(frozen=True, slots=True)
class Area:
    """エリア: what it comes to and who bears it; what the months so far took from its retailers and utility."""

    name: str
    h3_demand_kw: str | None  # a run of an earlier release did not keep it
    total_yen: int
    utility_yen: int
    deduction_yen: int
    retailers_yen: int
    computed_yen: Mapping[str, int]  # by family
    remainder_yen: int

    @property
    def left_yen(self) -> int:
        """What no month took yet from the retailers, once flooring's remainders are taken off."""
        return self.retailers_yen - self.computed_yen["contribution"] - self.remainder_yen

    @property
    def utility_left_yen(self) -> int:
        """What no month took yet from the utility."""
        return self.utility_yen - self.computed_yen["utility_share"]


@dataclass(frozen=True, slots=True)
class Month:
    """月: what was computed and what was invoiced of it, by family; `differs`: made from other totals than the newest."""

    delivery_month: int
    label: str
    runs: Mapping[str, SettlementRun | None]
    computed_yen: Mapping[str, int]
    remainder_yen: int
    cells: Mapping[str, Cell | None]
    differs: bool


@dataclass(frozen=True, slots=True)
class Bar:
    """棒: one part of an area's total in the plot."""

    part: str
    x: float
    width: float


@dataclass(frozen=True, slots=True)
class PlotRow:
    """図の一行: an area with its parts."""

    name: str
    y: int
    bars: tuple[Bar, ...]
    end: float
    total_yen: int


@dataclass(frozen=True, slots=True)
class ContributionYear:
    """容量拠出金の年間: everything that the page shows."""

    fiscal_year: int
    run: SettlementRun | None  # whose areas these are
    areas: tuple[Area, ...]
    total: Area
    months: tuple[Month, ...]
    billed: Mapping[str, Cell]  # by family, of all months
    plot: tuple[PlotRow, ...]
    warnings: Sequence[str]

    @property
    def height(self) -> int:
        """Of the plot."""
        return ROW * len(self.areas)


def contribution_year(session: Session, fiscal_year: int) -> ContributionYear:
    """The page of a year, in a fixed number of statements."""
    runs, cells = _newest_runs(session, fiscal_year), cells_of(session, fiscal_year)
    kept = [run for run in runs.values() if _rows(run)]
    run = max(kept, key=lambda each: (each.family == FAMILIES[0], each.id), default=None)
    newest = _rows(run)
    months = tuple(_month(fiscal_year, month, runs, cells, newest) for month in DELIVERY_MONTHS)
    areas = tuple(_area(row, runs) for row in newest)
    total = Area(
        "全国",
        _kw_sum([each.h3_demand_kw for each in areas]),
        *(
            sum(getattr(each, name) for each in areas)
            for name in ("total_yen", "utility_yen", "deduction_yen", "retailers_yen")
        ),
        {family: sum(each.computed_yen[family] for each in areas) for family in FAMILIES},
        sum(each.remainder_yen for each in areas),
    )
    billed = {family: added(month.cells[family] for month in months) for family in FAMILIES}
    return ContributionYear(
        fiscal_year, run, areas, total, months, billed, _plot(areas), run.warnings if run else ()
    )


def _newest_runs(session: Session, fiscal_year: int) -> dict[tuple[str, int], SettlementRun]:
    last = (
        select(func.max(SettlementRun.id))
        .where(SettlementRun.family.in_(FAMILIES), SettlementRun.fiscal_year == fiscal_year)
        .group_by(SettlementRun.family, SettlementRun.delivery_month)
    )
    found = session.scalars(select(SettlementRun).where(SettlementRun.id.in_(last)))
    return {(run.family, run.delivery_month): run for run in found}


def _rows(run: SettlementRun | None) -> list[dict[str, Any]]:
    return run.inputs.get("areas", []) if run else []


def _month(
    fiscal_year: int,
    month: int,
    runs: Mapping[tuple[str, int], SettlementRun],
    cells: Cells,
    newest: Sequence[Mapping[str, Any]],
) -> Month:
    of_month = {family: runs.get((family, month)) for family in FAMILIES}
    totals = _totals(newest)
    return Month(
        month,
        "{}年{}月".format(*calendar_month(fiscal_year, month)),
        of_month,
        {family: int(run.totals.get("month_yen", 0)) if run else 0 for family, run in of_month.items()},
        sum(_yen(row, "remainder_yen") for row in _rows(of_month["contribution"])),
        {family: cells.get((family, month)) for family in FAMILIES},
        any(_rows(run) and _totals(_rows(run)) != totals for run in of_month.values()),
    )


def _area(row: Mapping[str, Any], runs: Mapping[tuple[str, int], SettlementRun]) -> Area:
    computed, remainder = dict.fromkeys(FAMILIES, 0), 0
    for (family, _), run in runs.items():
        for other in _rows(run):
            if other["area"] == row["area"]:
                computed[family] += _yen(other, "month_yen")
                remainder += _yen(other, "remainder_yen")
    return Area(
        row["area"],
        row.get("h3_demand_kw"),
        _yen(row, "area_total_yen"),
        _yen(row, "utility_share_yen"),
        _yen(row, "transitional_deduction_yen"),
        _yen(row, "retailers_total_yen"),
        computed,
        remainder,
    )


def _plot(areas: Sequence[Area]) -> tuple[PlotRow, ...]:
    widest = max((each.total_yen for each in areas), default=0)
    if widest <= 0:
        return ()
    rows = []
    for number, area in enumerate(areas):
        bars, yen = [], 0
        for part, of_part in zip(
            PARTS, (area.utility_yen, area.deduction_yen, area.retailers_yen), strict=True
        ):
            if of_part > 0:
                bars.append(Bar(part, _x(yen, widest), round(_x(of_part, widest) - LEFT, 1)))
                yen += of_part
        rows.append(PlotRow(area.name, number * ROW, tuple(bars), _x(yen, widest), area.total_yen))
    return tuple(rows)


def _x(yen: int, widest: int) -> float:
    return round(LEFT + (WIDTH - LEFT - RIGHT) * yen / widest, 1)


def _totals(rows: Sequence[Mapping[str, Any]]) -> dict[str, tuple[int, int]]:
    return {row["area"]: (_yen(row, "retailers_total_yen"), _yen(row, "utility_share_yen")) for row in rows}


def _yen(row: Mapping[str, Any], name: str) -> int:
    return int(row.get(name, 0))


def _kw_sum(texts: Sequence[str | None]) -> str | None:
    """None where one is not known."""
    return str(sum(int(text) for text in texts if text)) if all(texts) else None
