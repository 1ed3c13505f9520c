"""コマの出来事: which offers, instructions and orders did a resource have to answer, slot by slot, from what is registered?

Market offers (市場応札) are assessed in the low-reserve slots of the resource's area where the limit, the plan and the
offer are all submitted. Policy: what was not submitted is not known to be 0; a slot that lacks one of the three, or the
metering of an instruction or order, is left out and a warning names the resource. Instructions that overlap count once,
by the highest kW.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from calc_core.contract_period import ContractPeriod, in_force
from calc_core.fiscal_year import calendar_month, last_day_of_month
from calc_core.slot_event import SlotEvent
from helpdesk.register.low_reserve import LowSlots, low_reserve_slots
from helpdesk.register.models import NO_VALUE, DispatchOrder, SupplyInstruction
from helpdesk.register.slot_entries import read_submitted

MARKET_OFFER_CATEGORY = "安定電源"  # who owes market offers (domain.md §1.2)
OFFER_KINDS = ("limit_kw", "planned_kw", "market_offer_kw")
EXAMPLES_NAMED = 5
WH_PER_KWH = 1_000
FEW_RESOURCES = 500  # more are picked out here rather than named in the statement

Place = tuple[date, int]


@dataclass(frozen=True, slots=True)
class EventResource:
    """電源等 whose events are asked for: its id, code, area, category and contract periods of the year."""

    id: int
    code: str
    area: str
    category: str
    periods: tuple[ContractPeriod, ...]


@dataclass(slots=True)
class SlotEvents:
    """コマの出来事 by resource id, in time order, and what a person should look at."""

    by_resource: dict[int, list[SlotEvent]] = field(default_factory=dict)
    warnings: list[str] = field(default_factory=list)

    def of(self, resource_id: int) -> tuple[SlotEvent, ...]:
        """The events of one resource."""
        return tuple(self.by_resource.get(resource_id, ()))


def events_of_slots(
    session: Session,
    folder: Path,
    *,
    fiscal_year: int,
    delivery_months: Sequence[int],
    resources: Sequence[EventResource],
) -> SlotEvents:
    """The events of these resources in these months; months without any cost no look at the slot files."""
    found = SlotEvents()
    begins = [date(*calendar_month(fiscal_year, month), 1) for month in delivery_months]
    if not begins or not resources:
        return found
    first, last = begins[0], last_day_of_month(begins[-1].year, begins[-1].month)
    ids = {each.id for each in resources}
    areas = {each.area for each in resources if each.category == MARKET_OFFER_CATEGORY}
    low = low_reserve_slots(session, first=first, last=last, areas=areas) if areas else {}
    in_days = SupplyInstruction.date.between(first, last)  # part of its key: no version of it has another day
    instructed = _in_force(session, SupplyInstruction, ("resource_id", "date", "first_slot"), ids, in_days)
    ordered = _in_force(session, DispatchOrder, ("resource_id", "number"), ids)
    for month in delivery_months:
        of_month = _Month(session, folder, fiscal_year, month, resources, found)
        of_month.add_market_offers(low)
        of_month.add_supply_instructions([row for row in instructed if row.date.month == month])
        in_year = (row for row in ordered if first <= row.date <= last)
        of_month.add_dispatch_orders([row for row in in_year if row.date.month == month])
    for events in found.by_resource.values():
        events.sort(key=lambda each: (each.date, each.slot, each.event))
    return found


class _Month:
    """One month's events, gathered kind by kind."""

    def __init__(
        self,
        session: Session,
        folder: Path,
        fiscal_year: int,
        delivery_month: int,
        resources: Sequence[EventResource],
        found: SlotEvents,
    ) -> None:
        self._found = found
        self._number = delivery_month
        self._resources = {each.id: each for each in resources}
        self._name = f"{delivery_month}月"
        self._read: Callable[[str, Sequence[int]], np.ndarray] = lambda kind, ids: read_submitted(
            session,
            folder,
            fiscal_year=fiscal_year,
            delivery_month=delivery_month,
            kind=kind,
            resource_ids=ids,
        )

    def add_market_offers(self, low: LowSlots) -> None:
        low_places = {
            area: [
                (day, slot)
                for day in sorted(each for each in by_day if each.month == self._number)
                for slot in sorted(by_day[day])
            ]
            for area, by_day in low.items()
        }
        places = {
            each.id: [place for place in low_places.get(each.area, ()) if in_force(each.periods, place)]
            for each in self._resources.values()
            if each.category == MARKET_OFFER_CATEGORY
        }
        places = {each: of for each, of in places.items() if of}
        values = self._values(OFFER_KINDS, places)
        absent: list[str] = []
        for resource_id, of in places.items():
            missing = (values[resource_id] == NO_VALUE).any(axis=1).tolist()
            if (values[resource_id] == NO_VALUE).all():
                absent.append(self._resources[resource_id].code)
            elif any(missing):
                self._warn_missing(resource_id, "市場応札", sum(missing), "発電上限・発電計画・市場応札量")
            for place, row, lacks in zip(of, values[resource_id].tolist(), missing, strict=True):
                if not lacks:
                    inputs = dict(zip(("limit_kw", "planned_kw", "offered_kw"), row, strict=True))
                    self._add(resource_id, place, "market_offer", inputs)
        if absent:
            named = "、".join(absent[:EXAMPLES_NAMED]) + (" など" if len(absent) > EXAMPLES_NAMED else "")
            self._found.warnings.append(
                f"{self._name}の低予備率アセスメント対象コマに発電上限・発電計画・市場応札量がない電源等が "
                f"{len(absent)} 件あります（{named}）。市場応札を算定していません"
            )

    def add_supply_instructions(self, rows: Sequence[SupplyInstruction]) -> None:
        instructed: dict[int, dict[Place, int]] = {}
        for row in rows:
            of = instructed.setdefault(row.resource_id, {})
            for place in self._places_of(row):
                of[place] = max(of.get(place, 0), row.instructed_kw)
        values = self._values(("metered_wh",), instructed)
        for resource_id, of in instructed.items():
            missing = 0
            for (place, kw), (metered,) in zip(of.items(), values[resource_id], strict=True):
                if metered == NO_VALUE:
                    missing += 1
                    continue
                inputs = {"instructed_kw": kw, "delivered_kwh": _kwh(metered)}
                self._add(resource_id, place, "supply_instruction", inputs)
            self._warn_missing(resource_id, "供給指示", missing, "計量値")

    def add_dispatch_orders(self, rows: Sequence[DispatchOrder]) -> None:
        ordered: dict[int, dict[Place, str]] = {}
        for row in rows:
            of = ordered.setdefault(row.resource_id, {})
            for place in self._places_of(row):
                of.setdefault(place, row.kind)
        values = self._values(("baseline_wh", "metered_wh"), ordered)
        for resource_id, of in ordered.items():
            missing = 0
            for (place, kind), (baseline, metered) in zip(of.items(), values[resource_id], strict=True):
                if NO_VALUE in (baseline, metered):
                    missing += 1
                    continue
                inputs = {"baseline_kwh": _kwh(baseline), "metered_kwh": _kwh(metered), "kind": kind}
                self._add(resource_id, place, "dispatch_order", inputs)
            self._warn_missing(resource_id, "発動指令", missing, "計量値かベースライン")

    def _places_of(self, row: SupplyInstruction | DispatchOrder) -> Iterable[Place]:
        periods = self._resources[row.resource_id].periods
        places = ((row.date, slot) for slot in range(row.first_slot, row.last_slot + 1))
        return (place for place in places if in_force(periods, place))

    def _values(self, kinds: Sequence[str], places: Mapping[int, Iterable[Place]]) -> dict[int, np.ndarray]:
        """For each resource the values at its places: places × kinds."""
        ids = list(places)
        if not ids:
            return {}
        found: dict[int, list[np.ndarray]] = {each: [] for each in ids}
        at = {
            each: ([day.day - 1 for day, _ in places[each]], [slot - 1 for _, slot in places[each]])
            for each in ids
        }
        for kind in kinds:
            month = self._read(kind, ids)
            for row, each in enumerate(ids):
                found[each].append(month[row][at[each]])
        return {each: np.stack(columns, axis=1) for each, columns in found.items()}

    def _add(
        self, resource_id: int, place: Place, event: str, inputs: Mapping[str, int | Fraction | str]
    ) -> None:
        self._found.by_resource.setdefault(resource_id, []).append(SlotEvent(*place, event, inputs))

    def _warn_missing(self, resource_id: int, label: str, slots: int, what: str) -> None:
        if slots:
            code = self._resources[resource_id].code
            message = f"{what}がないため、{self._name}の{label} {slots} コマを算定していません"
            self._found.warnings.append(f"電源等 {code}: {message}")


def _in_force(
    session: Session, model: Any, key: tuple[str, ...], ids: Collection[int], *where: ColumnElement[bool]
) -> list[Any]:
    """The newest versions of these resources' rows that were not withdrawn, in time order."""
    rows = select(model).where(*where).order_by(model.version)
    if len(ids) <= FEW_RESOURCES:
        rows = rows.where(model.resource_id.in_(ids))
    found = (row for row in session.scalars(rows) if row.resource_id in ids)
    newest = {tuple(getattr(row, name) for name in key): row for row in found}
    standing = (row for row in newest.values() if not row.withdrawn)
    return sorted(standing, key=lambda row: (row.date, row.first_slot, row.id))


def _kwh(wh: int) -> Fraction:
    return Fraction(int(wh), WH_PER_KWH)
