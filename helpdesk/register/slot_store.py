"""コマ別データ: 48 numbers a day and resource, kept as files, with corrections laid over them (effective = base + overlay).

The base of a month and kind is one immutable int32 `.npy` file (resources × days × 48), named by its SHA-256 and on
disk before the row that names it is committed; it is memory-mapped, so a resource's month costs one page or two.
A calculation does not read "the newest": it chooses its sources once, keeps their names and can read them again.
"""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

import numpy as np
from sqlalchemy import func, literal, select
from sqlalchemy.orm import Session

from calc_core.fiscal_year import calendar_month, days_in_month, last_day_of_month
from calc_core.slots import SLOTS_PER_DAY
from cases.history import Person
from cases.numbering import lock_series
from helpdesk.errors import Problem, Refused
from helpdesk.register import slot_files
from helpdesk.register.errors import SlotsMissing
from helpdesk.register.models import SLOT_KINDS, Resource, SlotDay, SlotFile


@dataclass(frozen=True, slots=True)
class SlotSource:
    """What one month and kind was read from: a base file and the corrections over it (resource, date, version)."""

    delivery_month: int
    kind: str
    file_id: int
    sha256: str
    corrections: tuple[tuple[int, str, int], ...] = ()

    def to_json(self) -> dict[str, Any]:
        """The source as a run keeps it."""
        corrections = [list(correction) for correction in self.corrections]
        return {
            "delivery_month": self.delivery_month,
            "kind": self.kind,
            "file_id": self.file_id,
            "sha256": self.sha256,
            "corrections": corrections,
        }

    @classmethod
    def from_json(cls, kept: dict[str, Any]) -> "SlotSource":
        """The source back from what a run kept."""
        corrections = tuple((item[0], item[1], item[2]) for item in kept["corrections"])
        return cls(kept["delivery_month"], kept["kind"], kept["file_id"], kept["sha256"], corrections)


def first_day(fiscal_year: int, delivery_month: int) -> date:
    """The first calendar day of a delivery month."""
    return date(*calendar_month(fiscal_year, delivery_month), 1)


def write_month(
    session: Session,
    folder: Path,
    *,
    fiscal_year: int,
    delivery_month: int,
    kind: str,
    resource_ids: Sequence[int],
    values: np.ndarray,
    now: datetime,
) -> SlotFile:
    """Keep the base of a month: `values` are whole numbers, resources × days × 48, rows in the order of the ids.

    The same values again change nothing; other values become the next version. Raises `Refused`.
    """
    expected = (len(resource_ids), days_in_month(fiscal_year, delivery_month), SLOTS_PER_DAY)
    month = f"{first_day(fiscal_year, delivery_month):%Y-%m}"
    where = f"{month} {SLOT_KINDS.get(kind, kind)}"
    problems = slot_files.check_values(where, kind, values, expected)
    if len(set(resource_ids)) != len(resource_ids):
        problems.append(Problem(where, "同じ電源等が二度あります"))
    if problems:
        raise Refused(problems)
    digest = slot_files.store(folder, values)
    lock_series(session, "slot_file")
    newest = _newest_files(session, fiscal_year, [month], kind).get((month, kind))
    if newest is not None and newest.sha256 == digest and newest.resource_ids == list(resource_ids):
        return newest
    made = SlotFile(
        fiscal_year=fiscal_year,
        month=month,
        kind=kind,
        version=newest.version + 1 if newest else 1,
        sha256=digest,
        resource_ids=list(resource_ids),
        order_digest=hashlib.sha256(",".join(map(str, resource_ids)).encode()).hexdigest(),
        row_count=len(resource_ids),
        created_at=now,
    )
    session.add(made)
    session.flush()
    return made


def correct_day(
    session: Session,
    *,
    resource_id: int,
    kind: str,
    on: date,
    values: Sequence[int] | np.ndarray | None,
    reason: str,
    by: Person,
    now: datetime,
) -> SlotDay:
    """訂正: lay 48 values over one resource's day, or with None withdraw the correction. Raises `Refused`."""
    where = f"{on.isoformat()} {SLOT_KINDS.get(kind, kind)}"
    problems = (
        [] if values is None else slot_files.check_values(where, kind, np.asarray(values), (SLOTS_PER_DAY,))
    )
    if not reason.strip():
        problems.append(Problem("理由", "訂正の理由を入力してください"))
    if session.get(Resource, resource_id) is None:
        problems.append(Problem("電源等", f"電源等 {resource_id} は登録されていません"))
    if problems:
        raise Refused(problems)
    lock_series(session, "slot_day")
    found = select(func.max(SlotDay.version)).where(
        SlotDay.resource_id == resource_id, SlotDay.kind == kind, SlotDay.date == on
    )
    made = SlotDay(
        resource_id=resource_id,
        kind=kind,
        date=on,
        version=(session.scalar(found) or 0) + 1,
        slot_values=None if values is None else np.asarray(values).astype("<i4").tobytes(),
        reason=reason.strip(),
        created_at=now,
        created_by_id=by.id,
        created_by_name=by.display_name,
    )
    session.add(made)
    session.flush()
    return made


