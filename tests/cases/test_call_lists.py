"""電話の一覧: going on, made, and to be made."""

from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import false, true
from sqlalchemy.orm import Session

from cases import phone_calls
from cases.call_lists import CallFilter, call_page, calls_of_case, going_on, next_calls
from cases.history import Actor
from cases.models import Business, Case, PhoneCall


def made(session: Session, case: Case, operator: Actor, at: datetime, **ending: object) -> PhoneCall:
    """A finished call on a case."""
    call = phone_calls.begin(session, direction="out", case=case, by=operator, now=at)
    values = {"outcome": "no_answer", "content": "話した"} | ending
    phone_calls.end(session, call, **values, by=operator, now=at)
    return call


def ids(rows: list) -> list[int]:
    return [row.id for row in rows]


def test_a_call_without_an_end_stays_in_sight_and_so_does_its_record(
    session: Session, case: Case, operator: Actor, leader: Actor, now: datetime
) -> None:
    first = phone_calls.begin(session, direction="in", by=operator, now=now)
    second = phone_calls.begin(session, direction="in", by=leader, now=now + timedelta(minutes=1))
    phone_calls.hang_up(session, second, by=leader, now=now + timedelta(minutes=2))
    much_later = now + timedelta(days=60)
    assert ids(going_on(session, visible=true(), now=now)) == [first.id, second.id]
    assert ids(going_on(session, visible=true(), now=much_later)) == [first.id]
    phone_calls.discard(session, first, reason="押し間違い", by=operator, now=now)
    phone_calls.end(
        session, second, outcome="other", content="x", case=case, by=leader, now=now + timedelta(minutes=3)
    )
    assert going_on(session, visible=true(), now=now) == []
    assert going_on(session, visible=false(), now=now) == []


def test_the_calls_to_be_made_come_with_the_longest_overdue_first(
    session: Session, make_case, operator: Actor, leader: Actor, now: datetime
) -> None:
    cases = [make_case(session) for _ in range(4)]
    cases[1].assignee_id = leader.id
    hours = (3, 1, 2, 4)
    calls = [
        made(session, case, operator, now, next_call_at=now + timedelta(hours=each))
        for case, each in zip(cases, hours, strict=True)
    ]
    cases[3].status = "closed"
    in_order = [calls[1].id, calls[2].id, calls[0].id]
    assert ids(next_calls(session, visible=true())) == in_order
    assert ids(next_calls(session, visible=true(), until=now + timedelta(hours=2, minutes=1))) == in_order[:2]
    assert ids(next_calls(session, visible=true(), of_user=operator.id)) == in_order[1:]
    assert ids(next_calls(session, visible=true(), of_user=leader.id)) == in_order[:1]
    assert next_calls(session, visible=false()) == []


def test_a_next_call_that_is_only_typed_is_no_call_to_be_made(
    session: Session, case: Case, operator: Actor, now: datetime
) -> None:
    call = phone_calls.begin(session, direction="in", case=case, by=operator, now=now)
    later = now + timedelta(hours=1)
    phone_calls.note(session, call, expected_version=call.version, next_call_at=later, by=operator, now=now)
    assert next_calls(session, visible=true()) == []


def test_the_pages_follow_each_other_without_a_gap(
    session: Session, case: Case, operator: Actor, now: datetime
) -> None:
    calls = [made(session, case, operator, now + timedelta(minutes=each // 2)) for each in range(7)]
    newest_first = [call.id for call in reversed(calls)]
    asked = {"visible": true(), "filters": CallFilter(), "limit": 3}
    first = call_page(session, **asked)
    second = call_page(session, **asked, before=first.older)
    third = call_page(session, **asked, before=second.older)
    assert ids([*first.rows, *second.rows, *third.rows]) == newest_first
    assert (first.newer, third.older) == (None, None)
    assert ids(call_page(session, **asked, after=third.newer).rows) == ids(second.rows)
    assert ids(call_page(session, **asked, before="no cursor").rows) == ids(first.rows)


@pytest.mark.parametrize(
    ("filters", "found"),
    [
        (CallFilter(operator_id=7), [1, 0]),
        (CallFilter(outcome="other"), [2]),
        (CallFilter(on=date(2026, 7, 1)), [2]),
        (CallFilter(on=date(2026, 6, 30)), [1, 0]),
        (CallFilter(business_id=99), []),
        (CallFilter(direction="in"), []),
        (CallFilter(), [2, 1, 0]),
    ],
)
def test_the_list_is_narrowed_by_operator_outcome_business_and_day(
    session: Session, case: Case, operator: Actor, leader: Actor, now, filters: CallFilter, found: list[int]
) -> None:
    calls = [
        made(session, case, operator, now),
        made(session, case, operator, now + timedelta(hours=13)),  # 23:00 in Japan
        made(session, case, leader, now + timedelta(hours=14), outcome="other"),  # 0:00
    ]
    rows = call_page(session, visible=true(), filters=filters).rows
    assert ids(rows) == [calls[each].id for each in found]


def test_a_row_says_who_and_which_case(
    session: Session, case: Case, kaminari: Business, operator: Actor, now: datetime
) -> None:
    case.business, case.contact = kaminari, kaminari.contacts[0]
    made(session, case, operator, now)
    (row,) = calls_of_case(session, case.id)
    assert (row.business_name, row.contact_name, row.case_number) == (
        "かみなり発電株式会社",
        "山田 太郎",
        case.number,
    )
