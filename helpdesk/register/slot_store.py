"""コマ別データ: 48 numbers a day and resource, kept as files, with corrections laid over them (effective = base + overlay).

The base of a month and kind is one immutable int32 `.npy` file (resources × days × 48), named by its SHA-256 and on
disk before the row that names it is committed; it is memory-mapped, so a resource's month costs one page or two.
Of what was submitted (`SUBMITTED_KINDS`) nothing may be there: the reader gets `NO_VALUE`. A calculation does not read "the newest": it chooses its sources once, keeps their names and can read them again.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

import numpy as np
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from calc_core.fiscal_year import calendar_month, days_in_month
from calc_core.slots import SLOTS_PER_DAY
from cases.history import Person
from cases.numbering import lock_series
from helpdesk.errors import Problem, Refused
from helpdesk.register import slot_files, slot_rows
from helpdesk.register.errors import SlotsMissing
from helpdesk.register.models import ALL_SLOT_KINDS, NO_VALUE, SLOT_KINDS, Resource, SlotDay, SlotFile


@dataclass(frozen=True, slots=True)
class SlotSource:
    """What one month and kind was read from: a base file and the corrections over it (resource, date, version).

    No file: of a submitted kind nothing had come for that month, which has so many `days`.
    """

    delivery_month: int
    kind: str
    file_id: int | None
    sha256: str | None
    corrections: tuple[slot_rows.Correction, ...] = ()
    days: int = 0  # only where there is no file

    def to_json(self) -> dict[str, Any]:
        """The source as a run keeps it."""
        corrections = [list(correction) for correction in self.corrections]
        return {
            "delivery_month": self.delivery_month,
            "kind": self.kind,
            "file_id": self.file_id,
            "sha256": self.sha256,
            "corrections": corrections,
        } | ({"days": self.days} if self.file_id is None else {})

    @classmethod
    def from_json(cls, kept: dict[str, Any]) -> "SlotSource":
        """The source back from what a run kept."""
        corrections = tuple((item[0], item[1], item[2]) for item in kept["corrections"])
        named = (kept["delivery_month"], kept["kind"], kept["file_id"], kept["sha256"])
        return cls(*named, corrections, kept.get("days", 0))


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
    where = f"{month} {ALL_SLOT_KINDS.get(kind, kind)}"
    problems = slot_files.check_values(where, kind, values, expected)
    if len(set(resource_ids)) != len(resource_ids):
        problems.append(Problem(where, "同じ電源等が二度あります"))
    if problems:
        raise Refused(problems)
    digest = slot_files.store(folder, values)
    lock_series(session, "slot_file")
    return slot_rows.add_version(
        session,
        slot_rows.newest_files(session, fiscal_year, [month], kind).get((month, kind)),
        fiscal_year=fiscal_year,
        month=month,
        kind=kind,
        digest=digest,
        resource_ids=resource_ids,
        now=now,
    )


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
    """訂正: lay 48 values over one resource's day, or with None withdraw the correction. Raises `Refused`.

    `NO_VALUE` in a day of a submitted kind says that for this slot nothing was submitted.
    """
    where = f"{on.isoformat()} {ALL_SLOT_KINDS.get(kind, kind)}"
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

    Submitted kinds are never missing. `corrected_before` leaves out what was corrected then or later.
    """
    months = {f"{first_day(fiscal_year, number):%Y-%m}": number for number in delivery_months}
    files = slot_rows.newest_files(session, fiscal_year, list(months))
    missing = []
    for month in months:
        for kind in (each for each in kinds if each in SLOT_KINDS):
            file = files.get((month, kind))
            absent = len(resource_ids) if file is None else len(set(resource_ids) - set(file.resource_ids))
            if absent:
                missing.append(f"{month} の{SLOT_KINDS[kind]}（電源等 {absent} 件）")
    if missing:
        raise SlotsMissing(
            f"コマ別データがありません: {'、'.join(missing)}。取り込んでから、もう一度計算してください"
        )
    starts = [first_day(fiscal_year, number) for number in months.values()]
    corrections = slot_rows.corrections_in_force(session, resource_ids, starts, before=corrected_before)
    return [
        _source(fiscal_year, number, kind, files.get((month, kind)), corrections.get((month, kind), []))
        for month, number in months.items()
        for kind in kinds
    ]


def read_sources(
    session: Session, folder: Path, sources: Iterable[SlotSource], resource_ids: Sequence[int]
) -> dict[tuple[int, int, str], np.ndarray]:
    """The effective values, (resource, delivery month, kind) → int32 days × 48, as these sources say."""
    sources = list(sources)
    orders = slot_rows.row_orders(session, {source.file_id for source in sources if source.file_id})
    overlays = slot_rows.corrected_values(
        session, (each for source in sources for each in source.corrections)
    )
    found = {}
    for source in sources:
        base = slot_files.open_mapped(folder, source.sha256) if source.sha256 else None
        row_of = orders[source.file_id] if source.file_id else {}
        days = source.days if base is None else base.shape[1]
        for resource_id in resource_ids:
            if base is not None and (resource_id in row_of or source.kind in SLOT_KINDS):
                values = np.array(base[row_of[resource_id]], dtype=np.int32)
            else:
                values = np.full((days, SLOTS_PER_DAY), NO_VALUE, dtype=np.int32)
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


def _source(
    fiscal_year: int,
    delivery_month: int,
    kind: str,
    file: SlotFile | None,
    corrections: Sequence[slot_rows.Correction],
) -> SlotSource:
    if file is not None:
        return SlotSource(delivery_month, kind, file.id, file.sha256, tuple(corrections))
    days = days_in_month(fiscal_year, delivery_month)
    return SlotSource(delivery_month, kind, None, None, tuple(corrections), days)
