"""The fixed cast behind the pages: its market, and one case of each of its two businesses."""

from dataclasses import dataclass

import pytest
from sqlalchemy import select

from cases.models import Attachment, Case, Message
from helpdesk.desk import Desk
from helpdesk.workflows.receive_mail import receive_raw
from tests.helpdesk.letters import letter
from tests.world import World

HTML = '<p onclick="alert(1)">未達成<b>コマ</b></p><script>alert(2)</script><img src="https://evil.example/x.png">'
NAME = '内訳 "1";\u202e gpj.exe'


@pytest.fixture
def businesses(world: World) -> dict[str, int]:
    return dict(world.businesses)


@dataclass(frozen=True)
class Cases:
    """Numbers of the two cases, and what stands in the first."""

    kitahama: str
    minato: str
    message_id: int
    attachment_id: int


@pytest.fixture
def cases(desk: Desk, world: World) -> Cases:
    """A mail of 北浜 with an HTML part and an attachment, and one of みなと発電."""
    first = receive_raw(desk, letter(html=HTML, attachments=[(NAME, b"MZ\0")]), source="import")
    second = receive_raw(
        desk,
        letter("みなとの秘密\n", From="ito@minato.example", message_id="<m@minato.example>"),
        source="import",
    )
    with desk.database.read_session() as session:
        message = session.scalars(select(Message).join(Case).where(Case.number == first.case_number)).one()
        attachment = session.scalars(select(Attachment)).one()
    return Cases(first.case_number, second.case_number, message.id, attachment.id)
