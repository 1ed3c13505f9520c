"""停止計画・発電上限からコマへ: which base of offered kW and multiplier follows for a month from what was submitted?

Derived for a resource that has a plan in the month, a generation limit, or a substitution in the year (each of whatever
version, so that what is withdrawn is given back), and for one that has no base yet; everybody else's base stays as it
is unless asked for. In full a resource offers its assessed kW; a slot without a contract holds 0 kW and the multiplier 1. Corrections of a
person stay above every base.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np
from sqlalchemy import select
from sqlalchemy.orm import Session

from calc_core import plan_slots
from calc_core.contract_period import ContractPeriod
from calc_core.contract_stretches import month_stretches
from calc_core.fiscal_year import days_in_month, first_day, last_day
from calc_core.multiplier_conditions import MultiplierCondition
from calc_core.slots import SLOTS_PER_DAY, days_of_month
from helpdesk.register import slot_files, slot_rows
from helpdesk.register.contract_periods import contract_periods, ever_substituted
from helpdesk.register.events_of_slots import FEW_RESOURCES
from helpdesk.register.low_reserve import LowSlots, low_reserve_mask, low_reserve_slots
from helpdesk.register.models import NO_VALUE, SLOT_KINDS, OutagePlan, Resource, SlotFile
from helpdesk.register.slot_entries import read_submitted
from helpdesk.register.slot_store import first_day as first_day_of_month

IDLE = {"offered_kw": 0, "multiplier": 1}


@dataclass(frozen=True, slots=True)
class YearPlans:
    """What a year's slots follow from: contract periods and plans by resource id, areas, low-reserve slots, conditions."""

    fiscal_year: int
    periods: dict[int, tuple[ContractPeriod, ...]]
    areas: dict[int, str]
    plans: dict[int, list[plan_slots.OutagePlan]]
    substituted: set[int]
    low: LowSlots
    conditions: tuple[MultiplierCondition, ...]


@dataclass(frozen=True, slots=True)
class MonthBase:
    """The next base of a month and kind: on disk, not yet named. `before` is the base it was made from."""

    month: str
    kind: str
    before: SlotFile | None
    digest: str
    resource_ids: list[int]
    changed: int  # resources


@dataclass(frozen=True, slots=True)
class DerivedMonth:
    """導出の結果 of a month: how many resources were derived, the bases that differ, what to look at."""

    delivery_month: int
    derived: int
    bases: tuple[MonthBase, ...]
    warnings: tuple[str, ...]


def year_plans(
    session: Session,
    fiscal_year: int,
    *,
    conditions: Sequence[MultiplierCondition] = (),
    resource_ids: Collection[int] | None = None,
) -> YearPlans:
    """What is in force of these resources, or of all that answer for something in the year."""
    periods = contract_periods(session, fiscal_year, resource_ids).periods
    rows = session.execute(select(Resource.id, Resource.area)).all()
    areas = {row.id: row.area for row in rows if row.id in periods}
    plans = select(OutagePlan).order_by(OutagePlan.id)
    if len(periods) <= FEW_RESOURCES:
        plans = plans.where(OutagePlan.resource_id.in_(periods))
    by_resource: dict[int, list[plan_slots.OutagePlan]] = {}
    for row in session.scalars(plans):
        if row.resource_id in periods:
            by_resource.setdefault(row.resource_id, []).append(_plan(row))
    low = low_reserve_slots(
        session, first=first_day(fiscal_year), last=last_day(fiscal_year), areas=set(areas.values())
    )
    return YearPlans(
        fiscal_year,
        periods,
        areas,
        by_resource,
        ever_substituted(session, fiscal_year),
        low,
        tuple(conditions),
    )


