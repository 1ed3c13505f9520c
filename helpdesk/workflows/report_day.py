"""The daily report is made from the history, kept as it was issued, and its issue stands in the history."""

from dataclasses import replace
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from alerts.statistics import WatchDay, watch_day
from cases import history
from cases.daily_statistics import DailyOperations, daily_operations
from cases.models import Seal
from helpdesk.clock import in_japan
from helpdesk.desk import Desk
from helpdesk.documents.daily_report import Day, LastSeal, document_of
from helpdesk.documents.formats import CONTENT_TYPES, DocumentFile, write
from helpdesk.errors import Problem, Refused
from helpdesk.users.models import User
from helpdesk.users.permissions import Person
from helpdesk.watch_clock import is_replayed


def figures_of(session: Session, *, day: date, now: datetime, as_of: datetime | None = None) -> Day:
    """The figures of a day. Raises `Refused` for a day that has not begun."""
    if day > in_japan(now).date():
        raise Refused([Problem("日付", f"{day} はまだ始まっていません。今日までの日付を指定してください")])
    outsiders = session.scalars(select(User.id).where(User.business_id.is_not(None)))
    work = daily_operations(session, day=day, as_of=as_of, outsiders=frozenset(outsiders))
    until = work.ends_at if as_of is None else min(work.ends_at, as_of)
    sealed = session.scalars(
        select(Seal).where(Seal.sealed_at < until).order_by(Seal.number.desc()).limit(1)
    ).first()
    return Day(
        operations=work,
        watch=_watch(session, work, day, as_of),
        seal=LastSeal(sealed.number, sealed.digest) if sealed else None,
    )


def _watch(session: Session, work: DailyOperations, day: date, as_of: datetime | None) -> WatchDay:
    """監視の一日; a day that is replayed (再生) months later belongs to its own day alone, however long it stays open."""
    found = watch_day(session, work.starts_at, work.ends_at, as_of=as_of)
    own = tuple(each for each in found.incidents if each.day == day or not is_replayed(each.source))
    return replace(found, incidents=own)


def issue(
    desk: Desk, *, day: date, file_format: str, by: Person | history.Actor, as_of: datetime | None = None
) -> DocumentFile:
    """The report as a file. The same day gives the same figures and, once it is over, the same bytes."""
    with desk.database.read_session() as session:
        found = figures_of(session, day=day, now=desk.clock(), as_of=as_of)
    content = write(document_of(found), file_format)  # drawn outside the transaction: it takes a while
    digest = desk.blobs.put(content)
    recorded = {"report": "daily", "day": day.isoformat(), "format": file_format, "sha256": digest}
    with desk.database.write_session() as session:
        history.record(session, "reports", "report_issued", recorded, by=by, now=desk.clock())
    return DocumentFile(content, f"daily-{day}.{file_format}", CONTENT_TYPES[file_format], digest)
