"""The weekly report is made from the history, kept as it was issued, and its issue stands in the history."""

from datetime import date, datetime

from sqlalchemy.orm import Session

from cases import history
from cases.statistics import WeeklyInquiries, weekly_inquiries
from helpdesk.desk import Desk
from helpdesk.documents.formats import CONTENT_TYPES, DocumentFile, check, write
from helpdesk.documents.weekly_report import document_of
from helpdesk.errors import Problem, Refused
from helpdesk.users.permissions import Person


def week(session: Session, *, monday: date, as_of: datetime | None = None) -> WeeklyInquiries:
    """The figures of a week. Raises `Refused` for a day that is no Monday."""
    if monday.weekday() != 0:
        raise Refused(
            [Problem("週の初め", f"{monday} は月曜日ではありません。月曜日の日付を指定してください")]
        )
    return weekly_inquiries(session, monday=monday, as_of=as_of)


def issue(
    desk: Desk, *, monday: date, file_format: str, by: Person | history.Actor, as_of: datetime | None = None
) -> DocumentFile:
    """The report as a file. The same week gives the same figures and, once it is over, the same bytes."""
    check(file_format)
    with desk.database.read_session() as session:
        figures = week(session, monday=monday, as_of=as_of)
    document = document_of(figures, sender=desk.settings.desk_name)
    content = write(document, file_format)  # drawn outside the transaction: it takes a while
    digest = desk.blobs.put(content)
    recorded = {"report": "weekly", "monday": monday.isoformat(), "format": file_format, "sha256": digest}
    with desk.database.write_session() as session:
        history.record(session, "reports", "report_issued", recorded, by=by, now=desk.clock())
    return DocumentFile(content, f"weekly-{monday}.{file_format}", CONTENT_TYPES[file_format], digest)