def derive_month(
    session: Session, folder: Path, year: YearPlans, delivery_month: int, *, asked: Collection[int] | None
) -> DerivedMonth:
    """Derive a month; what differs is kept on disk and handed back to be named. `asked`: exactly these resources."""
    start = first_day_of_month(year.fiscal_year, delivery_month)
    days = days_of_month(year.fiscal_year, delivery_month)
    month = f"{start:%Y-%m}"
    files = slot_rows.newest_files(session, year.fiscal_year, [month])
    owing = [
        each for each in year.periods if month_stretches(year.fiscal_year, delivery_month, year.periods[each])
    ]
    ids = (
        sorted(set(owing) & set(asked)) if asked is not None else _concerned(year, files, month, owing, days)
    )
    limits = read_submitted(
        session,
        folder,
        fiscal_year=year.fiscal_year,
        delivery_month=delivery_month,
        kind="limit_kw",
        resource_ids=ids,
    )
    shape = (len(ids), len(days), SLOTS_PER_DAY)
    values = {kind: np.empty(shape, np.int32) for kind in SLOT_KINDS}
    warnings: dict[str, None] = {}
    low = {area: low_reserve_mask(year.low.get(area, {}), days) for area in set(year.areas.values())}
    for row, each in enumerate(ids):
        full_kw = _full_kw(year.fiscal_year, delivery_month, year.periods[each])
        planned = plan_slots.plan_slots(
            days,
            year.plans.get(each, ()),
            full_kw=full_kw,
            limit_kw=np.where(full_kw == 0, NO_VALUE, limits[row]),
            low_reserve=low[year.areas[each]],
            conditions=year.conditions,
        )
        values["offered_kw"][row], values["multiplier"][row] = planned.offered_kw, planned.multiplier
        warnings |= dict.fromkeys(planned.warnings)
    bases = [_base(folder, month, kind, files.get((month, kind)), ids, values[kind]) for kind in SLOT_KINDS]
    return DerivedMonth(
        delivery_month, len(ids), tuple(base for base in bases if base is not None), tuple(warnings)
    )


def _concerned(
    year: YearPlans,
    files: dict[tuple[str, str], SlotFile],
    month: str,
    owing: Sequence[int],
    days: Sequence[date],
) -> list[int]:
    """Of those that owe something in a month the ones whose base follows from what was submitted, or is not there."""
    limited = files.get((month, "limit_kw"))
    held = [set(files[month, kind].resource_ids) if (month, kind) in files else set() for kind in SLOT_KINDS]
    with_base = set.intersection(*held)
    with_limit = set(limited.resource_ids) if limited else set()
    return sorted(
        each
        for each in owing
        if each not in with_base
        or each in with_limit
        or any(_touches(plan, days) for plan in year.plans.get(each, ()))
        or each in year.substituted
    )


def _base(
    folder: Path, month: str, kind: str, before: SlotFile | None, ids: Sequence[int], values: np.ndarray
) -> MonthBase | None:
    """The base with these rows laid over the one before; none where it says the same."""
    order = list(before.resource_ids) if before else []
    order += sorted(set(ids) - set(order))
    if not ids:
        return None
    whole = np.full((len(order), *values.shape[1:]), IDLE[kind], dtype=np.int32)
    if before is not None:
        whole[: before.row_count] = slot_files.open_mapped(folder, before.sha256)
    row_of = {each: at for at, each in enumerate(order)}
    rows = [row_of[each] for each in ids]
    known = before.row_count if before else 0
    differs = (whole[rows] != values).any(axis=(1, 2)) | (np.array(rows) >= known)
    changed = int(np.count_nonzero(differs))
    if not changed:
        return None
    whole[rows] = values
    return MonthBase(month, kind, before, slot_files.store(folder, whole), order, changed)


def _full_kw(fiscal_year: int, delivery_month: int, periods: Sequence[ContractPeriod]) -> np.ndarray:
    """The assessed kW in each slot of a month, 0 where no contract stands, days × 48."""
    full = np.zeros(days_in_month(fiscal_year, delivery_month) * SLOTS_PER_DAY, dtype=np.int64)
    for stretch in month_stretches(fiscal_year, delivery_month, periods):
        full[stretch.begin : stretch.end] = stretch.assessed_kw
    return full.reshape(-1, SLOTS_PER_DAY)


def _touches(plan: plan_slots.OutagePlan, days: Sequence[date]) -> bool:
    return plan.first[0] <= days[-1] and (plan.last is None or plan.last[0] >= days[0])


def _plan(row: OutagePlan) -> plan_slots.OutagePlan:
    last = None if row.last_date is None else (row.last_date, row.last_slot or SLOTS_PER_DAY)
    return plan_slots.OutagePlan(
        row.number,
        row.version,
        row.submitted_at,
        (row.first_date, row.first_slot),
        last,
        row.available_kw,
        row.withdrawn,
    )
