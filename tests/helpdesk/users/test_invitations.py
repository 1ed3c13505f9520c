"""An invitation's link works once, for seven days, for the person it was sent to; guessing is slowed down."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from cases.history import Actor, content_of, read_stream
from cases.models import Business, Contact
from helpdesk.database import Database
from helpdesk.errors import Conflict, Refused
from helpdesk.users import invitations
from helpdesk.users.invitations import GUESSES_ALLOWED, VALID_FOR, InvitationUnusable
from helpdesk.users.models import Invitation, SignInFailure, User

LEADER = Actor(3, "山本 大輔")
PASSWORD = "correct horse battery"


def invite(session, business: int, address: str, now: datetime, *, name: str = "高橋 恵", confirmed=False):
    return invitations.invite(
        session,
        session.get_one(Business, business),
        display_name=name,
        mail_address=address,
        confirmed=confirmed,
        by=LEADER,
        now=now,
    )


@pytest.mark.parametrize("address", ["tanaka@kitahama.example", " New.Person@Kitahama.example "])
def test_a_contact_and_anybody_of_the_businesss_domain_are_invited_without_more(
    database: Database, businesses, now: datetime, address: str
) -> None:
    with database.write_session() as session:
        invitation, token = invite(session, businesses["P001"], address, now)
        assert invitation.mail_address == address.strip().lower()
        assert token not in (invitation.token_digest, "")
        assert invitation.expires_at == now + VALID_FOR
        (event,) = read_stream(session, f"invitation:{invitation.id}")
        assert token not in event.content


@pytest.mark.parametrize(
    ("address", "where"),
    [
        ("someone@gmail.com", "所属の確認"),
        ("someone@unknown.example", "所属の確認"),
        ("other@minato.example", "所属の確認"),
        ("yamada@minato.example", "メールアドレス"),
        ("no-address", "メールアドレス"),
        ("田中@kitahama.example", "メールアドレス"),
        (f"{'x' * 100}@kitahama.example", "メールアドレス"),
    ],
)
def test_an_address_of_somebody_else_is_confirmed_or_refused(
    database: Database, businesses, now: datetime, address: str, where: str
) -> None:
    with database.write_session() as session:
        with pytest.raises(Refused) as refused:
            invite(session, businesses["P001"], address, now, name=" ")
        assert [problem.where for problem in refused.value.problems] == ["氏名", where]
        assert session.scalars(select(Invitation)).all() == []
        if where == "所属の確認":
            invite(session, businesses["P001"], address, now, confirmed=True)


def test_nobody_is_invited_twice_but_the_link_can_be_sent_again(
    database: Database, businesses, now: datetime
) -> None:
    with database.write_session() as session:
        invitation, old = invite(session, businesses["P001"], "a@kitahama.example", now)
        with pytest.raises(Refused, match="招待中"):
            invite(session, businesses["P001"], "a@kitahama.example", now)
        later = now + timedelta(days=9)
        new = invitations.renew(session, invitation, by=LEADER, now=later)
        with pytest.raises(InvitationUnusable):
            invitations.find(session, old, address="::1", now=later)
        assert invitations.find(session, new, address="::1", now=later).id == invitation.id


def test_who_accepts_gets_an_account_of_the_business_and_is_known_from_then_on(
    database: Database, businesses, now: datetime
) -> None:
    with database.write_session() as session:
        invitation, token = invite(session, businesses["P001"], "a@kitahama.example", now)
        found = invitations.find(session, token, address="::1", now=now)
        with pytest.raises(Refused, match="12 文字"):
            invitations.accept(session, found, "short", now=now)
        user = invitations.accept(session, found, PASSWORD, now=now)
        assert (user.login, user.display_name) == ("a@kitahama.example", "高橋 恵")
        assert (user.role_names, user.business_id) == ({"business_user"}, businesses["P001"])
        assert not user.must_change_password
        contact = session.scalars(select(Contact).where(Contact.mail_address == user.login)).one()
        assert (contact.name, contact.business_id) == ("高橋 恵", businesses["P001"])
        with pytest.raises(InvitationUnusable):
            invitations.find(session, token, address="::1", now=now)
        with pytest.raises(Conflict):
            invitations.withdraw(session, invitation, by=LEADER, now=now)
        with pytest.raises(Refused, match="すでにいます"):
            invite(session, businesses["P001"], "a@kitahama.example", now)
        events = read_stream(session, f"invitation:{invitation.id}")
        assert [event.kind for event in events] == ["invited", "invitation_accepted"]
        assert content_of(events[1])["user"] == user.id


def test_expired_withdrawn_and_guessed_links_say_the_same_and_count(
    database: Database, businesses, now: datetime
) -> None:
    with database.write_session() as session:
        _, expired = invite(session, businesses["P001"], "a@kitahama.example", now - VALID_FOR)
        taken_back, withdrawn = invite(session, businesses["P001"], "b@kitahama.example", now)
        invitations.withdraw(session, taken_back, by=LEADER, now=now)
        said = set()
        for token in (expired, withdrawn, "guessed", ""):
            with pytest.raises(InvitationUnusable) as unusable:
                invitations.find(session, token, address="::1", now=now)
            said.add(str(unusable.value))
        assert len(said) == 1
        assert len(session.scalars(select(SignInFailure)).all()) == 4


def test_whoever_guesses_too_often_waits_with_a_right_link_too_and_others_do_not(
    database: Database, businesses, now: datetime
) -> None:
    with database.write_session() as session:
        _, token = invite(session, businesses["P001"], "a@kitahama.example", now)
        for number in range(GUESSES_ALLOWED):
            with pytest.raises(InvitationUnusable, match="使えません"):
                invitations.find(session, f"guess {number}", address="::1", now=now)
        with pytest.raises(InvitationUnusable, match="しばらく"):
            invitations.find(session, token, address="::1", now=now)
        assert invitations.find(session, token, address="::2", now=now)
        assert invitations.find(session, token, address="::1", now=now + timedelta(minutes=16))
        assert session.scalars(select(User)).all() == []
