"""稼働抑制の計量値: what did the inefficient coal resources meter in a whole year, and what of it in low-reserve slots?

A month counts as the row of 稼働抑制の計量値 says; a month without a row is added up from the slots' metering where it
is complete, the low-reserve slots of the area apart. Slots without a contract count for nothing. Without all twelve
months there is no year: a warning names the first that is missing.
"""

from collections.abc import Mapping, Sequence
from fractions import Fraction
from pathlib import Path

import numpy as np
from sqlalchemy import select
from sqlalchemy.orm import Session

from calc_core.coal_year import CoalYear
from calc_core.contract_stretches import month_stretches
from calc_core.fiscal_year import DELIVERY_MONTHS, first_day, last_day
from calc_core.slots import SLOTS_PER_DAY, days_of_month
from helpdesk.register.events_of_slots import FEW_RESOURCES, WH_PER_KWH, EventResource
from helpdesk.register.low_reserve import LowSlots, low_reserve_mask, low_reserve_slots
from helpdesk.register.models import NO_VALUE, CoalMetering, Contract
from helpdesk.register.slot_entries import read_submitted

Metered = tuple[int, int]  # Wh of a month, and of its low-reserve slots


def coal_years(
    session: Session,
    folder: Path,
    *,
    fiscal_year: int,
    resources: Sequence[EventResource],
    warnings: list[str],
) -> dict[int, CoalYear]:
    """The coal years of those that were inefficient coal in some slot of the year; warnings for what is incomplete."""
    coal = {each.id: each for each in resources if any(period.inefficient_coal for period in each.periods)}
    if not coal:
        return {}
    months = _rows(session, fiscal_year, coal)
    _add_from_slots(session, folder, fiscal_year, coal, months)
    mixed = _mixed(session, fiscal_year, coal)
    found = {}
    for resource_id, each in coal.items():
        missing = [month for month in DELIVERY_MONTHS if month not in months[resource_id]]
        if missing:
            message = f"{missing[0]}月の計量値がそろっていないため、稼働抑制を算定していません"
            warnings.append(f"電源等 {each.code}: {message}")
            continue
        metered = sum(wh for wh, _ in months[resource_id].values())
        low = sum(wh for _, wh in months[resource_id].values())
        coal_kw, total_kw = mixed.get(resource_id, (None, None))
        found[resource_id] = CoalYear(
            Fraction(metered, WH_PER_KWH), Fraction(low, WH_PER_KWH), coal_kw, total_kw
        )
    return found


def _rows(
    session: Session, fiscal_year: int, coal: Mapping[int, EventResource]
) -> dict[int, dict[int, Metered]]:
    rows = select(CoalMetering).where(CoalMetering.fiscal_year == fiscal_year).order_by(CoalMetering.version)
    if len(coal) <= FEW_RESOURCES:
        rows = rows.where(CoalMetering.resource_id.in_(coal))
    months: dict[int, dict[int, Metered]] = {each: {} for each in coal}
    for row in session.scalars(rows):
        if row.resource_id in coal:
            months[row.resource_id][row.delivery_month] = (row.metered_wh, row.low_reserve_wh)
    return months


def _add_from_slots(
    session: Session,
    folder: Path,
    fiscal_year: int,
    coal: Mapping[int, EventResource],
    months: dict[int, dict[int, Metered]],
) -> None:
    """Add up the months without a row; who lacks one is not looked at in the later ones."""
    wanted = [each for each in coal if len(months[each]) < len(DELIVERY_MONTHS)]
    low: LowSlots = {}
    if wanted:
        areas = {coal[each].area for each in wanted}
        begin, end = first_day(fiscal_year), last_day(fiscal_year)
        low = low_reserve_slots(session, first=begin, last=end, areas=areas)
    for month in DELIVERY_MONTHS:
        ids = [each for each in wanted if month not in months[each]]
        if not ids:
            continue
        values = read_submitted(
            session,
            folder,
            fiscal_year=fiscal_year,
            delivery_month=month,
            kind="metered_wh",
            resource_ids=ids,
        )
        for resource_id, table in zip(ids, values, strict=True):
            added = _added_up(fiscal_year, month, coal[resource_id], table, low)
            if added is None:
                wanted.remove(resource_id)
            else:
                months[resource_id][month] = added


def _added_up(
    fiscal_year: int, month: int, resource: EventResource, metered_wh: np.ndarray, low: LowSlots
) -> Metered | None:
    """A month's sum over the slots with a contract, and over those of them that are low; none where one is missing."""
    days = days_of_month(fiscal_year, month)
    stands = np.zeros(len(days) * SLOTS_PER_DAY, dtype=bool)
    for stretch in month_stretches(fiscal_year, month, resource.periods):
        stands[stretch.begin : stretch.end] = True
    values = metered_wh.reshape(-1).astype(np.int64)
    if (values[stands] == NO_VALUE).any():
        return None
    is_low = low_reserve_mask(low.get(resource.area, {}), days).reshape(-1)
    return int(values[stands].sum()), int(values[stands & is_low].sum())


def _mixed(
    session: Session, fiscal_year: int, coal: Mapping[int, EventResource]
) -> dict[int, tuple[int, int]]:
    rows = select(Contract.resource_id, Contract.coal_kw, Contract.total_kw).where(
        Contract.fiscal_year == fiscal_year, Contract.coal_kw.is_not(None), Contract.total_kw.is_not(None)
    )
    return {row.resource_id: (row.coal_kw, row.total_kw) for row in session.execute(rows) if row[0] in coal}
