"""状態の保存: the slots' states between two publications; what goes in comes out the same."""

from collections.abc import Collection, Mapping
from datetime import UTC, date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from alerts.models import AreaState
from alerts.readings import SlotKey
from alerts.slot_blobs import pack_int32, pack_int64, unpack_int32, unpack_int64
from alerts.tracking import UNSEEN, SlotState
from alerts.words import LOW, NORMAL
from calc_core.slots import SLOTS


def load_states(session: Session, days: Collection[date]) -> dict[SlotKey, SlotState]:
    """Every slot of these days that was ever seen."""
    found: dict[SlotKey, SlotState] = {}
    for row in session.scalars(select(AreaState).where(AreaState.day.in_(days))):
        for slot, state in zip(SLOTS, slot_states(row), strict=True):
            if state != UNSEEN:
                found[row.day, slot, row.area] = state
    return found


def save_states(session: Session, changes: Mapping[SlotKey, SlotState]) -> None:
    """Keep what has changed; the caller holds the feed's lock."""
    days = {key[0] for key in changes}
    rows = {
        (row.day, row.area): row
        for row in session.scalars(select(AreaState).where(AreaState.day.in_(days)).with_for_update())
    }
    by_area: dict[tuple[date, str], dict[int, SlotState]] = {}
    for (day, slot, area), state in changes.items():
        by_area.setdefault((day, area), {})[slot] = state
    for (day, area), changed in sorted(by_area.items()):
        row = rows.get((day, area))
        if row is None:
            row = AreaState(day=day, area=area)
            session.add(row)
            states = [UNSEEN] * len(SLOTS)
        else:
            states = slot_states(row)
        _write(row, [changed.get(slot, state) for slot, state in zip(SLOTS, states, strict=True)])
    session.flush()


def slot_states(row: AreaState) -> list[SlotState]:
    """The 48 states of an area's day."""
    margins, stamps = unpack_int32(row.margins), unpack_int64(row.valued_at)
    return [
        SlotState(
            state=LOW if row.lows[index] else NORMAL,
            margin=margins[index],
            valued_at=datetime.fromtimestamp(stamps[index], UTC) if stamps[index] else None,
            told_level=row.told_levels[index],
            told_missing=bool(row.told_missing[index]),
            told_wrong=row.told_wrong.get(str(index + 1), ""),
        )
        for index in range(len(SLOTS))
    ]


def _write(row: AreaState, states: list[SlotState]) -> None:
    row.margins = pack_int32([state.margin for state in states])
    row.valued_at = pack_int64(int(state.valued_at.timestamp()) if state.valued_at else 0 for state in states)
    row.lows = bytes(state.state == LOW for state in states)
    row.told_levels = bytes(state.told_level for state in states)
    row.told_missing = bytes(state.told_missing for state in states)
    wrong = {
        str(slot): state.told_wrong for slot, state in zip(SLOTS, states, strict=True) if state.told_wrong
    }
    row.told_wrong = wrong
