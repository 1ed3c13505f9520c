"""コマ別データの行: which base file and which corrections are in force for a month, and a base's next version.

Questions to the two tables only; what the files hold is read in `slot_store` and `slot_entries`.
"""

import hashlib
from collections.abc import Iterable, Sequence
from datetime import date, datetime

import numpy as np
from sqlalchemy import literal, select
from sqlalchemy.orm import Session

from calc_core.fiscal_year import last_day_of_month
from helpdesk.register.models import SlotDay, SlotFile

Correction = tuple[int, str, int]  # resource, date, version


def newest_files(
    session: Session, fiscal_year: int, months: Sequence[str], kind: str | None = None
) -> dict[tuple[str, str], SlotFile]:
    """The base in force by calendar month ("2026-04") and kind."""
    found = select(SlotFile).where(SlotFile.fiscal_year == fiscal_year, SlotFile.month.in_(months))
    if kind is not None:
        found = found.where(SlotFile.kind == kind)
    return {(file.month, file.kind): file for file in session.scalars(found.order_by(SlotFile.version))}


def add_version(
    session: Session,
    before: SlotFile | None,
    *,
    fiscal_year: int,
    month: str,
    kind: str,
    digest: str,
    resource_ids: Sequence[int],
    now: datetime,
) -> SlotFile:
    """Name a file that is on disk as the next base of its month; the same content in the same order is no new one."""
    if before is not None and before.sha256 == digest and before.resource_ids == list(resource_ids):
        return before
    made = SlotFile(
        fiscal_year=fiscal_year,
        month=month,
        kind=kind,
        version=before.version + 1 if before else 1,
        sha256=digest,
        resource_ids=list(resource_ids),
        order_digest=hashlib.sha256(",".join(map(str, resource_ids)).encode()).hexdigest(),
        row_count=len(resource_ids),
        created_at=now,
    )
    session.add(made)
    session.flush()
    return made


def corrections_in_force(
    session: Session,
    resource_ids: Iterable[int] | None,
    starts: Sequence[date],
    *,
    kind: str | None = None,
    before: datetime | None = None,
) -> dict[tuple[str, str], list[Correction]]:
    """By calendar month and kind: the corrections that are not withdrawn, of these resources (none: of all).

    `starts` are first days of months; `before` leaves out what was corrected then or later.
    """
    last = max(starts)
    found = select(
        SlotDay.resource_id,
        SlotDay.kind,
        SlotDay.date,
        SlotDay.version,
        SlotDay.slot_values.is_(None).label("gone"),
    ).where(SlotDay.date >= min(starts), SlotDay.date <= last_day_of_month(last.year, last.month))
    if resource_ids is not None:
        found = found.where(SlotDay.resource_id.in_(resource_ids))
    if kind is not None:
        found = found.where(SlotDay.kind == kind)
    if before is not None:
        found = found.where(SlotDay.created_at < literal(before, SlotDay.created_at.type))
    newest = {
        (row.resource_id, row.kind, row.date): row for row in session.execute(found.order_by(SlotDay.version))
    }
    in_force: dict[tuple[str, str], list[Correction]] = {}
    for resource_id, each, on in sorted(newest):
        row = newest[resource_id, each, on]
        if not row.gone:
            in_force.setdefault((f"{on:%Y-%m}", each), []).append((resource_id, on.isoformat(), row.version))
    return in_force


def row_orders(session: Session, file_ids: Iterable[int]) -> dict[int, dict[int, int]]:
    """For each file: which row belongs to which resource."""
    rows = session.execute(select(SlotFile.id, SlotFile.resource_ids).where(SlotFile.id.in_(set(file_ids))))
    return {row.id: {each: at for at, each in enumerate(row.resource_ids)} for row in rows}


def corrected_values(
    session: Session, corrections: Iterable[Correction]
) -> dict[tuple[int, str, str, int], np.ndarray]:
    """The 48 values of corrections of any kind, by resource, kind, date and version."""
    corrections = list(corrections)
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
