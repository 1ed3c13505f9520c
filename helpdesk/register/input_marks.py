"""入力の変更と反映: are a month's slots and results made from what is registered now?

Whoever changes an input marks the months that it touches in the same transaction; who makes slots or results from
inputs notes the newest mark that was there when they were read. What has a higher mark is not in them. Marks are made
one transaction after the other, so that none appears below a number that was read before.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from calc_core.fiscal_year import DELIVERY_MONTHS, fiscal_year_of
from cases.numbering import lock_series
from helpdesk.register.models import SLOT_KINDS, InputMark, Resource, SlotFile

SLOTS, RESULTS = "slots", "results"
OBJECTION = "objection"
CAUSES = {  # beside the kinds of imports
    "slots": "コマ別データの作り直し",
    "correction": "コマ別データの訂正",
    OBJECTION: "異議申立てによる訂正",
    "parameters": "設定値の変更",
    "low_reserve": "低予備率アセスメント対象コマの判定",
}

Months = Iterable[tuple[int, int]]  # fiscal year and delivery month


@dataclass(frozen=True, slots=True)
class Pending:
    """反映されていない変更: of one month, why and since when; `whole` unless it is about some resources only.

    `of_businesses` are causes with the business each is about (none: all).
    """

    delivery_month: int
    causes: tuple[str, ...]
    since: datetime
    whole: bool
    of_businesses: frozenset[tuple[str, int | None]] = frozenset()


def months_between(first: date, last: date) -> list[tuple[int, int]]:
    """Fiscal year and delivery month of every month that holds one of these days."""
    found, year, month = [], first.year, first.month
    while (year, month) <= (last.year, last.month):
        found.append((fiscal_year_of(date(year, month, 1)), month))
        year, month = (year + 1, 1) if month == 12 else (year, month + 1)
    return found


def mark_changed(
    session: Session,
    months: Months,
    following: str,
    *,
    cause: str,
    now: datetime,
    resource_id: int | None = None,
) -> None:
    """These months' slots or results no longer say what follows from the inputs."""
    _write(session, months, following, "changed", now, cause=cause, resource_id=resource_id)


def mark_followed(
    session: Session,
    months: Months,
    following: str,
    *,
    seen_id: int,
    now: datetime,
    scope: Mapping[str, int] | None = None,
) -> None:
    """These months' slots or results were made from inputs as they were at `seen_id`; `scope` as in a run."""
    of = {f"{name}_id": value for name, value in (scope or {}).items()}
    _write(session, months, following, "followed", now, seen_id=seen_id, **of)


def newest_mark(session: Session) -> int:
    """The newest mark: to be read before, or in the same view of the database as, the inputs."""
    return session.scalar(select(func.max(InputMark.id))) or 0


def months_with_slots(session: Session) -> list[tuple[int, int]]:
    """The months of all years whose slots there are."""
    rows = session.execute(
        select(SlotFile.fiscal_year, SlotFile.month).where(SlotFile.kind.in_(SLOT_KINDS)).distinct()
    )
    return sorted({(year, int(month[-2:])) for year, month in rows})


def pending(session: Session, fiscal_year: int) -> dict[str, list[Pending]]:
    """What changed and was not followed, by what follows, in the order of the months; one statement."""
    resource = Resource.__table__.alias()
    rows = session.execute(
        select(
            InputMark.following,
            InputMark.delivery_month,
            InputMark.mark,
            InputMark.cause,
            InputMark.resource_id,
            func.coalesce(InputMark.business_id, resource.c.business_id).label("business_id"),
            func.max(InputMark.id).label("newest"),
            func.max(InputMark.seen_id).label("seen_id"),
            func.max(InputMark.made_at).label("made_at"),
        )
        .outerjoin(resource, resource.c.id == InputMark.resource_id)
        .where(InputMark.fiscal_year == fiscal_year)
        .group_by(
            InputMark.following,
            InputMark.delivery_month,
            InputMark.mark,
            InputMark.cause,
            InputMark.resource_id,
            InputMark.business_id,
            resource.c.business_id,
        )
    ).all()
    seen = {
        (row.following, row.delivery_month, row.resource_id, row.resource_id or row.business_id): row.seen_id
        for row in rows
        if row.mark == "followed"
    }
    open_marks: dict[tuple[str, int], list] = {}
    for row in rows:
        if row.mark == "changed":
            at = row.following, row.delivery_month
            covering = [(None, None)]
            if row.resource_id is not None:
                covering += [(row.resource_id, row.resource_id), (None, row.business_id)]
            if row.newest > max(seen.get((*at, *each), 0) for each in covering):
                open_marks.setdefault(at, []).append(row)
    found: dict[str, list[Pending]] = {SLOTS: [], RESULTS: []}
    for month in DELIVERY_MONTHS:
        for following, list_of in found.items():
            if marks := open_marks.get((following, month)):
                causes = tuple(dict.fromkeys(row.cause for row in sorted(marks, key=lambda row: row.newest)))
                whole = any(row.resource_id is None for row in marks)
                of = frozenset((row.cause, row.business_id) for row in marks)
                list_of.append(Pending(month, causes, min(row.made_at for row in marks), whole, of))
    return found


def _write(
    session: Session,
    months: Months,
    following: str,
    mark: str,
    now: datetime,
    *,
    cause: str = "",
    seen_id: int = 0,
    resource_id: int | None = None,
    business_id: int | None = None,
) -> None:
    asked: Collection[tuple[int, int]] = sorted(set(months))
    if not asked:
        return
    lock_series(session, "input_mark")
    rows = [
        {
            "fiscal_year": year,
            "delivery_month": month,
            "following": following,
            "mark": mark,
            "cause": cause,
            "seen_id": seen_id,
            "resource_id": resource_id,
            "business_id": business_id,
            "made_at": now,
        }
        for year, month in asked
    ]
    session.execute(insert(InputMark), rows)
