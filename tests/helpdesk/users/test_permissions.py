import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select

from cases.models import Answer, Case, PhoneCall
from helpdesk.errors import NotAllowed
from helpdesk.users.permissions import (
    can,
    may_release,
    may_see_results_of,
    may_work_on,
    may_work_on_call,
    require,
    visible_cases,
)
from helpdesk.users.roles import ABILITIES, ROLES, abilities_of
from helpdesk.workflows.receive_mail import receive_raw
from tests.helpdesk.letters import letter

SEES_ALL = {"manager", "operation_leader", "operator", "market_staff"}


class Somebody:
    """Anybody with these roles."""

    def __init__(self, *roles: str, business_id: int | None = None, number: int = 1) -> None:
        self.id, self.display_name, self.business_id = number, "誰か", business_id
        self.role_names = frozenset(roles)


@pytest.mark.parametrize("role", sorted(ROLES))
def test_each_role_sees_all_cases_its_own_or_none(desk, businesses, role: str) -> None:
    receive_raw(desk, letter(), source="import")
    receive_raw(desk, letter(From="yamada@minato.example", message_id="<m@minato.example>"), source="import")
    receive_raw(desk, letter(From=None, message_id="<n@nobody.example>"), source="import")
    person = Somebody(role, business_id=businesses["P001"] if role == "business_user" else None)
    expected = 3 if role in SEES_ALL else 1 if role == "business_user" else 0
    with desk.database.read_session() as session:
        found = session.scalar(select(func.count()).select_from(Case).where(visible_cases(person)))
    assert found == expected


def test_a_business_user_without_a_business_sees_nothing_not_even_cases_of_nobody(desk) -> None:
    receive_raw(desk, letter(From=None), source="import")
    with desk.database.read_session() as session:
        condition = visible_cases(Somebody("business_user"))
        assert session.scalar(select(func.count()).select_from(Case).where(condition)) == 0


def test_every_ability_names_only_roles_that_there_are() -> None:
    assert {role for holders in ABILITIES.values() for role in holders} <= set(ROLES)
    assert all(ABILITIES.values())


@given(st.frozensets(st.sampled_from(sorted(ROLES))))
def test_several_roles_may_what_each_of_them_may_and_no_more(roles: frozenset[str]) -> None:
    together = abilities_of(roles)
    assert together == frozenset().union(*(abilities_of(frozenset({role})) for role in roles))
    assert all(can(Somebody(*roles), ability) == (ability in together) for ability in ABILITIES)


def test_an_outsider_has_the_portal_and_no_ability_of_the_desk() -> None:
    assert abilities_of(frozenset({"business_user"})) == {"use_portal"}


@pytest.mark.parametrize("role", sorted(ROLES))
def test_nobody_releases_what_they_wrote_and_only_releasers_release(role: str) -> None:
    person = Somebody(role, number=7)
    assert may_release(person, Answer(author_id=7)) is False
    releases = role in {"manager", "operation_leader", "market_staff"}
    assert may_release(person, Answer(author_id=8)) is releases
    assert may_work_on(person, Case()) is (role in {"manager", "operation_leader", "operator"})


def test_a_refusal_says_what_is_missing_and_what_to_do() -> None:
    with pytest.raises(NotAllowed, match=r"利用者を管理する権限がありません。.*依頼してください"):
        require(Somebody("operator"), "administer_users", "利用者を管理する")


@pytest.mark.parametrize(
    ("role", "own", "others"),
    [
        ("operator", True, False),
        ("operation_leader", True, True),
        ("market_staff", False, False),
        ("business_user", False, False),
    ],
)
def test_a_call_is_written_in_by_who_speaks_or_by_a_leader(role: str, own: bool, others: bool) -> None:
    person = Somebody(role)
    assert may_work_on_call(person, PhoneCall(operator_id=person.id)) is own
    assert may_work_on_call(person, PhoneCall(operator_id=person.id + 1)) is others


@pytest.mark.parametrize("role", sorted(ROLES))
def test_a_businesss_results_are_seen_by_it_and_by_the_desk(role: str) -> None:
    person = Somebody(role, business_id=7 if role == "business_user" else None)
    may = role in ABILITIES["see_results"]
    assert may_see_results_of(person, 7) is (may or role == "business_user")
    assert may_see_results_of(person, 8) is may
