"""低予備率アセスメント対象コマの画面: which slots of a span of days count as low, what decided each, what came too late?"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from alerts.words import AREAS
from helpdesk.register.low_reserve import PublishedMargin, SlotDecision, decisions_of_day, rows_in_force
from helpdesk.register.models import ImportedFile, LowReserveSlot


@dataclass(frozen=True, slots=True)
class AreaDayRow:
    """あるエリアの一日: its low slots as stretches, the least deciding value, and where they come from."""

    area: str
    day: date
    stretches: tuple[tuple[int, int], ...]
    slots: int
    least_hundredths: int | None
    origins: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SlotRow:
    """一つの対象コマ: what decided it, and what was published afterwards (shown, not counted)."""

    row: LowReserveSlot
    file: ImportedFile | None
    later: tuple[PublishedMargin, ...]


@dataclass(frozen=True, slots=True)
class Uncounted:
    """対象にならなかったコマ: published as low, but too early or once the slot had begun; or taken out by a file."""

    area: str
    slot: int
    values: tuple[PublishedMargin, ...]


@dataclass(frozen=True, slots=True)
class LowDay:
    """一日の判定の経過."""

    rows: tuple[SlotRow, ...]
    uncounted: tuple[Uncounted, ...]


def newest_low_day(session: Session) -> date | None:
    """The last day that ever had a low-reserve slot."""
    return session.scalar(select(func.max(LowReserveSlot.date)))


def low_days(session: Session, first: date, last: date, areas: Collection[str]) -> list[AreaDayRow]:
    """The low-reserve slots in force, a row for each area's day, by day; one statement."""
    found = rows_in_force(session, first=first, last=last, areas=areas)
    days = [
        AreaDayRow(
            area,
            day,
            tuple(_stretches(rows)),
            len(rows),
            min(
                (row.margin_hundredths for row in rows.values() if row.margin_hundredths is not None),
                default=None,
            ),
            tuple(dict.fromkeys(row.origin for row in rows.values())),
        )
        for area, by_day in found.items()
        for day, rows in by_day.items()
    ]
    return sorted(days, key=lambda each: (each.day, AREAS.index(each.area)))


def low_day(session: Session, day: date, areas: Collection[str]) -> LowDay:
    """Slot by slot what decided a day, in three statements."""
    in_force = rows_in_force(session, first=day, last=day, areas=areas)
    low = {(area, slot): row for area, days in in_force.items() for slot, row in days.get(day, {}).items()}
    decisions = {(each.area, each.slot): each for each in decisions_of_day(session, day, areas)}
    files = _files(session, (row.file_id for row in low.values()))
    rows = [
        SlotRow(row, files.get(row.file_id), _later(row, decisions.get(at)))
        for at, row in sorted(low.items(), key=lambda each: (AREAS.index(each[0][0]), each[0][1]))
    ]
    uncounted = [
        Uncounted(area, slot, values)
        for (area, slot), decision in decisions.items()
        if (area, slot) not in low and (values := tuple(each for each in decision.values if each.is_low))
    ]
    return LowDay(tuple(rows), tuple(uncounted))


def _later(row: LowReserveSlot, decision: SlotDecision | None) -> tuple[PublishedMargin, ...]:
    """The values published after the one that decided; of a file's slot all of them."""
    values: Sequence[PublishedMargin] = decision.values if decision else ()
    if row.decided_at is None:
        return tuple(values)
    return tuple(each for each in values if each.published_at > row.decided_at)


def _files(session: Session, ids: Iterable[int | None]) -> dict[int | None, ImportedFile]:
    wanted = {each for each in ids if each is not None}
    rows = session.scalars(select(ImportedFile).where(ImportedFile.id.in_(wanted)))
    return {row.id: row for row in rows}


def _stretches(slots: Iterable[int]) -> Iterable[tuple[int, int]]:
    """First and last slot of each run of neighbours."""
    for _, run in groupby(enumerate(sorted(slots)), key=lambda each: each[1] - each[0]):
        numbers = [slot for _, slot in run]
        yield numbers[0], numbers[-1]
