"""The weekly report is the same file every time, is kept, and its issue stands in the history."""

from datetime import UTC, date, datetime

import pytest

from cases.history import SYSTEM, content_of, read_stream
from helpdesk.desk import Desk
from helpdesk.documents.formats import CONTENT_TYPES
from helpdesk.errors import Refused
from helpdesk.workflows.report_week import issue, week

MONDAY = date(2026, 6, 22)


@pytest.mark.parametrize("file_format", CONTENT_TYPES)
def test_a_week_that_is_over_gives_the_same_bytes_for_ever(desk: Desk, clock, file_format: str) -> None:
    first = issue(desk, monday=MONDAY, file_format=file_format, by=SYSTEM)
    clock.pass_by(days=40)
    again = issue(desk, monday=MONDAY, file_format=file_format, by=SYSTEM)
    assert first == again
    assert desk.blobs.get(first.sha256) == first.content
    assert first.file_name == f"weekly-2026-06-22.{file_format}"
    with desk.database.read_session() as session:
        events = read_stream(session, "reports")
    assert [event.kind for event in events] == ["report_issued"] * 2
    assert content_of(events[0]) == {
        "report": "weekly",
        "monday": "2026-06-22",
        "format": file_format,
        "sha256": first.sha256,
    }


def test_the_moment_as_of_stands_in_the_file(desk: Desk) -> None:
    as_of = datetime(2026, 6, 24, tzinfo=UTC)
    told = issue(desk, monday=MONDAY, file_format="csv", by=SYSTEM, as_of=as_of)
    plain = issue(desk, monday=MONDAY, file_format="pdf", by=SYSTEM)
    assert told.sha256 != plain.sha256


def test_another_day_or_format_is_refused_and_nothing_is_recorded(desk: Desk) -> None:
    with pytest.raises(Refused, match="月曜日ではありません"):
        issue(desk, monday=date(2026, 6, 23), file_format="pdf", by=SYSTEM)
    with pytest.raises(Refused, match="「doc」はありません"):
        issue(desk, monday=MONDAY, file_format="doc", by=SYSTEM)
    with desk.database.read_session() as session:
        assert read_stream(session, "reports") == []
        assert week(session, monday=MONDAY).received == 0
