"""日次報告書: the figures of a day as a file, the same for any past day, in every format."""

import io
from datetime import date, timedelta

import docx
import openpyxl
import pytest
from sqlalchemy import select

from alerts.models import Feed, Incident, Publication
from cases import history
from cases.checklist_seeding import seed_checklists
from cases.checklists import templates, tick
from cases.memos import add_memo
from cases.models import Case
from cases.opening import NewCase, open_case
from cases.working_time import enter
from helpdesk.audit import seal_history
from helpdesk.clock import in_japan
from helpdesk.documents.daily_report import document_of
from helpdesk.errors import Refused
from helpdesk.workflows.report_day import figures_of, issue


@pytest.fixture
def day(desk, people, businesses) -> date:
    """A day with an inquiry by telephone, half an hour of work, a tick and a form of a business."""
    now, operator = desk.clock(), people["operator"]
    with desk.database.write_session() as session:
        seed_checklists(session, now=now)
        case = open_case(
            session, NewCase("inquiry", "phone", "ペナルティの=1+1 について"), by=operator, now=now
        )
        add_memo(session, case, "確認中", by=operator, now=now)
        enter(session, case, 30, by=operator, now=now)
        form = NewCase("inquiry", "form", "拠出金の請求", "教えてください")
        open_case(session, form, by=people["business_user"], now=now)
        daily = next(each for each in templates(session) if each.duty == "operations")
        tick(session, daily.id, 1, subject=in_japan(now).date(), done=True, by=operator, now=now)
    seal_history(desk.database, now=now)
    return in_japan(now).date()


def test_the_report_tells_what_was_done_and_by_whom(desk, day, people) -> None:
    report = issue(desk, day=day, file_format="docx", by=people["operation_leader"])
    text = "\n".join(
        cell.text
        for table in docx.Document(io.BytesIO(report.content)).tables
        for row in table.rows
        for cell in row.cells
    )
    assert "ペナルティの=1+1 について" in text
    assert "オペレーター（operator）" in text
    assert "受信メールと隔離メール" in text
    assert people["business_user"].display_name not in text  # a business does no work of the desk


def test_the_tables_are_typed_cells_that_add_up(desk, day, people) -> None:
    report = issue(desk, day=day, file_format="xlsx", by=people["operation_leader"])
    book = openpyxl.load_workbook(io.BytesIO(report.content))
    cells = {
        row[0].value: [cell.value for cell in row]
        for sheet in book
        for row in sheet.iter_rows()
        if row[0].value in ("問合せ", "合計")
    }
    assert cells["問合せ"][2] == cells["合計"][2] == 2
    assert cells["問合せ"][9] == 30
    assert not [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.data_type == "f"]


def test_a_past_day_gives_the_same_bytes_for_ever(desk, clock, day, people) -> None:
    clock.pass_by(days=1)
    leader = people["operation_leader"]
    before = {
        kind: issue(desk, day=day, file_format=kind, by=leader).sha256 for kind in ("pdf", "docx", "csv")
    }
    with desk.database.write_session() as session:
        case = session.scalars(select(Case).order_by(Case.id)).first()
        add_memo(session, case, "翌日の対応", by=people["operator"], now=desk.clock())
        enter(session, case, 5, by=people["operator"], now=desk.clock())
    seal_history(desk.database, now=desk.clock())
    after = {kind: issue(desk, day=day, file_format=kind, by=leader).sha256 for kind in before}
    assert after == before
    with desk.database.read_session() as session:
        issued = history.read_stream(session, "reports")
        assert [history.content_of(event)["report"] for event in issued] == ["daily"] * 6


def test_a_day_that_is_replayed_months_later_is_in_no_report_but_its_own(desk, day) -> None:
    played, at = day - timedelta(days=30), desk.clock() - timedelta(days=30)
    with desk.database.write_session() as session:
        for source in ("reserve_margin_block", "reserve_margin_block/replay-1"):
            seen = {"fetched_at": at, "last_fetched_at": at, "state": "judged", "is_whole": True}
            told = Publication(source=source, content_digest="0", raw_sha256="0", **seen)
            opened = {"opened_at": at, "updated_at": at, "first_publication": told, "last_publication": told}
            number = 1 if source.endswith("block") else 2
            session.add_all((Feed(source=source), told))
            session.add(
                Incident(key=f"RM-{number}", day=played, number_of_day=number, state="open", **opened)
            )
    for asked, keys in ((played, ["RM-1", "RM-2"]), (day, ["RM-1"])):
        with desk.database.read_session() as session:
            found = figures_of(session, day=asked, now=desk.clock())
        assert [each.key for each in found.watch.incidents] == keys


def test_the_report_carries_the_seal_by_which_a_cut_can_be_found(desk, day) -> None:
    with desk.database.read_session() as session:
        found = figures_of(session, day=day, now=desk.clock())
        assert found.seal is not None
        words = [block.text for block in document_of(found).blocks if hasattr(block, "text")]
        assert any(f"{found.seal.number}:{found.seal.digest}" in text for text in words)
        earlier = figures_of(session, day=day, now=desk.clock(), as_of=desk.clock() - timedelta(hours=1))
        assert earlier.seal is None


def test_a_day_that_has_not_begun_and_a_format_that_is_none_are_refused(desk, day, people) -> None:
    leader = people["operation_leader"]
    with pytest.raises(Refused, match="まだ始まっていません"):
        issue(desk, day=day + timedelta(days=1), file_format="pdf", by=leader)
    with pytest.raises(Refused, match="形式"):
        issue(desk, day=day, file_format="doc", by=leader)
    with desk.database.read_session() as session:
        assert history.read_stream(session, "reports") == []
