"""What a form brings in is checked again where it is kept: whose case, whose notice, who may send."""

import pytest
from sqlalchemy import select

from cases.models import Case
from helpdesk.errors import NotAllowed, NotFound, Refused
from helpdesk.users.models import User
from helpdesk.workflows import receive_form
from helpdesk.workflows.receive_form import Inquiry
from tests.world import World, build_world

ASKED = Inquiry(None, "件名", "消費税の端数処理を教えてください", "田中 由紀", "06-0000-1201")


@pytest.fixture
def world(desk) -> World:
    return build_world(desk)


@pytest.fixture
def businesses(world: World) -> dict[str, int]:
    return dict(world.businesses)


@pytest.fixture
def tanaka(desk, people) -> User:
    with desk.database.write_session() as session:
        session.get_one(User, people["business_user"].id).mail_address = "tanaka@kitahama.example"
    return people["business_user"]


def test_a_form_is_classified_by_its_words_as_a_mail_is(desk, tanaka) -> None:
    with desk.database.open_session(writes=True) as session:
        case = receive_form.open_inquiry(session, desk, ASKED, by=tanaka)
        assert case.topic_reasons
        assert case.contact.mail_address == "tanaka@kitahama.example"


def test_nobody_writes_into_the_case_of_another(desk, tanaka, people) -> None:
    with desk.database.open_session(writes=True) as session:
        case = receive_form.open_inquiry(session, desk, ASKED, by=tanaka)
    with desk.database.write_session() as session:
        other = session.get_one(User, people["business_user-2"].id)
        other.mail_address = "ito@minato.example"
    with desk.database.open_session(writes=True) as session:
        found = session.get_one(Case, case.id)
        with pytest.raises(NotFound):
            receive_form.reply(session, desk, found, "割り込み", (), by=people["business_user-2"])


def test_nobody_asks_about_the_notice_of_another(desk, world, people) -> None:
    with desk.database.write_session() as session:
        session.get_one(User, people["business_user-2"].id).mail_address = "ito@minato.example"
    foreign = Inquiry(None, "件名", "本文", "伊藤 誠", "06-0000-1201", notice_id=world.notice.id)
    with desk.database.open_session(writes=True) as session, pytest.raises(Refused, match="一覧から"):
        receive_form.open_inquiry(session, desk, foreign, by=people["business_user-2"])
    with desk.database.read_session() as session:
        assert session.scalars(select(Case)).all() == []


@pytest.mark.parametrize("login", ["operator", "manager", "payment_staff"])
def test_the_desk_does_not_write_as_a_business(desk, world, people, login: str) -> None:
    with desk.database.open_session(writes=True) as session, pytest.raises(NotAllowed):
        receive_form.open_inquiry(session, desk, ASKED, by=people[login])
