"""Users are added and changed with every problem named; the last manager stays."""

from datetime import datetime

import pytest

from cases.history import SYSTEM, read_stream
from cases.models import Business
from helpdesk.database import Database
from helpdesk.errors import Conflict, Refused
from helpdesk.users.accounts import add_user, change_user, set_password
from helpdesk.users.models import User
from helpdesk.users.passwords import password_matches

PASSWORD = "correct horse battery"


def add(session, now: datetime, login: str = "sato", roles: tuple[str, ...] = ("operator",), **more) -> User:
    values = {"display_name": "佐藤 美咲", "password": PASSWORD, "by": SYSTEM, "now": now} | more
    return add_user(session, login=login, roles=frozenset(roles), **values)


def test_a_user_is_added_with_a_hashed_password_and_an_event(database: Database, now: datetime) -> None:
    with database.write_session() as session:
        user = add(session, now, login="  Sato ")
        assert user.login == "sato"
        assert password_matches(user.password_hash, PASSWORD)
        assert PASSWORD not in user.password_hash
        events = read_stream(session, f"user:{user.id}")
        assert [event.kind for event in events] == ["user_added"]
        assert PASSWORD not in (events[0].content or "")


def test_everything_wrong_with_a_new_user_is_said_at_once(database: Database, now: datetime) -> None:
    with database.write_session() as session:
        add(session, now)
        with pytest.raises(Refused) as refused:
            add(session, now, login="sato", roles=("captain",), display_name=" ", password="sato")
    assert {problem.where for problem in refused.value.problems} == {
        "ログイン ID",
        "氏名",
        "役割",
        "パスワード",
    }


def test_a_business_user_belongs_to_a_business_and_to_nothing_else(database: Database, now: datetime) -> None:
    with database.write_session() as session:
        business = Business(code="B1", name="北浜エナジー", kind="capacity_provider")
        session.add(business)
        session.flush()
        with pytest.raises(Refused, match="所属する事業者"):
            add(session, now, login="a", roles=("business_user",))
        with pytest.raises(Refused, match="窓口の役割"):
            add(session, now, login="b", roles=("business_user", "operator"), business_id=business.id)
        with pytest.raises(Refused, match="「事業者」の役割"):
            add(session, now, login="c", business_id=business.id)
        assert add(session, now, login="d", roles=("business_user",), business_id=business.id).id


def test_the_last_manager_can_neither_leave_nor_lose_the_role(database: Database, now: datetime) -> None:
    with database.write_session() as session:
        boss = add(session, now, login="boss", roles=("manager",))
        values = {"display_name": "長", "expected_version": boss.version, "by": SYSTEM, "now": now}
        with pytest.raises(Refused, match="最後の全体管理者"):
            change_user(session, boss, roles=frozenset({"operator"}), is_active=True, **values)
        with pytest.raises(Refused, match="最後の全体管理者"):
            change_user(session, boss, roles=frozenset({"manager"}), is_active=False, **values)
        add(session, now, login="second", roles=("manager",))
        change_user(session, boss, roles=frozenset({"operator"}), is_active=True, **values)
        assert boss.role_names == {"operator"}


def test_a_role_that_stays_and_one_that_comes_make_a_new_version(database: Database, now: datetime) -> None:
    with database.write_session() as session:
        user = add(session, now)
        before = user.version
        for roles in ({"operator", "market_staff"}, {"operator"}, {"market_staff"}):
            change_user(
                session,
                user,
                display_name=user.display_name,
                roles=frozenset(roles),
                is_active=True,
                expected_version=user.version,
                by=SYSTEM,
                now=now,
            )
            session.flush()
            assert user.role_names == roles
        assert user.version == before + 3


def test_a_stale_form_changes_nothing(database: Database, now: datetime) -> None:
    with database.write_session() as session:
        user = add(session, now)
        with pytest.raises(Conflict, match="読み直して"):
            change_user(
                session,
                user,
                display_name="別名",
                roles=frozenset({"operator"}),
                is_active=True,
                expected_version=user.version + 1,
                by=SYSTEM,
                now=now,
            )
        assert user.display_name == "佐藤 美咲"


def test_a_password_set_by_another_person_must_be_changed(database: Database, now: datetime) -> None:
    with database.write_session() as session:
        user = add(session, now, must_change_password=False)
        set_password(session, user, "another long secret", by=SYSTEM, now=now)
        assert user.must_change_password
        set_password(session, user, "my own long secret!", by=user, now=now)
        assert not user.must_change_password
