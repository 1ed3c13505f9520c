"""A session lasts as long as it may; guessing is slowed down; ending a session ends it everywhere."""

from datetime import datetime, timedelta

import pytest

from cases.history import SYSTEM
from helpdesk.database import Database
from helpdesk.users.accounts import add_user
from helpdesk.users.models import SignIn, User
from helpdesk.users.sign_in import (
    FAILURES_ALLOWED,
    SignInRefused,
    authenticate,
    end_all_sign_ins,
    end_sign_in,
    open_sign_in,
    user_of_key,
)

PASSWORD = "correct horse battery"


@pytest.fixture
def user(database: Database, now: datetime) -> User:
    with database.write_session() as session:
        return add_user(
            session,
            login="sato",
            display_name="佐藤",
            password=PASSWORD,
            roles=frozenset({"operator"}),
            by=SYSTEM,
            now=now,
        )


def test_the_right_password_opens_a_session_that_expires(
    database: Database, user: User, now: datetime
) -> None:
    with database.write_session() as session:
        found = authenticate(session, login=" SATO", password=PASSWORD, address="127.0.0.1", now=now)
        key = open_sign_in(session, found, address="127.0.0.1", now=now, hours=12)
        assert user_of_key(session, key, now=now + timedelta(hours=11)).id == user.id
        assert user_of_key(session, key, now=now + timedelta(hours=12)) is None
        assert session.query(SignIn).one().key_digest != key


def test_an_ended_session_is_worth_nothing(database: Database, user: User, now: datetime) -> None:
    with database.write_session() as session:
        keys = [open_sign_in(session, user, address="", now=now, hours=12) for _ in range(3)]
        end_sign_in(session, keys[0], now=now)
        assert user_of_key(session, keys[0], now=now) is None
        assert user_of_key(session, keys[1], now=now) is not None
        end_all_sign_ins(session, user.id, now=now)
        assert [user_of_key(session, key, now=now) for key in keys] == [None, None, None]


def test_the_refusal_does_not_tell_whether_the_login_exists(
    database: Database, user: User, now: datetime
) -> None:
    messages = set()
    for login, password in (("sato", "wrong"), ("nobody", PASSWORD)):
        with database.write_session() as session, pytest.raises(SignInRefused) as refused:
            authenticate(session, login=login, password=password, address="", now=now)
        messages.add(str(refused.value))
    assert len(messages) == 1


def test_guessing_is_stopped_for_a_while_even_with_the_right_password(
    database: Database, user: User, now: datetime
) -> None:
    with database.write_session() as session:
        for _ in range(FAILURES_ALLOWED):
            with pytest.raises(SignInRefused):
                authenticate(session, login="sato", password="wrong", address="a", now=now)
        session.flush()
        with pytest.raises(SignInRefused, match="15 分後"):
            authenticate(session, login="sato", password=PASSWORD, address="b", now=now)
        later = now + timedelta(minutes=16)
        assert authenticate(session, login="sato", password=PASSWORD, address="b", now=later).id == user.id


def test_an_inactive_user_cannot_sign_in(database: Database, user: User, now: datetime) -> None:
    with database.write_session() as session:
        session.get(User, user.id).is_active = False
        session.flush()
        with pytest.raises(SignInRefused):
            authenticate(session, login="sato", password=PASSWORD, address="", now=now)
