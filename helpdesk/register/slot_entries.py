"""コマ別の入力: single cells laid over a month's base as its next version, the values of many resources, what has come.

A file that comes in changes some cells of some days. The next base of each month holds them and everything else as it
stood; resources that the base did not have are appended, with `NO_VALUE` in the cells that nobody submitted. A base
whose cells are all known already gets no further version. Corrections by a person (`slot_store.correct_day`) stay
above every base, and it is told where they hide what came in.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import islice
from pathlib import Path

import numpy as np
from sqlalchemy import select
from sqlalchemy.orm import Session

from calc_core.fiscal_year import days_in_month, fiscal_year_of
from calc_core.slots import SLOTS, SLOTS_PER_DAY
from cases.numbering import lock_series
from helpdesk.errors import Problem, Refused
from helpdesk.fail_points import fail_point
from helpdesk.register import slot_files, slot_rows
from helpdesk.register.models import ALL_SLOT_KINDS, NO_VALUE, SLOT_KINDS, Resource, SlotFile
from helpdesk.register.slot_store import first_day

Cells = Mapping[int, int] | Sequence[int] | np.ndarray  # by slot 1 … 48, or all 48 of a day
MOST_CHANGES_TOLD = 20
_SLOTS = frozenset(SLOTS)
_AS_IT_STANDS = np.iinfo(np.int64).min  # a cell about which nothing came in


@dataclass(frozen=True, slots=True)
class CellChange:
    """変わったコマ: what stood there and what stands there now (`NO_VALUE`: nothing)."""

    resource_id: int
    on: date
    slot: int
    before: int
    after: int


@dataclass(frozen=True, slots=True)
class LaidOver:
    """What cells did: how many are new, changed, known; the first changes; "new", "corrected" or "known" by day.

    `hidden` are the days on which a person's correction stands above what came in.
    """

    new: int
    corrected: int
    known: int
    changes: tuple[CellChange, ...]
    states: Mapping[tuple[int, date], str]
    hidden: tuple[tuple[int, date], ...]


@dataclass(frozen=True, slots=True)
class _Day:
    resource_id: int
    on: date
    cells: np.ndarray  # int64, `_AS_IT_STANDS` where nothing is said


def lay_over(
    session: Session,
    folder: Path,
    *,
    fiscal_year: int,
    kind: str,
    values: Mapping[int, Mapping[date, Cells]],
    now: datetime,
) -> LaidOver:
    """Make the next base of every month in which these cells change something. Raises `Refused` with all problems.

    `values`: by resource id and day the cells by slot, or all 48 (`NO_VALUE` then takes a value back).
    """
    days, problems = _days(kind, values)
    problems += _unknown(session, values.keys())
    problems += [
        Problem(each.on.isoformat(), f"{fiscal_year}年度の日ではありません")
        for each in days
        if fiscal_year_of(each.on) != fiscal_year
    ]
    if problems:
        raise Refused(problems)
    by_month: dict[int, list[_Day]] = {}
    for each in days:
        by_month.setdefault(each.on.month, []).append(each)
    lock_series(session, "slot_file")
    laid = [
        _lay_over_month(session, folder, fiscal_year, number, kind, by_month[number], now)
        for number in by_month
    ]
    return _summed(laid)


def read_submitted(
    session: Session,
    folder: Path,
    *,
    fiscal_year: int,
    delivery_month: int,
    kind: str,
    resource_ids: Sequence[int],
) -> np.ndarray:
    """The values in force, int32 resources × days × 48 in the order asked for; `NO_VALUE` where nothing is."""
    shape = (len(resource_ids), days_in_month(fiscal_year, delivery_month), SLOTS_PER_DAY)
    values = np.full(shape, NO_VALUE, dtype=np.int32)
    start = first_day(fiscal_year, delivery_month)
    month = f"{start:%Y-%m}"
    file = slot_rows.newest_files(session, fiscal_year, [month], kind).get((month, kind))
    if file is not None:
        base, row_of = slot_files.open_mapped(folder, file.sha256), _row_of(file)
        there = [at for at, each in enumerate(resource_ids) if each in row_of]
        values[there] = base[[row_of[resource_ids[at]] for at in there]]
    corrections = slot_rows.corrections_in_force(session, None, [start], kind=kind).get((month, kind), [])
    place = {each: at for at, each in enumerate(resource_ids)}
    asked = [each for each in corrections if each[0] in place]
    laid_over = slot_rows.corrected_values(session, asked)
    for resource_id, on, version in asked:
        values[place[resource_id], int(on[-2:]) - 1] = laid_over[resource_id, kind, on, version]
    return values


def _lay_over_month(
    session: Session,
    folder: Path,
    fiscal_year: int,
    delivery_month: int,
    kind: str,
    days: Sequence[_Day],
    now: datetime,
) -> LaidOver:
    month = f"{first_day(fiscal_year, delivery_month):%Y-%m}"
    before = slot_rows.newest_files(session, fiscal_year, [month], kind).get((month, kind))
    held = set(before.resource_ids) if before else set()
    stated = [day for day in days if day.resource_id in held or day.cells.max() > NO_VALUE]
    order = list(before.resource_ids) if before else []
    order += sorted({day.resource_id for day in stated} - held)
    row_of = {each: at for at, each in enumerate(order)}
    values = np.full((len(order), days_in_month(fiscal_year, delivery_month), SLOTS_PER_DAY), NO_VALUE, "<i4")
    if before is not None:
        values[: before.row_count] = slot_files.open_mapped(folder, before.sha256)
    at = [row_of[day.resource_id] for day in stated], [day.on.day - 1 for day in stated]
    stood = values[at]
    said = np.stack([day.cells for day in stated]) if stated else np.empty((0, SLOTS_PER_DAY), np.int64)
    became = np.where(said == _AS_IT_STANDS, stood, said).astype("<i4")
    values[at] = became
    if kind in SLOT_KINDS and (problems := _gaps(month, kind, order, values)):
        raise Refused(problems)
    if (became != stood).any():
        digest = slot_files.store(folder, values)
        fail_point("slot_entries.file_kept")
        slot_rows.add_version(
            session,
            before,
            fiscal_year=fiscal_year,
            month=month,
            kind=kind,
            digest=digest,
            resource_ids=order,
            now=now,
        )
    start = first_day(fiscal_year, delivery_month)
    above = slot_rows.corrections_in_force(session, None, [start], kind=kind).get((month, kind), [])
    return _told(stated, stood, became, said, {(each[0], each[1]) for each in above})


def _told(
    days: Sequence[_Day], stood: np.ndarray, became: np.ndarray, said: np.ndarray, above: Collection
) -> LaidOver:
    changed = (became != stood) & (stood != NO_VALUE)
    new = (became != stood) & (stood == NO_VALUE)
    known = (said != _AS_IT_STANDS) & (became == stood) & (became != NO_VALUE)
    changes = (
        CellChange(
            days[at].resource_id, days[at].on, int(slot) + 1, int(stood[at, slot]), int(became[at, slot])
        )
        for at, slot in zip(*np.nonzero(changed), strict=True)
    )
    states = np.select([changed.any(axis=1), new.any(axis=1)], ["corrected", "new"], "known").tolist()
    keys = [(day.resource_id, day.on) for day in days]
    return LaidOver(
        int(new.sum()),
        int(changed.sum()),
        int(known.sum()),
        tuple(islice(changes, MOST_CHANGES_TOLD)),
        dict(zip(keys, states, strict=True)),
        tuple(key for key in keys if (key[0], key[1].isoformat()) in above),
    )


def _summed(laid: Sequence[LaidOver]) -> LaidOver:
    return LaidOver(
        sum(each.new for each in laid),
        sum(each.corrected for each in laid),
        sum(each.known for each in laid),
        tuple(change for each in laid for change in each.changes)[:MOST_CHANGES_TOLD],
        {day: state for each in laid for day, state in each.states.items()},
        tuple(day for each in laid for day in each.hidden),
    )


def _days(kind: str, values: Mapping[int, Mapping[date, Cells]]) -> tuple[list[_Day], list[Problem]]:
    """The days in time order, and what is wrong with their cells."""
    if kind not in ALL_SLOT_KINDS:
        return [], slot_files.check_values("種類", kind, np.empty(0), ())
    days, problems = [], []
    for resource_id, by_day in values.items():
        for on, cells in by_day.items():
            try:
                days.append(_Day(resource_id, on, _whole(cells)))
            except ValueError as error:
                problems.append(Problem(_place(kind, resource_id, on), str(error)))
    least, most = slot_files.bounds(kind)
    if days:
        said = np.stack([day.cells for day in days])
        beyond = ((said < least) | (said > most)) & (said != _AS_IT_STANDS)
        problems += [
            Problem(_place(kind, days[at].resource_id, days[at].on), f"0〜{most:,} の範囲にない値があります")
            for at in np.nonzero(beyond.any(axis=1))[0]
        ]
    return sorted(days, key=lambda day: (day.on, day.resource_id)), problems


def _whole(cells: Cells) -> np.ndarray:
    """All 48 slots of a day. Raises `ValueError`."""
    is_stated = isinstance(cells, Mapping)
    given = (
        np.array(list(cells.values()), dtype=None if cells else np.int64) if is_stated else np.asarray(cells)
    )
    if not np.issubdtype(given.dtype, np.integer):
        raise ValueError("整数でない値があります。整数で登録してください")
    if is_stated:
        if not cells.keys() <= _SLOTS:
            raise ValueError(f"コマは 1〜{SLOTS_PER_DAY} です")
        whole = np.full(SLOTS_PER_DAY, _AS_IT_STANDS, np.int64)
        whole[np.fromiter(cells, np.int64, len(cells)) - 1] = given
        return whole
    if given.shape != (SLOTS_PER_DAY,):
        raise ValueError(f"{SLOTS_PER_DAY} コマではなく {given.size} コマあります")
    return given.astype(np.int64, copy=False)


def _place(kind: str, resource_id: int, on: date) -> str:
    return f"電源等 {resource_id} {on.isoformat()} {ALL_SLOT_KINDS[kind]}"


def _unknown(session: Session, resource_ids: Collection[int]) -> list[Problem]:
    known = set(session.scalars(select(Resource.id).where(Resource.id.in_(resource_ids))))
    return [
        Problem("電源等", f"電源等 {each} は登録されていません") for each in sorted(set(resource_ids) - known)
    ]


def _gaps(month: str, kind: str, order: Sequence[int], values: np.ndarray) -> list[Problem]:
    """Resources of which a kind that every slot must have leaves slots out."""
    lacking = (values == NO_VALUE).any(axis=(1, 2))
    return [
        Problem(f"{month} {ALL_SLOT_KINDS[kind]}", f"電源等 {each} に値のないコマがあります")
        for each, lacks in zip(order, lacking, strict=True)
        if lacks
    ]


def _row_of(file: SlotFile) -> dict[int, int]:
    return {each: at for at, each in enumerate(file.resource_ids)}
