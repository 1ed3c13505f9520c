"""Deputies stand in from a day to a day; the heads appoint for their own department."""

from datetime import date, timedelta
from types import SimpleNamespace

import pytest

from helpdesk.database import Database
from helpdesk.errors import NotFound, Refused
from helpdesk.settlement.deputies import (
    Appointment,
    appoint,
    deputies,
    revoke,
    steps_as_deputy,
    steps_to_appoint,
)
from helpdesk.users.models import User, UserRole

TODAY = date(2026, 7, 1)


def person(*roles: str) -> SimpleNamespace:
    return SimpleNamespace(id=99, display_name="任命者", business_id=None, role_names=frozenset(roles))


def test_the_heads_appoint_for_their_own_steps_and_the_manager_for_all() -> None:
    wanted = {"payment_head": (1, 2), "accounting_head": (3, 4), "manager": (1, 2, 3, 4), "operator": ()}
    assert {role: steps_to_appoint(person(role)) for role in wanted} == wanted


@pytest.mark.any_database
def test_a_deputy_stands_in_on_the_days_named_until_revoked(database: Database, now) -> None:
    with database.write_session() as session:
        user = User(
            login="x",
            display_name="代理",
            password_hash="nobody signs in with it",
            created_at=now,
            roles=[UserRole(role="market_staff")],
        )
        session.add(user)
        session.flush()
        wanted = Appointment(3, user.id, TODAY, TODAY + timedelta(days=1), "休暇")
        made = appoint(session, wanted, by=person("accounting_head"), today=TODAY, now=now)
        days = [TODAY + timedelta(days=each) for each in (-1, 0, 1, 2)]
        assert [list(steps_as_deputy(session, user.id, day)) for day in days] == [[], [3], [3], []]
        assert steps_as_deputy(session, None, TODAY) == {}
        assert [each.id for each in deputies(session, since=TODAY)] == [made.id]
        with pytest.raises(Refused, match="取り消せます"):
            revoke(session, made.id, by=person("payment_head"), now=now)
        revoke(session, made.id, by=person("manager"), now=now)
        assert steps_as_deputy(session, user.id, TODAY) == {}
        with pytest.raises(NotFound):
            revoke(session, 0, by=person("manager"), now=now)
        long = Appointment(3, user.id, TODAY, TODAY + timedelta(days=400), "休暇")
        with pytest.raises(Refused, match="366 日以内"):
            appoint(session, long, by=person("manager"), today=TODAY, now=now)
