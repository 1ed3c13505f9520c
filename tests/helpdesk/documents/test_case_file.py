"""The case file holds the facts, every message, the results and the history of a case."""

from sqlalchemy import select

from cases.models import Case, Message
from helpdesk.documents.case_file import CaseFile, HistoryLine, document_of
from helpdesk.documents.document import Derivation, KeyValues, Paragraph, Quotation, Table
from helpdesk.workflows.receive_mail import receive_raw
from tests.helpdesk.letters import letter
from tests.world import World

LINE = HistoryLine("2026-06-30（火）10:00", "システム", "受け付けました", "件名")


def test_the_file_tells_the_case_as_it_stands(world: World) -> None:
    receive_raw(
        world.desk, letter("本文の一行目\n\n> 引用\n", attachments=[("内訳.csv", b"1,2")]), source="import"
    )
    with world.desk.database.read_session() as session:
        case = session.scalars(select(Case)).one()
        file = CaseFile(
            case=case,
            messages=session.scalars(select(Message)).all(),
            history=[LINE],
            notified=session.merge(world.notice, load=False),
            run=None,
            made_at=world.clock(),
            made_by="佐藤 美咲",
            desk_name="容量市場 問合せ窓口",
        )
        document = document_of(file)
        told = {fact.label: fact.value for fact in document.of_kind(KeyValues)[0].rows}
        assert document.title == f"案件ファイル {case.number}"
    assert "2026-06-30（火）10:00 時点（佐藤 美咲）" in document.subtitle
    assert told["事業者"] == "北浜エナジー株式会社（P001）"
    assert told["種類"] == "問合せ"
    assert told["担当（窓口）"] == "未定"
    assert document.of_kind(Quotation)[0].text == "本文の一行目\n\n> 引用"
    files = {fact.label: fact.value for fact in document.of_kind(KeyValues)[1].rows}["添付"]
    assert files == "内訳.csv（3 B）"
    figures, history = document.of_kind(Table)
    assert ["交付額または請求額（税込）", "−8,553,600円", "", ""] in list(figures.rows)
    assert history.rows == [[LINE.at, LINE.actor, LINE.title, LINE.detail]]
    assert document.of_kind(Derivation) == []


def test_a_case_without_anything_is_a_file_too(world: World) -> None:
    case = Case(
        number="2026-000009-1",
        kind="inquiry",
        channel="phone",
        topic="other",
        subject="",
        status="new",
        assignee_name="",
        received_at=world.clock(),
    )
    document = document_of(CaseFile(case, [], [], None, None, world.clock(), "佐藤", "窓口"))
    assert Paragraph("該当なし", "note") in document.blocks
    (history,) = document.of_kind(Table)
    assert history.rows == []
