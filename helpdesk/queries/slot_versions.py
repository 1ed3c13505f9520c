"""公表値の版: every publication's value of a slot with its stamp, and the 48 slots of an area's day over all of them."""

from dataclasses import dataclass
from datetime import date, datetime
from itertools import pairwise
from typing import Any

from sqlalchemy import Row, select
from sqlalchemy.orm import Session, contains_eager

from alerts.models import AreaDay, AreaState, Publication, Transition
from alerts.slot_blobs import unpack_int32
from alerts.state_store import slot_states
from alerts.tracking import SlotState
from alerts.words import LOW
from calc_core.slots import SLOTS


@dataclass(frozen=True, slots=True)
class SlotVersion:
    """One publication's value of a slot, and what changed since the one before."""

    publication: Publication
    margin: int | None
    change: int | None
    usage: int | None
    demand_kw: int | None
    supply_kw: int | None

    @property
    def reserve_kw(self) -> int | None:
        """エリア予備力: supply less demand, as published."""
        if self.demand_kw is None or self.supply_kw is None:
            return None
        return self.supply_kw - self.demand_kw


@dataclass(frozen=True, slots=True)
class AreaSlot:
    """One slot of an area's day, over all its publications."""

    slot: int
    margin: int | None
    valued_at: datetime | None
    first: int | None
    least: int | None
    changes: int
    is_low: bool
    unreadable: bool


def slot_versions(session: Session, source: str, day: date, area: str, slot: int) -> list[SlotVersion]:
    """Every publication's value of a slot, in the order of their stamps."""
    found: list[SlotVersion] = []
    before: int | None = None
    for publication, area_day in _versions(session, source, day, area):
        margin = unpack_int32(area_day.margins)[slot - 1]
        change = margin - before if margin is not None and before is not None else None
        found.append(
            SlotVersion(
                publication=publication,
                margin=margin,
                change=change,
                usage=unpack_int32(area_day.usages)[slot - 1],
                demand_kw=unpack_int32(area_day.area_demands_kw)[slot - 1],
                supply_kw=unpack_int32(area_day.area_supplies_kw)[slot - 1],
            )
        )
        before = before if margin is None else margin
    return found


def transitions_of_slot(session: Session, source: str, day: date, area: str, slot: int) -> list[Transition]:
    """When the slot went below 8 % or came back."""
    statement = (
        select(Transition)
        .join(Transition.publication)
        .options(contains_eager(Transition.publication))
        .where(
            Transition.day == day,
            Transition.area == area,
            Transition.slot == slot,
            Publication.source == source,
        )
    )
    return list(session.scalars(statement.order_by(Transition.id)))


def area_slots(session: Session, source: str, day: date, area: str) -> list[AreaSlot]:
    """The 48 slots of an area's day over all publications; nothing where nothing was published."""
    state = session.get(AreaState, (day, area))
    versions = [unpack_int32(area_day.margins) for _, area_day in _versions(session, source, day, area)]
    if state is None:
        return []
    return [
        _area_slot(slot, known, [version[slot - 1] for version in versions])
        for slot, known in zip(SLOTS, slot_states(state), strict=True)
    ]


def _area_slot(slot: int, state: SlotState, values: list[int | None]) -> AreaSlot:
    known = [value for value in values if value is not None]
    return AreaSlot(
        slot=slot,
        margin=None if state.margin is None else int(state.margin),
        valued_at=state.valued_at,
        first=known[0] if known else None,
        least=min(known) if known else None,
        changes=sum(one != other for one, other in pairwise(known)),
        is_low=state.state == LOW,
        unreadable=bool(values) and values[-1] is None,
    )


def _versions(session: Session, source: str, day: date, area: str) -> list[Row[Any]]:
    statement = (
        select(Publication, AreaDay)
        .join(AreaDay, AreaDay.publication_id == Publication.id)
        .where(AreaDay.day == day, AreaDay.area == area, Publication.source == source)
        .order_by(Publication.published_at, Publication.id)
    )
    return list(session.execute(statement))
