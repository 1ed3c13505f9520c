"""A case is taken away as data and as a document, and that it was taken stands in its history."""

import io

import docx
import pytest
from sqlalchemy import select

from cases.history import case_events, content_of
from cases.models import Case
from helpdesk.documents.case_file import HistoryLine
from helpdesk.errors import Refused
from helpdesk.workflows.export_case import export_case, export_case_file
from helpdesk.workflows.receive_mail import receive_raw
from tests.helpdesk.letters import letter
from tests.world import World

LINES = [HistoryLine("2026-06-30（火）10:00", "システム", "受け付けました", "")]


@pytest.fixture
def case_id(world: World) -> int:
    receive_raw(world.desk, letter("ペナルティの計算を教えてください。"), source="import")
    with world.desk.database.read_session() as session:
        return session.scalars(select(Case.id)).one()


def exported(world: World, case_id: int) -> list[dict]:
    with world.desk.database.read_session() as session:
        return [content_of(event) for event in case_events(session, case_id) if event.kind == "exported"]


def test_the_document_holds_the_conversation_and_is_recorded(world: World, case_id: int) -> None:
    made = export_case_file(world.desk, case_id, file_format="docx", lines=LINES, by=world.people["sato"])
    texts = [paragraph.text for paragraph in docx.Document(io.BytesIO(made.content)).paragraphs]
    assert "ペナルティの計算を教えてください。" in texts
    assert made.file_name.startswith("case-2026-")
    assert exported(world, case_id) == [{"what": "docx", "digest": made.sha256}]


def test_the_data_are_recorded_as_well(world: World, case_id: int) -> None:
    made = export_case(world.desk, case_id, by=world.people["sato"])
    assert exported(world, case_id) == [{"what": "json", "digest": made["digest"]}]


def test_another_format_is_refused_and_nothing_is_recorded(world: World, case_id: int) -> None:
    with pytest.raises(Refused):
        export_case_file(world.desk, case_id, file_format="odt", lines=LINES, by=world.people["sato"])
    assert exported(world, case_id) == []