def choose_sources(
    session: Session,
    *,
    resource_ids: Sequence[int],
    fiscal_year: int,
    delivery_months: Iterable[int],
    kinds: Sequence[str] = tuple(SLOT_KINDS),
    corrected_before: datetime | None = None,
) -> list[SlotSource]:
    """What is in force now for these resources and months. Raises `SlotsMissing` with everything that is missing.

    `corrected_before` leaves out what was corrected then or later.
    """
    months = {f"{first_day(fiscal_year, number):%Y-%m}": number for number in delivery_months}
    files = _newest_files(session, fiscal_year, list(months))
    missing = []
    for month in months:
        for kind in kinds:
            file = files.get((month, kind))
            absent = len(resource_ids) if file is None else len(set(resource_ids) - set(file.resource_ids))
            if absent:
                missing.append(f"{month} の{SLOT_KINDS[kind]}（電源等 {absent} 件）")
    if missing:
        raise SlotsMissing(
            f"コマ別データがありません: {'、'.join(missing)}。取り込んでから、もう一度計算してください"
        )
    corrections = _corrections_in_force(
        session, resource_ids, [first_day(fiscal_year, n) for n in months.values()], corrected_before
    )
    return [
        SlotSource(
            number,
            kind,
            files[month, kind].id,
            files[month, kind].sha256,
            tuple(corrections.get((month, kind), ())),
        )
        for month, number in months.items()
        for kind in kinds
    ]


def read_sources(
    session: Session, folder: Path, sources: Iterable[SlotSource], resource_ids: Sequence[int]
) -> dict[tuple[int, int, str], np.ndarray]:
    """The effective values, (resource, delivery month, kind) → int32 days × 48, as these sources say."""
    sources = list(sources)
    orders = _orders(session, {source.file_id for source in sources})
    overlays = _overlays(session, sources)
    found = {}
    for source in sources:
        base, row_of = slot_files.open_mapped(folder, source.sha256), orders[source.file_id]
        for resource_id in resource_ids:
            values = np.array(base[row_of[resource_id]], dtype=np.int32)
            for changed_id, on, version in source.corrections:
                if changed_id == resource_id:
                    values[int(on[-2:]) - 1] = overlays[resource_id, source.kind, on, version]
            found[resource_id, source.delivery_month, source.kind] = values
    return found


def read_month(
    session: Session, folder: Path, resource_id: int, fiscal_year: int, delivery_month: int, kind: str
) -> np.ndarray:
    """The values in force of one resource and month, int32 days × 48. Raises `SlotsMissing`, `SlotFileUnusable`."""
    sources = choose_sources(
        session,
        resource_ids=[resource_id],
        fiscal_year=fiscal_year,
        delivery_months=[delivery_month],
        kinds=[kind],
    )
    return read_sources(session, folder, sources, [resource_id])[resource_id, delivery_month, kind]


def _newest_files(
    session: Session, fiscal_year: int, months: list[str], kind: str | None = None
) -> dict[tuple[str, str], SlotFile]:
    found = select(SlotFile).where(SlotFile.fiscal_year == fiscal_year, SlotFile.month.in_(months))
    if kind is not None:
        found = found.where(SlotFile.kind == kind)
    return {(file.month, file.kind): file for file in session.scalars(found.order_by(SlotFile.version))}


def _corrections_in_force(
    session: Session, resource_ids: Sequence[int], starts: list[date], before: datetime | None
) -> dict[tuple[str, str], list[tuple[int, str, int]]]:
    """By calendar month and kind: resource, date and version of each correction that is not withdrawn."""
    last = max(starts)
    known = [SlotDay.created_at < literal(before, SlotDay.created_at.type)] if before else []
    rows = session.execute(
        select(
            SlotDay.resource_id,
            SlotDay.kind,
            SlotDay.date,
            SlotDay.version,
            SlotDay.slot_values.is_(None).label("gone"),
        )
        .where(
            SlotDay.resource_id.in_(resource_ids),
            SlotDay.date >= min(starts),
            SlotDay.date <= last_day_of_month(last.year, last.month),
            *known,
        )
        .order_by(SlotDay.version)
    )
    newest = {(row.resource_id, row.kind, row.date): row for row in rows}
    found: dict[tuple[str, str], list[tuple[int, str, int]]] = {}
    for resource_id, kind, on in sorted(newest):
        row = newest[resource_id, kind, on]
        if not row.gone:
            found.setdefault((f"{on:%Y-%m}", kind), []).append((resource_id, on.isoformat(), row.version))
    return found


def _orders(session: Session, file_ids: set[int]) -> dict[int, dict[int, int]]:
    """For each file: which row belongs to which resource."""
    rows = session.execute(select(SlotFile.id, SlotFile.resource_ids).where(SlotFile.id.in_(file_ids)))
    return {row.id: {each: at for at, each in enumerate(row.resource_ids)} for row in rows}


def _overlays(session: Session, sources: list[SlotSource]) -> dict[tuple[int, str, str, int], np.ndarray]:
    corrections = [correction for source in sources for correction in source.corrections]
    if not corrections:
        return {}
    rows = session.execute(
        select(SlotDay.resource_id, SlotDay.kind, SlotDay.date, SlotDay.version, SlotDay.slot_values).where(
            SlotDay.resource_id.in_({correction[0] for correction in corrections}),
            SlotDay.date.in_({date.fromisoformat(correction[1]) for correction in corrections}),
            SlotDay.slot_values.is_not(None),
        )
    )
    return {
        (row.resource_id, row.kind, row.date.isoformat(), row.version): np.frombuffer(
            row.slot_values, dtype="<i4"
        )
        for row in rows
    }
