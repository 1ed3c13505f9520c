"""月次の算定結果: which figures a resource's month has, which version is the newest, which one is fixed (requirement A2.6).

A month of a resource has versions: what a run computed, and what a person made of it. The newest is the one to act on;
the fixed one stands until a newer version is fixed, however often it is computed again in between.
"""

import hashlib
from collections.abc import Iterable, Mapping
from fractions import Fraction
from math import ceil
from typing import TypeVar

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session, aliased, joinedload

from calc_core import exact
from calc_core.fiscal_year import DELIVERY_MONTHS
from calc_core.slot_event import EVENTS
from cases.history import canonical
from cases.numbering import lock_series
from helpdesk.errors import NotFound
from helpdesk.register.models import FleetRun, MonthResult, Resource

FIGURES: dict[str, tuple[str, str]] = {  # name → label and unit, in the order in which they are shown
    "shortfall_slots": ("未達成コマ（当月）", "slots"),
    "cumulative_slots": ("未達成コマ（4月からの累計）", "slots"),
    "contract_amount_yen": ("容量確保契約金額", "yen"),
    "penalty_outage_yen": ("経済的ペナルティ額（容量停止計画、上限適用前）", "yen"),
    "market_offer_shortfall_kwh": ("未達成量（市場応札、当月）", "kwh"),
    "penalty_market_offer_yen": ("経済的ペナルティ額（市場応札、上限適用前）", "yen"),
    "supply_instruction_shortfall_kwh": ("未達成量（供給指示、当月）", "kwh"),
    "penalty_supply_instruction_yen": ("経済的ペナルティ額（供給指示、上限適用前）", "yen"),
    "dispatch_order_shortfall_kwh": ("未達成量（発動指令、当月）", "kwh"),
    "penalty_dispatch_order_yen": ("経済的ペナルティ額（発動指令、上限適用前）", "yen"),
    "penalty_total_yen": ("経済的ペナルティ額（上限適用後）", "yen"),
    "coal_penalty_yen": ("稼働抑制の経済的ペナルティ額", "yen"),
    "payment_yen": ("容量確保契約金額（各月）", "yen"),
}
PENALTY_PARTS = ("penalty_outage_yen", *(f"penalty_{event}_yen" for event in EVENTS))
LISTED_YEN = ("penalty_total_yen", "coal_penalty_yen", "payment_yen")  # also columns of a result
ADDED_UP = tuple(
    name for name, (_, unit) in FIGURES.items() if unit != "slots"
)  # slots of two sizes do not add

_Rows = TypeVar("_Rows", bound=tuple)


def figure_list(result: MonthResult) -> list[list[str]]:
    """The figures as [key, label, unit, exact text], as comparisons take them."""
    return [
        [name, label, unit, result.figures[name]]
        for name, (label, unit) in FIGURES.items()
        if name in result.figures
    ]


def newest(
    session: Session,
    fiscal_year: int,
    *,
    delivery_month: int | None = None,
    resource_id: int | None = None,
    business_id: int | None = None,
) -> list[MonthResult]:
    """The newest versions of a year with their resources: by resource code, then in the order of the months."""
    found = _of(
        select(MonthResult).where(MonthResult.newest), fiscal_year, delivery_month, resource_id, business_id
    )
    return _in_order(session, found)


def fixed(
    session: Session,
    fiscal_year: int,
    *,
    delivery_month: int | None = None,
    resource_id: int | None = None,
    business_id: int | None = None,
) -> list[MonthResult]:
    """確定したもの: of each month the highest version that was ever fixed; what was not fixed is not there."""
    later = aliased(MonthResult)
    is_replaced = (
        select(later.id)
        .where(
            later.resource_id == MonthResult.resource_id,
            later.fiscal_year == MonthResult.fiscal_year,
            later.delivery_month == MonthResult.delivery_month,
            later.version > MonthResult.version,
            later.fixed_at.is_not(None),
        )
        .exists()
    )
    found = select(MonthResult).where(MonthResult.fixed_at.is_not(None), ~is_replaced)
    return _in_order(session, _of(found, fiscal_year, delivery_month, resource_id, business_id))


