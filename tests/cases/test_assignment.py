"""Who has a case."""

from collections.abc import Callable
from datetime import datetime

import pytest
from sqlalchemy.orm import Session

from cases.assignment import assign
from cases.errors import TransitionRefused
from cases.history import SYSTEM, Actor, content_of, read_stream
from cases.models import Case


def test_a_case_is_given_passed_on_and_put_back(
    session: Session, case: Case, operator: Actor, leader: Actor, now: datetime
) -> None:
    assign(session, case, operator, by=leader, now=now)
    assert (case.assignee_id, case.assignee_name) == (7, "佐藤 花子")
    assign(session, case, leader, by=operator, now=now)
    assign(session, case, None, by=leader, now=now)
    assert (case.assignee_id, case.assignee_name) == (None, "")
    contents = [content_of(event) for event in read_stream(session, f"case:{case.id}")]
    assert contents == [
        {"from_id": None, "from": "", "to_id": 7, "to": "佐藤 花子"},
        {"from_id": 7, "from": "佐藤 花子", "to_id": 3, "to": "鈴木 一郎"},
        {"from_id": 3, "from": "鈴木 一郎", "to_id": None, "to": ""},
    ]


def test_giving_it_to_whoever_has_it_changes_nothing(
    session: Session, case: Case, operator: Actor, now: datetime
) -> None:
    assign(session, case, operator, by=operator, now=now)
    version = case.version
    assert assign(session, case, operator, by=operator, now=now) is None
    assert case.version == version
    assert len(read_stream(session, f"case:{case.id}")) == 1


def test_a_closed_case_takes_nobody(
    session: Session, make_case: Callable, operator: Actor, now: datetime
) -> None:
    case = make_case(session, status="closed")
    with pytest.raises(TransitionRefused, match="先に再開してください"):
        assign(session, case, operator, by=operator, now=now)
    assert case.assignee_id is None


def test_the_desk_itself_takes_no_case(session: Session, case: Case, operator: Actor, now: datetime) -> None:
    with pytest.raises(TransitionRefused, match="「システム」は利用者ではない"):
        assign(session, case, SYSTEM, by=operator, now=now)
