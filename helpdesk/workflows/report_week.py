"""The weekly report is made from the history, kept as it was issued, and its issue stands in the history."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from cases import history
from cases.statistics import WeeklyInquiries, weekly_inquiries
from helpdesk.desk import Desk
from helpdesk.documents.sheets import write_csv, write_excel
from helpdesk.documents.weekly_report import sheets_of, title_of
from helpdesk.errors import Problem, Refused
from helpdesk.users.permissions import Person

FORMATS = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv; charset=utf-8",
}


@dataclass(frozen=True, slots=True)
class Report:
    """発行した報告書: its bytes, name and type."""

    content: bytes
    file_name: str
    content_type: str
    sha256: str


def week(session: Session, *, monday: date, as_of: datetime | None = None) -> WeeklyInquiries:
    """The figures of a week. Raises `Refused` for a day that is no Monday."""
    if monday.weekday() != 0:
        raise Refused(
            [Problem("週の初め", f"{monday} は月曜日ではありません。月曜日の日付を指定してください")]
        )
    return weekly_inquiries(session, monday=monday, as_of=as_of)


def issue(
    desk: Desk, *, monday: date, file_format: str, by: Person | history.Actor, as_of: datetime | None = None
) -> Report:
    """The report as a file. The same week gives the same figures and, once it is over, the same bytes."""
    if file_format not in FORMATS:
        raise Refused(
            [Problem("形式", f"「{file_format}」はありません。{'・'.join(FORMATS)} から選んでください")]
        )
    with desk.database.write_session() as session:
        figures = week(session, monday=monday, as_of=as_of)
        sheets = sheets_of(figures)
        created = as_of or figures.ends_at
        if file_format == "csv":
            content = write_csv(sheets)
        else:
            content = write_excel(sheets, created=created, subject=title_of(figures))
        digest = desk.blobs.put(content)
        recorded = {"report": "weekly", "monday": monday.isoformat(), "format": file_format, "sha256": digest}
        history.record(session, "reports", "report_issued", recorded, by=by, now=desk.clock())
    return Report(content, f"weekly-{monday}.{file_format}", FORMATS[file_format], digest)
