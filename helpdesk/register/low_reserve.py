"""低予備率アセスメント対象コマ: in which slots of an area was supply tight, and which publication decided it?

A slot is low where its wide-area reserve margin is below 8 % (strictly) in a publication whose UPDATE stamp lies from
17:30 of the previous day until the slot begins (Japan time; at its beginning is too late). Once low it stays low
(policy); what is published later is shown and not counted. What a file says stands above what the feed says: a slot
that has a row, withdrawn or not, gets none from the feed.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

import numpy as np
from sqlalchemy import select
from sqlalchemy.orm import Session

from alerts.models import AreaDay, Publication
from alerts.readings import RESERVE_MARGIN_BLOCK
from alerts.slot_blobs import unpack_int32
from alerts.words import AREAS
from calc_core.slots import JAPAN, SLOTS, SLOTS_PER_DAY, slot_start
from helpdesk.register.models import LowReserveSlot

LOW_BELOW_HUNDREDTHS = 800
DECIDES_FROM = time(17, 30)  # of the previous day: when the day-ahead margin is published

LowSlots = Mapping[str, Mapping[date, frozenset[int]]]  # area → day → slots


@dataclass(frozen=True, slots=True)
class PublishedMargin:
    """One published value of a slot (hundredths of a per cent, None where it had none), and whether it may decide."""

    publication_id: int
    published_at: datetime
    margin_hundredths: int | None
    counts: bool

    @property
    def is_low(self) -> bool:
        """Whether it says that the slot is low, in time or not."""
        return self.margin_hundredths is not None and self.margin_hundredths < LOW_BELOW_HUNDREDTHS


@dataclass(frozen=True, slots=True)
class SlotDecision:
    """判定 of one slot: every published value in the order of the stamps, and the first that decided, if one did."""

    area: str
    day: date
    slot: int
    values: tuple[PublishedMargin, ...]

    @property
    def decided_by(self) -> PublishedMargin | None:
        """The publication that made the slot low."""
        return next((each for each in self.values if each.counts and each.is_low), None)


def low_reserve_slots(
    session: Session, *, first: date, last: date, areas: Collection[str] | None = None
) -> dict[str, dict[date, frozenset[int]]]:
    """The low-reserve slots in force from `first` to `last`, by area and day; areas and days without any are left out."""
    return {
        area: {day: frozenset(rows) for day, rows in days.items()}
        for area, days in rows_in_force(session, first=first, last=last, areas=areas).items()
    }


def rows_in_force(
    session: Session, *, first: date, last: date, areas: Collection[str] | None = None
) -> dict[str, dict[date, dict[int, LowReserveSlot]]]:
    """The same with the rows that say so (who or what decided): area → day → slot → row."""
    newest = _newest(session, first, last, areas)
    found: dict[str, dict[date, dict[int, LowReserveSlot]]] = {}
    for area, day, slot in sorted(newest):
        row = newest[area, day, slot]
        if not row.withdrawn:
            found.setdefault(area, {}).setdefault(day, {})[slot] = row
    return found


def low_reserve_mask(slots: Mapping[date, Collection[int]], days: Sequence[date]) -> np.ndarray:
    """The low-reserve slots of one area as truth values, days × 48."""
    mask = np.zeros((len(days), SLOTS_PER_DAY), dtype=bool)
    for row, day in enumerate(days):
        for slot in slots.get(day, ()):
            mask[row, slot - 1] = True
    return mask


def decisions_of_day(session: Session, day: date, areas: Collection[str] = AREAS) -> list[SlotDecision]:
    """判定の経過: every slot of a day with all its published values, by area and slot. One statement.

    Published is what the real feed said; what a drill plays again decides nothing.
    """
    rows = session.execute(
        select(AreaDay.area, AreaDay.margins, Publication.id, Publication.published_at)
        .join(Publication, Publication.id == AreaDay.publication_id)
        .where(
            AreaDay.day == day,
            AreaDay.area.in_(areas),
            Publication.source == RESERVE_MARGIN_BLOCK,
            Publication.published_at.is_not(None),
        )
        .order_by(Publication.published_at, Publication.id)
    ).all()
    begins = [slot_start(day, slot) for slot in SLOTS]
    opens = datetime.combine(day - timedelta(days=1), DECIDES_FROM, JAPAN)
    values: dict[tuple[str, int], list[PublishedMargin]] = {}
    for area, margins, publication_id, published_at in rows:
        for slot, margin in zip(SLOTS, unpack_int32(margins), strict=True):
            counts = opens <= published_at < begins[slot - 1]
            value = PublishedMargin(publication_id, published_at, margin, counts)
            values.setdefault((area, slot), []).append(value)
    in_order = [area for area in AREAS if (area, 1) in values]
    return [SlotDecision(area, day, slot, tuple(values[area, slot])) for area in in_order for slot in SLOTS]


def derive_from_feed(session: Session, day: date, *, now: datetime) -> list[LowReserveSlot]:
    """Record what the feed decided about a day and no row says yet; the new rows, flushed.

    Whoever calls it lets no second writer in between.
    """
    decided = [each for each in decisions_of_day(session, day) if each.decided_by is not None]
    known = _newest(session, day, day, None) if decided else {}
    made = []
    for each in decided:
        by = each.decided_by
        if by is not None and (each.area, day, each.slot) not in known:
            made.append(
                LowReserveSlot(
                    area=each.area,
                    date=day,
                    slot=each.slot,
                    version=1,
                    origin="feed",
                    margin_hundredths=by.margin_hundredths,
                    publication_id=by.publication_id,
                    decided_at=by.published_at,
                    recorded_at=now,
                )
            )
    session.add_all(made)
    session.flush()
    return made


def _newest(
    session: Session, first: date, last: date, areas: Collection[str] | None
) -> dict[tuple[str, date, int], LowReserveSlot]:
    rows = select(LowReserveSlot).where(LowReserveSlot.date >= first, LowReserveSlot.date <= last)
    if areas is not None:
        rows = rows.where(LowReserveSlot.area.in_(areas))
    found = session.scalars(rows.order_by(LowReserveSlot.version))
    return {(row.area, row.date, row.slot): row for row in found}
