"""States and transitions of a case."""

from collections.abc import Callable
from datetime import datetime, timedelta
from itertools import product

import pytest
from sqlalchemy.orm import Session

from cases.errors import StaleVersion, TransitionRefused
from cases.history import Actor, content_of, read_stream
from cases.lifecycle import CLOSED, STATE_LABELS, TRANSITIONS, move, possible
from cases.models import Case
from helpdesk.database import Database


@pytest.mark.parametrize(("before", "to"), list(product(STATE_LABELS, STATE_LABELS)))
def test_exactly_the_transitions_of_the_table_are_allowed(
    session: Session, make_case: Callable, operator: Actor, now: datetime, before: str, to: str
) -> None:
    case = make_case(session, status=before)
    if to in TRANSITIONS[before]:
        event = move(session, case, to, by=operator, now=now, reason="確認のため")
        assert (case.status, content_of(event)) == (to, {"from": before, "to": to, "reason": "確認のため"})
    else:
        with pytest.raises(TransitionRefused):
            move(session, case, to, by=operator, now=now, reason="確認のため")
        assert case.status == before
        assert read_stream(session, f"case:{case.id}") == []


def test_every_state_has_a_label_and_a_way_out() -> None:
    assert TRANSITIONS.keys() == STATE_LABELS.keys()
    assert all(TRANSITIONS.values())


def test_closing_needs_a_reason_and_notes_when(
    session: Session, case: Case, operator: Actor, now: datetime
) -> None:
    with pytest.raises(TransitionRefused, match="完了にするには理由を入力してください"):
        move(session, case, CLOSED, by=operator, now=now, reason=" ")
    later = now + timedelta(hours=1)
    event = move(session, case, CLOSED, by=operator, now=later, reason="回答済み")
    assert (event.kind, case.closed_at, case.updated_at) == ("closed", later, later)


def test_reopening_takes_the_closing_time_away(
    session: Session, make_case: Callable, operator: Actor, now: datetime
) -> None:
    case = make_case(session, status="closed", closed_at=now)
    event = move(session, case, "in_progress", by=operator, now=now, reason="返信が届いた")
    assert (event.kind, case.closed_at) == ("reopened", None)


def test_a_refusal_names_what_is_possible(
    session: Session, make_case: Callable, operator: Actor, now: datetime
) -> None:
    case = make_case(session, status="awaiting_release")
    with pytest.raises(TransitionRefused) as refusal:
        move(session, case, CLOSED, by=operator, now=now, reason="済")
    assert str(refusal.value) == (
        f"案件 {case.number} は「承認待ち」のため「完了」にできません。"
        "いま選べる状態は 「対応中」、「事業者の返信待ち」 です"
    )
    assert possible(case) == ("in_progress", "waiting")


def test_an_unknown_state_is_refused(session: Session, case: Case, operator: Actor, now: datetime) -> None:
    with pytest.raises(TransitionRefused, match="状態「完了」はありません"):
        move(session, case, "完了", by=operator, now=now)


def test_whoever_is_second_is_told_to_read_again(
    database: Database, make_case: Callable, operator: Actor, now: datetime
) -> None:
    with database.write_session() as session:
        case = make_case(session)
        case_id = case.id
    with database.read_session() as reading:
        stale = reading.get_one(Case, case_id)
    with database.write_session() as session:
        move(session, session.get_one(Case, case_id), "in_progress", by=operator, now=now)
    with database.open_session(writes=True) as session:
        session.add(stale)
        with pytest.raises(StaleVersion, match=f"案件 {stale.number} は、開いている間に別の人が更新しました"):
            move(session, stale, "waiting", by=operator, now=now)
        session.rollback()
    with database.read_session() as session:
        assert session.get_one(Case, case_id).status == "in_progress"
        assert len(read_stream(session, f"case:{case_id}")) == 1
