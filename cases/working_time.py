"""対応時間: how long people work on cases, measured while they do (requirement B4.1).

An open case page in use beats every half minute and lengthens its worker's interval; a call is an interval of its own;
what was done elsewhere is entered. Intervals of one person that overlap count once.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from cases.errors import InputRefused, Problem
from cases.history import Person, record_on_case
from cases.models import Case, WorkInterval

PAUSE = timedelta(minutes=2)  # a longer silence begins a new interval
MOST_MINUTES = 480


@dataclass(frozen=True, slots=True)
class Worked:
    """対応した時間 of one person on one case (none: the desk's own work)."""

    case_id: int | None
    user_id: int
    user_name: str
    seconds: int


def beat(session: Session, case: Case, *, by: Person, now: datetime) -> WorkInterval:
    """Somebody is working on this case at this moment, says the page that is open."""
    last = session.scalars(
        select(WorkInterval)
        .where(
            WorkInterval.user_id == by.id, WorkInterval.source == "page", WorkInterval.ended_at >= now - PAUSE
        )
        .order_by(WorkInterval.ended_at.desc(), WorkInterval.id.desc())
        .limit(1)
    ).first()
    if last is not None and last.case_id == case.id:
        last.ended_at = max(last.ended_at, now)
        session.flush()
        return last
    made = WorkInterval(
        case_id=case.id,
        user_id=by.id,
        user_name=by.display_name,
        source="page",
        started_at=now,
        ended_at=now,
    )
    session.add(made)
    session.flush()
    return made


def enter(
    session: Session, case: Case, minutes: int, *, note: str = "", by: Person, now: datetime
) -> WorkInterval:
    """Time spent away from the page, typed by who spent it; it ends now."""
    if not 1 <= minutes <= MOST_MINUTES:
        raise InputRefused([Problem("対応時間", f"1〜{MOST_MINUTES}分で入力してください")])
    made = WorkInterval(
        case_id=case.id,
        user_id=by.id,
        user_name=by.display_name,
        source="entered",
        started_at=now - timedelta(minutes=minutes),
        ended_at=now,
        note=" ".join(note.split())[:200],
    )
    session.add(made)
    session.flush()
    content = {"interval": made.id, "minutes": minutes, "note": made.note}
    record_on_case(session, case, "work_timed", content, by=by, now=now)
    return made


def worked_on_case(session: Session, case_id: int) -> list[Worked]:
    """The whole time on a case, by person."""
    found = session.scalars(select(WorkInterval).where(WorkInterval.case_id == case_id))
    return total(found)


def worked_between(
    session: Session, start: datetime, end: datetime, *, as_of: datetime | None = None
) -> list[Worked]:
    """The time worked in a period, by person and case; what reaches over its edges is cut there."""
    until = end if as_of is None else min(end, as_of)
    found = session.scalars(
        select(WorkInterval).where(WorkInterval.started_at < until, WorkInterval.ended_at > start)
    )
    return total(found, start, until)


def total(
    intervals: Iterable[WorkInterval], start: datetime | None = None, end: datetime | None = None
) -> list[Worked]:
    """Seconds by person and case, overlaps counted once, cut to the period if one is given."""
    stretches: dict[tuple[int | None, int], list[tuple[datetime, datetime]]] = {}
    names: dict[int, str] = {}
    for each in intervals:
        begun = max(each.started_at, start) if start else each.started_at
        ended = min(each.ended_at, end) if end else each.ended_at
        names[each.user_id] = each.user_name
        if ended > begun:
            stretches.setdefault((each.case_id, each.user_id), []).append((begun, ended))
    return [
        Worked(case_id, user_id, names[user_id], covered_seconds(found))
        for (case_id, user_id), found in sorted(
            stretches.items(), key=lambda each: (each[0][0] or 0, each[0][1])
        )
    ]


def covered_seconds(stretches: Iterable[tuple[datetime, datetime]]) -> int:
    """Whole seconds covered by at least one of the stretches."""
    covered, reached = timedelta(), None
    for begun, ended in sorted(stretches):
        if reached is None or begun > reached:
            covered, reached = covered + (ended - begun), ended
        elif ended > reached:
            covered, reached = covered + (ended - reached), ended
    return int(covered.total_seconds())