def versions(session: Session, resource_id: int, fiscal_year: int, delivery_month: int) -> list[MonthResult]:
    """Every version of one month, the newest first."""
    return list(
        session.scalars(
            select(MonthResult)
            .where(
                MonthResult.resource_id == resource_id,
                MonthResult.fiscal_year == fiscal_year,
                MonthResult.delivery_month == delivery_month,
            )
            .options(joinedload(MonthResult.resource), joinedload(MonthResult.fleet_run))
            .order_by(MonthResult.version.desc())
        )
    )


def result_by_id(session: Session, result_id: int) -> MonthResult:
    """The result, or `NotFound`."""
    result = session.get(MonthResult, result_id)
    if result is None:
        raise NotFound("その算定結果は登録されていません")
    return result


def fleet_run_by_id(session: Session, run_id: int) -> FleetRun:
    """The run, or `NotFound`."""
    run = session.get(FleetRun, run_id)
    if run is None:
        raise NotFound("その一括算定は登録されていません")
    return run


def fleet_runs(session: Session, fiscal_year: int, *, limit: int = 50) -> list[FleetRun]:
    """The runs of a year, the last one first."""
    found = select(FleetRun).where(FleetRun.fiscal_year == fiscal_year).order_by(FleetRun.id.desc())
    return list(session.scalars(found.limit(limit)))


def listed(figures: Mapping[str, str], before: Mapping[str, str] | None) -> dict[str, int]:
    """What lists count, add up and sort by, as columns; `before`: the figures of the version before, if there is one."""
    yen = {name: int(number(figures.get(name, "0"))) for name in LISTED_YEN}
    was = {name: int(number(before.get(name, "0"))) for name in LISTED_YEN} if before is not None else yen
    gets, got = (each["payment_yen"] - each["penalty_total_yen"] for each in (yen, was))
    short = ceil(number(figures.get("shortfall_slots", "0")) * 1_000_000)
    return yen | {"changed_yen": gets - got, "shortfall_millionths": short}


def fingerprint(results: Iterable[MonthResult]) -> str:
    """What a person was shown: names these very versions, so that nothing newer is acted on unseen."""
    shown = sorted((result.id, result.state) for result in results)
    return hashlib.sha256(canonical([list(each) for each in shown]).encode()).hexdigest()


def hold_year(session: Session, fiscal_year: int) -> None:
    """Nobody else records, corrects or fixes results of this year until the transaction ends."""
    lock_series(session, f"month_result:{fiscal_year}")


def next_version(session: Session, result: MonthResult) -> int:
    """The number of the next version of a result's month."""
    found = select(func.max(MonthResult.version)).where(
        MonthResult.resource_id == result.resource_id,
        MonthResult.fiscal_year == result.fiscal_year,
        MonthResult.delivery_month == result.delivery_month,
    )
    return (session.scalar(found) or 0) + 1


def number(text: str) -> int | Fraction:
    """A figure as kept; what is whole without the pains of reading what people type."""
    try:
        return int(text)
    except ValueError:
        return Fraction(text)


def sums(figures: Iterable[Mapping[str, str]]) -> dict[str, str]:
    """The sum of each figure that can be added up over resources, in exact text."""
    rows = list(figures)
    return {name: exact.text(sum(number(row[name]) for row in rows if name in row)) for name in ADDED_UP}


def _of(
    found: Select[_Rows],
    fiscal_year: int,
    delivery_month: int | None,
    resource_id: int | None,
    business_id: int | None,
) -> Select[_Rows]:
    found = found.where(MonthResult.fiscal_year == fiscal_year)
    for column, wanted in (
        (MonthResult.delivery_month, delivery_month),
        (MonthResult.resource_id, resource_id),
        (MonthResult.business_id, business_id),
    ):
        if wanted is not None:
            found = found.where(column == wanted)
    return found


def _in_order(session: Session, found: Select[tuple[MonthResult]]) -> list[MonthResult]:
    rows = session.scalars(
        found.join(Resource, Resource.id == MonthResult.resource_id)
        .options(joinedload(MonthResult.resource))
        .order_by(Resource.code)
    ).all()
    return sorted(rows, key=lambda row: (row.resource.code, DELIVERY_MONTHS.index(row.delivery_month)))
