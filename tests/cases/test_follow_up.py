"""What a business adds brings its case back to work, by whatever way it came."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from cases.follow_up import add_follow_up
from cases.history import Actor, case_events, content_of
from cases.models import Attachment, Case, Message
from cases.search import find_messages

WRITER = Actor(21, "田中 由紀")


def words(text: str, now: datetime) -> Message:
    return Message(
        direction="in",
        channel="form",
        author_id=WRITER.id,
        author_name=WRITER.display_name,
        from_address="tanaka@kitahama.example",
        subject="追加の資料",
        body_text=text,
        occurred_at=now,
        attachments=[
            Attachment(name="計算書.xlsx", content_type="application/x", size_bytes=3, sha256="a" * 64)
        ],
    )


@pytest.mark.parametrize(("status", "then"), [("waiting", "in_progress"), ("closed", "in_progress")])
def test_a_case_that_waited_or_was_closed_goes_on_with_a_new_deadline(
    session: Session, make_case: Callable[..., Case], now: datetime, status: str, then: str
) -> None:
    case = make_case(session, status=status, due_at=now)
    later = now + timedelta(days=2)
    add_follow_up(session, case, words("追加で伺います", later), by=WRITER, now=later)

    assert case.status == then
    assert case.due_at > later
    assert case.due_reason
    kinds = [event.kind for event in case_events(session, case.id)]
    assert kinds == ["follow_up_received", "reopened" if status == "closed" else "status_changed"]


@pytest.mark.parametrize("status", ["received", "in_progress", "awaiting_release"])
def test_a_case_that_is_worked_on_keeps_its_state_and_deadline(
    session: Session, make_case: Callable[..., Case], now: datetime, status: str
) -> None:
    case = make_case(session, status=status, due_at=now)
    message = add_follow_up(session, case, words("追加で伺います", now), by=WRITER, now=now)

    assert (case.status, case.due_at, message.case_id) == (status, now, case.id)
    (event,) = case_events(session, case.id)
    assert (event.actor_name, content_of(event)["message"]) == ("田中 由紀", message.id)


def test_what_was_added_is_found_by_its_words_and_its_files_names(
    session: Session, case: Case, now: datetime
) -> None:
    message = add_follow_up(session, case, words("差替の承認日について", now), by=WRITER, now=now)
    for word in ("差替の承認日", "計算書"):
        (hit,) = find_messages(session, word, visible=Case.id == case.id)
        assert hit.message.id == message.id
